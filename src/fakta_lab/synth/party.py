"""Suppliers' and customers' identities: names, addresses, numbers, contact details."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random

from fakta_lab.synth import identifiers
from fakta_lab.synth.material import load_yaml, municipalities, places

_UMLAUTS = str.maketrans("åäöæøÅÄÖÆØéß", "aaoaoAAOAOes")


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who sends or gets invoices.

    Attributes:
        name: as registered.
        brand: the name without company form, as in a logo.
        kind: "company", "plain" (an organisation without company form), "sole", "municipality" or "private"; of those
            abroad "foreign", "municipality" or "individual".
        org_number: ten digits; abroad what that country's register prints; "" for private persons.
        vat_number: compact; "" where there is none.
        country: ISO 3166; "SE" for Swedish.
        address: the lines under the name.
        place: name of the file in data/countries.
    """

    name: str
    brand: str
    kind: str
    org_number: str
    vat_number: str
    country: str
    address: tuple[str, ...]
    town: str
    contact: str
    phone: str
    mobile: str
    email: str
    web: str
    place: str = "SE"


def person_name(rng: Random) -> str:
    """First and last name, as in Sweden."""
    names = load_yaml("names")
    return f"{rng.choice(names['first_names'])} {rng.choice(names['surnames'])}"


def phone(rng: Random) -> str:
    """A Swedish telephone number in one of the usual forms."""
    area = rng.choice(
        ("08", "031", "040", "013", "018", "019", "021", "026", "0911", "0431", "0142", "060", "090", "054")
    )
    n = identifiers.digits(rng, 8)
    return rng.choice(
        (
            f"{area}-{n[:2]} {n[2:4]} {n[4:6]}",
            f"{area}-{n[:3]} {n[3:5]} {n[5:7]}",
            f"{area}-{n[:6]}",
            f"+46 {area[1:]} {n[:3]} {n[3:5]} {n[5:7]}",
            f"+46 (0){area[1:]} {n[:2]} {n[2:4]} {n[4:6]}",
            f"010-{n[:3]} {n[3:5]} {n[5:7]}",
            f"0771-{n[:3]} {n[3:6]}",
            f"020-{n[:2]} {n[2:4]} {n[4:6]}",
        )
    )


def mobile(rng: Random) -> str:
    """A Swedish mobile number."""
    n = identifiers.digits(rng, 7)
    prefix = rng.choice(("070", "072", "073", "076", "079"))
    return rng.choice(
        (f"{prefix}-{n[:3]} {n[3:5]} {n[5:]}", f"{prefix}{n}", f"+46 {prefix[1:]} {n[:3]} {n[3:5]} {n[5:]}")
    )


def make_party(rng: Random, *, role: str) -> Party:
    """A Swedish supplier (`role="supplier"`) or customer (`role="customer"`)."""
    kind = _kind(rng, role)
    if kind == "municipality":
        return _municipality(rng)
    code, town = rng.choice(places())
    name = _name(rng, kind, town)
    if kind == "plain" and rng.random() < 0.5:
        org_kind = rng.choice(("association", "company"))
    else:
        org_kind = {"company": "company", "plain": "association", "sole": "person", "private": "person"}[kind]
    org = "" if kind == "private" else identifiers.org_number(rng, org_kind)
    if " HB" in name or name.startswith("HB") or name.endswith(" KB"):
        org = identifiers.org_number(rng, "partnership")
    return _party(rng, name, kind, org, f"SE{org}01" if org else "", code, town)


def _kind(rng: Random, role: str) -> str:
    if role == "supplier":
        return rng.choices(("company", "plain", "sole"), (74, 19, 7))[0]
    return rng.choices(("company", "municipality", "plain", "private", "sole"), (52, 22, 12, 11, 3))[0]


def _name(rng: Random, kind: str, town: str) -> str:
    names = load_yaml("names")
    slots = {
        "first": rng.choice(names["first_names"]),
        "first2": rng.choice(names["first_names"]),
        "last": rng.choice(names["surnames"]),
        "last2": rng.choice(names["surnames"]),
        "trade": rng.choice(names["trades"]),
        "coined": rng.choice(names["coined"]),
        "coined2": rng.choice(names["coined"]),
        "ending": rng.choice(names["endings"]),
        "region": rng.choice(names["regions"]),
        "flower": rng.choice(names["flowers"]),
        "town": town,
        "abc": "".join(rng.choice("ABCDEFGHKLMNPRSTV") for _ in range(3)),
        "small": str(rng.randrange(2, 40)),
    }
    patterns = {"company": "companies", "plain": "plain_organisations", "sole": "sole_traders"}
    if kind == "private":
        return f"{slots['first']} {slots['last']}"
    name = rng.choice(names[patterns[kind]]).format(**slots)
    # "Wikströms's" and "Borås's" are written without a second s.
    return name.replace("ss ", "s ") if "ss " in name and rng.random() < 0.9 else name


def street(rng: Random) -> str:
    """A Swedish street and number."""
    name = rng.choice(load_yaml("names")["streets"])
    number = str(rng.randrange(1, 180)) + rng.choice(("", "", "", "", " A", " B", "C", " D"))
    return f"{name} {number}" + rng.choice(("", "", "", "", "", "", " plan 3", ", 2 tr"))


def _postal_line(rng: Random, code: str, town: str) -> str:
    spaced = f"{code[:3]} {code[3:]}"
    upper = rng.random() < 0.25
    town = town.upper() if upper else town
    return rng.choices(
        (f"{spaced} {town}", f"{code} {town}", f"SE-{spaced} {town}", f"S-{spaced} {town}"), (82, 6, 10, 2)
    )[0]


def _party(rng: Random, name: str, kind: str, org: str, vat: str, code: str, town: str) -> Party:
    lines = []
    if kind not in ("private", "sole") and rng.random() < 0.12:
        lines.append(
            rng.choice(
                (f"c/o {person_name(rng)}", rng.choice(load_yaml("names")["units"]), "Fakturaavdelningen", "Ekonomi")
            )
        )
    lines.append(f"Box {rng.randrange(12, 9999)}" if kind == "company" and rng.random() < 0.22 else street(rng))
    lines.append(_postal_line(rng, code, town))
    if rng.random() < 0.07:
        lines.append(rng.choice(("Sverige", "Sweden", "SVERIGE")))
    contact = person_name(rng)
    brand = _brand(name)
    host = host_name(brand)
    mailbox = rng.choice(
        ("info", "faktura", "ekonomi", "kundtjanst", "order", "kontakt", host_name(contact.replace(" ", ".")))
    )
    email = (
        f"{host_name(name)}@{rng.choice(('hemma', 'post', 'epost'))}.se"
        if kind == "private"
        else f"{mailbox}@{host}.se"
    )
    return Party(
        name=name,
        brand=brand,
        kind=kind,
        org_number=org,
        vat_number=vat,
        country="SE",
        address=tuple(lines),
        town=town,
        contact=contact,
        phone=phone(rng),
        mobile=mobile(rng),
        email=email,
        web=rng.choice((f"www.{host}.se", f"{host}.se")),
    )


def _municipality(rng: Random) -> Party:
    name, org, code, town = rng.choice(municipalities())
    units = load_yaml("names")["units"]
    lines = [rng.choice(units)] if rng.random() < 0.6 else []
    if rng.random() < 0.3:
        lines += [f"FE {rng.randrange(10, 400)}", "838 73 FRÖSÖN"]
    else:
        lines += [
            f"Box {rng.randrange(10, 990)}" if rng.random() < 0.5 else street(rng),
            _postal_line(rng, code, town),
        ]
    host = host_name(name.split(" kommun")[0])
    return Party(
        name=name,
        brand=name,
        kind="municipality",
        org_number=org,
        vat_number=f"SE{org}01",
        country="SE",
        address=tuple(lines),
        town=town,
        contact=person_name(rng),
        phone=phone(rng),
        mobile=mobile(rng),
        email=f"faktura@{host}.se",
        web=f"www.{host}.se",
    )


def _brand(name: str) -> str:
    words = [
        w
        for w in name.replace("(publ)", "").split()
        if w not in ("AB", "KB", "HB", "Aktiebolag", "Firma", "ek.", "för.")
    ]
    return " ".join(words) or name


def host_name(text: str) -> str:
    """A name as it stands in a web address: plain letters and digits.

    >>> host_name("Åkesson & Söner AB")
    'akessonsonerab'
    """
    plain = unicodedata.normalize("NFKD", text.translate(_UMLAUTS)).encode("ascii", "ignore").decode().lower()
    return "".join(c for c in plain if c.isalnum() or c == ".").strip(".")[:28]
