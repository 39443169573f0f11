"""Swedish personal identity numbers (personnummer) and coordination numbers (samordningsnummer) in a line of text.

Folkbokföringslagen (1991:481) 18 §: birth date, three digits and a check digit, `YYMMDD-NNNC`, with `+` for `-` from
the year in which the person turns 100; authorities print twelve digits, `YYYYMMDDNNNC`. A coordination number (18 a §)
has 60 added to the day; python-stdnum does not know it, so the date is judged here and the check digit in
`fakta.fields.luhn`. A sole trader's organisation number is such a number, and with it the VAT number: `SE` + number +
`01`. Nordea's personal accounts (clearing 3300) are too, in an IBAN behind bank code 300 and seven zeros.

How much a stretch of text proves depends on its form: ten digits in one run are as often an OCR reference.

>>> [(number.form, number.start, number.end) for number in find_numbers("Personnr 811228-9874, momsnr SE811228987401")]
[('marked', 9, 20), ('marked', 31, 41)]
>>> [number.form for number in find_numbers("OCR 8112289874")], list(find_numbers("Org.nr 559994-1209"))
(['bare'], [])
>>> next(find_numbers("811228-9874"))
IdentityNumber(start=0, end=11, form='marked')
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from fakta.fields.luhn import luhn_ok
from fakta.fields.printed import has_digit, plain

Form = Literal["marked", "bare", "unproven"]

# 16 is no century: authority systems put it before organisation numbers, and some programs before a sole trader's, too.
_CENTURY = "(?:16|18|19|20)"
_DATE = "(?:[0-9]{6}|[0-9]{2} [0-9]{2} [0-9]{2})"
_SPACED = "[0-9](?: [0-9])"
# In front: no number that goes on, but a clearing number and the scheme of a Peppol address.
_BEFORE = r"(?<![0-9])(?:(?<![0-9][.,:/+-])|(?<=(?<![0-9])3300-)|(?<=(?<![0-9])0007:))"
_ALONE = rf"{_BEFORE}(?:(?<![^\W_])|(?<=(?<![^\W_])[Ss][Ee]))"
_AFTER = "(?![0-9])(?![.,:/+-][0-9])"
_GROUPS_END = r"(?: 0[1-9])?(?!\w)(?![.,:/+-][0-9])(?! [0-9])"

# Tried in this order at every position; group 1 is the number. Lookaheads, because a refused stretch may hide another.
_PATTERNS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    ("marked", re.compile(r"(?<![^\W_])[Ss][Ee][ -]?(?=([0-9]{6}[ -]?[0-9]{4})[ -]?[0-9]{2}(?!\w))")),
    ("marked", re.compile(rf"{_BEFORE}(?=({_CENTURY} ?{_DATE} ?[-+] ?[0-9]{{4}}){_AFTER})")),
    ("marked", re.compile(rf"{_BEFORE}(?=({_DATE} ?[-+] ?[0-9]{{4}})(?:-0[1-9](?![0-9])|{_AFTER}))")),
    ("marked", re.compile(rf"{_BEFORE}(?=((?:{_SPACED} )?{_SPACED}{{5}} ?[-+] ?{_SPACED}{{3}}){_AFTER})")),
    ("bare", re.compile(rf"{_ALONE}(?=({_CENTURY}[0-9]{{10}})(?!\w){_AFTER})")),
    ("bare", re.compile(rf"{_ALONE}(?=([0-9]{{10}})(?:[ -]?0[1-9])?(?!\w){_AFTER})")),
    (
        "bare",
        re.compile(rf"{_ALONE}(?<![0-9] )(?=({_CENTURY} ?{_DATE} [0-9]{{4}}|{_CENTURY} [0-9]{{10}}){_GROUPS_END})"),
    ),
    ("bare", re.compile(rf"{_ALONE}(?<![0-9] )(?=({_DATE} [0-9]{{4}}){_GROUPS_END})")),
    ("bare", re.compile(rf"{_ALONE}(?<![0-9] )(?=((?:{_SPACED} )?{_SPACED}{{9}}){_GROUPS_END})")),
)
_IBAN = re.compile(r"(?<![^\W_])SE(?: ?[0-9]){22}(?! ?[0-9])")
_PERSONAL_ACCOUNT = re.compile("SE[0-9]{2}3000000000([0-9]{10})")


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A stretch of text that is, or may be, a person's number. Its repr does not show the number.

    Attributes:
        start, end: characters of the text; an IBAN as a whole.
        digits: the ten digits that name the person.
        form: "marked" where the form speaks for it (a hyphen or plus in its place, a VAT number, a personal account);
            "bare" for digits alone, which other numbers look like, too; "unproven" where the check digit is wrong.
    """

    start: int
    end: int
    digits: str = field(repr=False)
    form: Form


def find_numbers(text: str, *, unproven: bool = False) -> Iterator[IdentityNumber]:
    """Every identity number in a line of text, from the left; they do not overlap.

    Args:
        text: words stand between single blanks.
        unproven: also what has the form and the date but not the check digit, as after a misreading; only a label
            that says so makes it a person's number.
    """
    if not has_digit(text):
        return
    line = plain(text)
    found = [*_accounts(line)]
    for form, pattern in _PATTERNS:
        for match in pattern.finditer(line):
            printed = match[1]
            digits = re.sub("[^0-9]", "", printed)
            if not _is_date(digits[:-4]):
                continue
            proven = luhn_ok(digits[-10:])
            if proven or unproven:
                found.append(IdentityNumber(*match.span(1), digits[-10:], form if proven else "unproven"))
    # What is proven goes before what is not, and earlier patterns before later ones.
    found.sort(key=lambda number: number.form == "unproven")
    kept: list[IdentityNumber] = []
    for number in found:
        if all(number.end <= other.start or other.end <= number.start for other in kept):
            kept.append(number)
    yield from sorted(kept, key=lambda number: number.start)


def find_digits(text: str, digits: str) -> Iterator[tuple[int, int]]:
    """Where these ten digits stand, in any print form and also inside longer numbers.

    >>> list(find_digits("SE811228-9874 01 # 58112289874 #", "8112289874"))
    [(2, 13), (20, 30)]
    """
    for match in re.finditer("[ +-]{0,3}".join(digits), plain(text)):
        yield match.span()


def is_identity_number(digits: str) -> bool:
    """Whether ten or twelve digits are a personal or coordination number: the date exists, the check digit holds.

    >>> [is_identity_number(digits) for digits in ("8112289874", "198112289874", "8112889871", "5599941209")]
    [True, True, True, False]
    """
    return len(digits) in (10, 12) and luhn_ok(digits[-10:]) and digits.isdigit() and _is_date(digits[:-4])


def is_coordination_number(digits: str) -> bool:
    """Whether the day of an identity number has 60 added to it.

    >>> is_coordination_number("8112889871"), is_coordination_number("8112289874")
    (True, False)
    """
    return digits[-6] >= "6"


def _is_date(digits: str) -> bool:
    """Whether six or eight digits are a day of birth; without a century it may be this one or the last."""
    if len(digits) == 6 or digits[:2] == "16":
        years = [1900 + int(digits[-6:-4]), 2000 + int(digits[-6:-4])]
    else:
        years = [int(digits[:4])]
    month, day = int(digits[-4:-2]), int(digits[-2:])
    return any(_exists(year, month, day - 60 if day > 60 else day) for year in years if 1800 <= year < 2100)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _accounts(line: str) -> Iterator[IdentityNumber]:
    for match in _IBAN.finditer(line):
        account = _PERSONAL_ACCOUNT.fullmatch(match[0].replace(" ", ""))
        if account and is_identity_number(account[1]):
            yield IdentityNumber(*match.span(), account[1], "marked")
