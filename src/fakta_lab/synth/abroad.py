"""Parties outside Sweden, made of what `data/countries` says of each country; Swedish ones through the same door."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from stdnum.fr import siren
from stdnum.no import kontonr
from stdnum.util import get_cc_module

from fakta_lab.synth import party
from fakta_lab.synth.identifiers import digits, with_iban_check, with_luhn
from fakta_lab.synth.material import country, load_yaml
from fakta_lab.synth.party import Party, host_name

# Letters that end an Irish VAT number.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVW"
# Check digits inside the domestic account, where the country has them: Norway modulo 11, Belgium and France modulo 97,
# Finland Luhn.
_ACCOUNT_OK: dict[str, Callable[[str], bool]] = {
    "NO": lambda account: bool(kontonr.is_valid(account)),
    "BE": lambda account: (int(account[:10]) % 97 or 97) == int(account[10:]),
    "FR": lambda a: (89 * int(a[:5]) + 15 * int(a[5:10]) + 3 * int(a[10:21]) + int(a[21:])) % 97 == 0,
    "FI": lambda account: with_luhn(account[:-1]) == account,
}


def party_in(rng: Random, place: str, *, role: str, language: str = "") -> Party:
    """A supplier (`role="supplier"`) or a customer (`role="customer"`) in a country.

    Args:
        rng: decides everything.
        place: "SE", or the name of a file in `data/countries`.
        role: customers may be public bodies and private persons, too.
        language: in which the country stands under the address, where it does.
    """
    if place == "SE":
        return party.make_party(rng, role=role)
    data = country(place)
    kind = "foreign" if role == "supplier" else rng.choices(("foreign", "municipality", "individual"), (70, 21, 9))[0]
    town = rng.choice(data["towns"])
    brand, name = _names(rng, data, kind, town)
    org, vat = ("", "") if kind == "individual" else registration(rng, place)
    host = host_name(brand)
    domain = data["domain"] if rng.random() < 0.8 else "com"
    contact = person_in(rng, place)
    mailbox = rng.choice(("info", "office", "mail", "contact", host_name(contact.replace(" ", "."))))
    return Party(
        name=name,
        brand=brand,
        kind=kind,
        org_number=org,
        vat_number=vat,
        country=place[:2],
        address=_address(rng, place, kind, town, language),
        town=town[1],
        contact=contact,
        phone=phone_in(rng, place),
        mobile=mobile_in(rng, place),
        email=f"{mailbox}@{host}.{domain}",
        web=rng.choice((f"www.{host}.{domain}", f"{host}.{domain}")),
        place=place,
    )


def person_in(rng: Random, place: str) -> str:
    """First and last name of somebody there."""
    if place == "SE":
        return party.person_name(rng)
    data = country(place)
    return f"{rng.choice(data['first_names'])} {rng.choice(data['last_names'])}"


def phone_in(rng: Random, place: str) -> str:
    """A telephone number there."""
    return party.phone(rng) if place == "SE" else _drawn(rng, rng.choice(country(place)["phones"]))


def mobile_in(rng: Random, place: str) -> str:
    """A mobile number there."""
    return party.mobile(rng) if place == "SE" else _drawn(rng, rng.choice(country(place)["mobiles"]))


def unit_in(rng: Random, place: str) -> str:
    """A department or site of a customer there."""
    return str(rng.choice((load_yaml("names") if place == "SE" else country(place))["units"]))


def street_in(rng: Random, place: str) -> str:
    """Street and number as written there."""
    if place == "SE":
        return party.street(rng)
    data = country(place)
    number = _drawn(rng, rng.choice(data["numbers"]))
    return str(rng.choice(data["street"])).format(street=rng.choice(data["streets"]), number=number)


def registration(rng: Random, place: str) -> tuple[str, str]:
    """The number of a company's register as printed, and the VAT number (compact), check digits right.

    >>> registration(Random(1), "DK")[1][:2]
    'DK'
    """
    data, iso = country(place), place[:2]
    if iso == "FR":
        number = with_luhn(digits(rng, 8))
        siret = with_luhn(number + f"000{rng.randrange(1, 10)}")
        short = f"{number[:3]} {number[3:6]} {number[6:]}"
        return f"{short} {siret[9:]}" if rng.random() < 0.5 else short, f"FR{siren.to_tva(number)}"
    rule = get_cc_module(iso, "vat")
    assert rule is not None, f"no rule for VAT numbers of {iso}"
    vat = _drawn(rng, data["vat"])
    while not rule.is_valid(vat):
        vat = _drawn(rng, data["vat"])
    own = iter(character for character in vat if character.isdigit())
    register = "".join(next(own) if character == "=" else character for character in data["register"])
    return _drawn(rng, register), vat


def account(rng: Random, place: str) -> tuple[str, str]:
    """IBAN (compact) and BIC of a bank there."""
    pattern, bic = rng.choice(country(place)["banks"])
    valid = _ACCOUNT_OK.get(place[:2], lambda _: True)
    number = _drawn(rng, pattern)
    while not valid(number):
        number = _drawn(rng, pattern)
    return with_iban_check(place[:2], number), bic + ("XXX" if rng.random() < 0.25 else "")


def payment_reference(rng: Random, place: str) -> str:
    """A reference as banks there check it; "" where they check none.

    Norway's KID ends in a Luhn digit, and so does the number of a Danish FI card (15 digits). Finland's viitenumero
    ends in a digit that rounds the sum with weights 7, 3, 1 (from the right) up to a ten.
    """
    match place[:2]:
        case "NO":
            return with_luhn(digits(rng, rng.randrange(6, 16)))
        case "DK":
            return with_luhn(digits(rng, 14))
        case "FI":
            body = digits(rng, rng.randrange(4, 16))
            total = sum(int(digit) * (7, 3, 1)[i % 3] for i, digit in enumerate(reversed(body)))
            return f"{body}{-total % 10}"
        case _:
            return ""


def _drawn(rng: Random, pattern: str) -> str:
    """The pattern with digits for "#", digits but 0 for "@" and a letter for "?"."""
    options = {"#": "0123456789", "@": "123456789", "?": _LETTERS}
    return "".join(rng.choice(options[character]) if character in options else character for character in pattern)


def _names(rng: Random, data: dict[str, Any], kind: str, town: list[str]) -> tuple[str, str]:
    """Brand and registered name."""
    slots = {
        "first": rng.choice(data["first_names"]),
        "last": rng.choice(data["last_names"]),
        "last2": rng.choice(data["last_names"]),
        "trade": rng.choice(data["trades"]),
        "coined": rng.choice(data["coined"]),
        "ending": rng.choice(data["endings"]),
        "abc": "".join(rng.choice("ABCDEFGHKLMNPRSTV") for _ in range(3)),
        "town": town[1],
        "of": town[-1],
    }
    if kind == "individual":
        name = f"{slots['first']} {slots['last']}"
        return name, name
    if kind == "municipality":
        name = str(rng.choice(data["public"])).format(**slots)
        return name, name
    brand = str(rng.choice(data["brands"])).format(**slots)
    return brand, str(rng.choice(data["forms"])).format(brand)


def _address(rng: Random, place: str, kind: str, town: list[str], language: str) -> tuple[str, ...]:
    data, lines = country(place), []
    if kind == "municipality" and rng.random() < 0.45:
        lines.append(unit_in(rng, place))
    street = street_in(rng, place)
    lines.append(street if rng.random() < 0.88 else _drawn(rng, data["box"]))
    lines.append(str(rng.choice(data["postal"])).format(code=town[0], town=town[1], upper=town[1].upper()))
    if rng.random() < 0.3:
        name = data["names"].get(language, data["names"]["en"])
        lines.append(name.upper() if rng.random() < 0.3 else name)
    return tuple(lines)
