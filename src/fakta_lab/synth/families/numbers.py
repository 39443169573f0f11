"""Numbers of vendors in and outside Sweden, valid by the check digits of python-stdnum, and references to pay with."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from stdnum.dk import cvr
from stdnum.fi import alv
from stdnum.iso7064 import mod_11_10
from stdnum.no import orgnr

from fakta_lab.synth import abroad, identifiers

_LETTERS = "ABCDEFGHJKLMNPRSTUVWX"


def from_pattern(rng: Random, pattern: str, *, year: int) -> str:
    """The pattern with its `#`, `@` and year filled in; no number begins with 0.

    >>> from_pattern(Random(1), "F{yy}-###", year=2026)[:4]
    'F26-'
    """
    text = pattern.replace("{yyyy}", str(year)).replace("{yy}", f"{year % 100:02d}")
    made = ""
    for character in text:
        if character == "#":
            made += str(rng.randrange(10)) if made[-1:].isdigit() else str(rng.randrange(1, 10))
        else:
            made += rng.choice(_LETTERS) if character == "@" else character
    return made


def account(rng: Random, country: str) -> tuple[str, str]:
    """IBAN (compact) and BIC of a bank in that country."""
    return identifiers.iban_and_bic(rng) if country == "SE" else abroad.account(rng, country)


def company_numbers(rng: Random, country: str) -> tuple[str, str]:
    """The company number as its country prints it, and the VAT number, compact."""
    match country:
        case "DE":
            body = identifiers.digits(rng, 8)
            return f"HRB {identifiers.digits(rng, 5)}", f"DE{body}{mod_11_10.calc_check_digit(body)}"
        case "FR":
            siren = identifiers.with_luhn(identifiers.digits(rng, 8))
            key = (12 + 3 * (int(siren) % 97)) % 97
            return f"{siren[:3]} {siren[3:6]} {siren[6:]}", f"FR{key:02d}{siren}"
        case "GB":
            body = identifiers.digits(rng, 7)
            weighted = sum(int(digit) * weight for digit, weight in zip(body, range(8, 1, -1), strict=True))
            return f"0{identifiers.digits(rng, 7)}", f"GB{body}{97 - weighted % 97:02d}"
        case "NO":
            number = _drawn(rng, 9, orgnr.is_valid)
            return f"{number[:3]} {number[3:6]} {number[6:]}", f"NO{number}MVA"
        case "DK":
            number = _drawn(rng, 8, cvr.is_valid)
            return number, f"DK{number}"
        case "FI":
            number = _drawn(rng, 8, alv.is_valid)
            return f"{number[:7]}-{number[7]}", f"FI{number}"
    raise ValueError(f"no company numbers for {country}")


def _drawn(rng: Random, length: int, is_valid: Callable[[str], bool]) -> str:
    """A number that the country's own rule takes; about one in eleven does."""
    while not is_valid(number := identifiers.digits(rng, length)):
        pass
    return number


def payment_reference(rng: Random, kind: str, *, invoice_number: str, customer_number: str) -> str:
    """What a payer quotes, canonical; "" for `none`.

    Args:
        rng: for digits that follow from nothing else.
        kind: `none`; `same` as the invoice number; `check` and `length`: its digits with a Luhn digit, or with a length
            digit too; `customer`: customer number, invoice number and Luhn digit; `random N`: N digits, the last by
            Luhn; `finnish`: the invoice number with the Finnish check digit; `danish`: 15 digits for `+71<`.
        invoice_number, customer_number: as printed.

    >>> payment_reference(Random(1), "finnish", invoice_number="12345", customer_number="")
    '123453'
    """
    body = "".join(character for character in invoice_number if character.isdigit())
    match kind.split():
        case ["none"]:
            return ""
        case ["same"]:
            return invoice_number
        case ["check"]:
            return identifiers.with_luhn(body)
        case ["length"]:
            return identifiers.reference_with_length(body)
        case ["customer"]:
            digits = "".join(character for character in customer_number if character.isdigit())
            return identifiers.with_luhn(digits + body.zfill(7))
        case ["random", count]:
            return identifiers.with_luhn(identifiers.digits(rng, int(count) - 1))
        case ["finnish"]:
            total = sum(int(digit) * (7, 3, 1)[i % 3] for i, digit in enumerate(reversed(body)))
            return f"{body}{-total % 10}"
        case ["danish"]:
            return identifiers.with_luhn(body.zfill(14))
    raise ValueError(f"no payment reference of kind {kind!r}")
