"""Organisation numbers: ten digits that name a Swedish legal person.

Issued by Bolagsverket, Skatteverket and other authorities (lag 1974:174). Printed `NNNNNN-NNNN`; authority systems
put `16` in front. The last digit is Luhn's. The first says what it is (2 public bodies, 5 limited companies,
7 cooperatives, 8 associations, 9 partnerships); the third is at least 2, which tells it from a personal number. A sole
trader's organisation number *is* the owner's personal number, with `19` or `20` in front in its long form. Foreign
numbers are read as compact text that fails the check.

>>> [parse(text) for text in ("559994-1209", "5599941209", "16559994-1209", "19121212-1212", "121212+1212")]
['5599941209', '5599941209', '5599941209', '1212121212', '1212121212']
>>> [check.passed for check in check(parse("559994-1209"))], [check.passed for check in check(parse("559994-1208"))]
([True, True], [False, True])
>>> check(parse("999 888 777 MVA"))
(Check(name='swedish_org_number', passed=False, detail='999888777MVA has not the ten digits of a Swedish number'),)
>>> parse("SE559994120901")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: 'SE559994120901' is no organisation number: expected ten digits such as 559994-1209
>>> [match.text for match in find("Org.nr 559994-1209 Tel 013-12 34 56")]
['559994-1209']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakta.fields.base import Check, Match
from fakta.fields.luhn import luhn_ok
from fakta.fields.printed import every_match, first, refusal, squeezed

_SWEDISH = re.compile(r"(?:16|19|20)?([0-9]{10})")
_FOREIGN = re.compile(r"(?!SE[0-9])(?=(?:[^0-9]*[0-9]){5})[A-Z0-9]{5,16}")
_FIND = re.compile(
    first("[0-9H]", not_after=(r"\w", "[0-9][.,:/-]", r"[^\W\d_][-/]"))
    + "(?:"
    + "[0-9]{5} ?[-+] ?[0-9]{4}"
    + "|[0-9]{5} [0-9]{4}"
    + "|[0-9]{9}(?:[0-9]{2})?"
    + "|(?:(?<=1)[69]|(?<=2)0)[0-9]{6} ?[-+] ?[0-9]{4}"
    # Abroad: Norway and France 9 or 14 digits, Finland 1234567-8, Denmark and Germany only with their label.
    + "|[0-9]{2} ?[0-9]{3} ?[0-9]{3}(?: ?[0-9]{5})?"
    + "|[0-9]{6}-[0-9]"
    + "|(?:(?<=CVR [0-9])|(?<=CVR: [0-9]))[0-9]{7}"
    + "|(?<=H)R[AB] ?[0-9]{4,6}"
    + ")"
    + r"(?!\w)(?![-./,:][0-9])"
)


def find(text: str) -> Iterator[Match]:
    """Every organisation number in a line of text, Swedish or not."""
    return every_match(_FIND, text)


def parse(text: str) -> str:
    """Ten digits for a Swedish number; compact capitals and digits for a foreign one.

    Raises:
        FormatError: the text is no such number; a wrong check digit is left to `check`.
    """
    compact = re.sub(r"[ ./+:-]", "", squeezed(text)).upper()
    swedish = _SWEDISH.fullmatch(compact)
    if swedish:
        return swedish[1]
    if not _FOREIGN.fullmatch(compact):
        raise refusal(text, "organisation number", expected="ten digits such as 559994-1209")
    return compact


def check(value: str) -> tuple[Check, ...]:
    """Luhn's digit, and whether the number is one of a legal person or else a personal number."""
    if not _SWEDISH.fullmatch(value) or len(value) != 10:
        return (Check("swedish_org_number", False, f"{value} has not the ten digits of a Swedish number"),)
    return (Check("luhn", luhn_ok(value), f"check digit of {format(value)}"), _legal_form(value))


def format(value: str) -> str:
    """With a hyphen before the last four of ten digits."""
    return f"{value[:6]}-{value[6:]}" if len(value) == 10 and value.isdigit() else value


def is_personal_number(value: str) -> bool:
    """Whether the ten digits can be a person's number, which is personal data.

    >>> is_personal_number("1212121212"), is_personal_number("5599941209")
    (True, False)
    """
    month, day = value[2:4], value[4:6]
    # A coordination number (samordningsnummer) has 60 added to the day.
    return len(value) == 10 and "01" <= month <= "12" and ("01" <= day <= "31" or "61" <= day <= "91")


def _legal_form(value: str) -> Check:
    if value[2] >= "2":
        return Check("legal_form", True, f"third digit {value[2]} is at least 2")
    return Check("legal_form", is_personal_number(value), f"third digit {value[2]}: only a personal number may have it")
