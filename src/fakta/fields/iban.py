"""International bank account numbers (ISO 13616).

Issued by banks; formats registered with SWIFT. Country, two check digits (mod 97) and the domestic account; Swedish
ones have 24 characters: three digits of bank code, sixteen of account and one more check digit. Printed in groups of
four.

>>> parse("SE45 5000 0000 0583 9825 7466"), parse("SE4550000000058398257466")
('SE4550000000058398257466', 'SE4550000000058398257466')
>>> [(check.name, check.passed) for check in check("SE4550000000058398257466")]
[('mod97', True), ('country_format', True)]
>>> check("SE4550000000058398257467")[0].passed
False
>>> format("SE4550000000058398257466")
'SE45 5000 0000 0583 9825 7466'
>>> parse("5402-9681")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: '5402-9681' is no IBAN: expected 15-34 characters such as SE45 5000 0000 0583 9825 7466
>>> [match.text for match in find("IBAN: SE45 5000 0000 0583 9825 7466 BIC ESSESESS")]
['SE45 5000 0000 0583 9825 7466']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakta.fields.base import Check, Match
from fakta.fields.printed import first, has_digit, match_at, plain, refusal, squeezed

# Where an IBAN ends when words follow it: lengths of the countries that send invoices to Sweden (SWIFT registry).
_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FO", "FI", "NL"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "LT", "LU"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "DE", "GB", "GE", "IE", "ME", "RS"), 22),
    **dict.fromkeys(("GI", "IL", "AE"), 23),
    **dict.fromkeys(("CZ", "ES", "MD", "RO", "SE", "SK"), 24),
    **dict.fromkeys(("PT",), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC", "SM"), 27),
    **dict.fromkeys(("AL", "CY", "HU", "PL"), 28),
    **dict.fromkeys(("UA",), 29),
    **dict.fromkeys(("MT",), 31),
}
_COMPACT = re.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_START = re.compile(first("[A-Z]", not_after=(r"\w",)) + "[A-Z][0-9]{2}(?=[ .-]?[0-9A-Z])")
_TOKEN = re.compile(r"[0-9A-Z]+(?!\w)")
_LABEL = re.compile(r"IBAN[ .:-]*(?=[A-Z]{2}[0-9]{2})")


def find(text: str) -> Iterator[Match]:
    """Every IBAN in a line of text."""
    if not has_digit(text):
        return
    line = plain(text)
    for start in _START.finditer(line):
        end = _end(line, start.start())
        if end:
            yield match_at(text, start.start(), end)


def parse(text: str) -> str:
    """Compact, in capitals.

    Raises:
        FormatError: the text has not the form of an IBAN; wrong check digits are left to `check`.
    """
    compact = re.sub("[ .-]", "", _LABEL.sub("", squeezed(text).upper(), count=1))
    if not _COMPACT.fullmatch(compact):
        raise refusal(text, "IBAN", expected="15-34 characters such as SE45 5000 0000 0583 9825 7466")
    return compact


def check(value: str) -> tuple[Check, ...]:
    """The check digits, and whether the number has its country's length and form."""
    from stdnum import iban
    from stdnum.iso7064 import mod_97_10

    return (
        Check("mod97", bool(mod_97_10.is_valid(value[4:] + value[:4])), f"check digits {value[2:4]}"),
        Check("country_format", bool(iban.is_valid(value)), f"form of an account in {value[:2]}"),
    )


def format(value: str) -> str:
    """In groups of four."""
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4))


def _end(line: str, start: int) -> int | None:
    length, position, size, end = _LENGTHS.get(line[start : start + 2]), start, 0, None
    while token := _TOKEN.match(line, position):
        # A word without a digit is no group of an account, unless the length is known and not yet reached.
        if not length and not has_digit(token[0]):
            break
        size += len(token[0])
        if size == length or (not length and 15 <= size <= 34):
            end = token.end()
        if size >= (length or 34):
            break
        position = token.end() + 1
        if line[token.end() : position] not in (" ", ".", "-"):
            break
    return end
