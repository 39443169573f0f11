"""Quantities and unit prices: decimal numbers with up to four places.

Issued by nobody. Quantities have 0-3 decimals (`10,270` kg), prices up to 4 (`0,8934` kr/kWh). A lone period or comma
is therefore always the decimal mark, unlike in amounts. A unit may stand behind.

>>> [str(parse(text)) for text in ("1", "7,5", "10,270", "0,8934", "1 149,00", "1,234.50", "-2", "10st", "2,5 tim")]
['1', '7.5', '10.27', '0.8934', '1149', '1234.5', '-2', '10', '2.5']
>>> format(parse("1 149,50")).replace("\\u00a0", " ")
'1 149,5'
>>> parse("7,5,3")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: '7,5,3' is no quantity: expected a number such as 7,5
>>> [match.text for match in find("2 150,00")]
['2 150,00', '150,00', '2']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from fakta.fields.base import Check, Match
from fakta.fields.numerals import group_starts, read, scan
from fakta.fields.printed import has_digit, match_at, plain, refusal, squeezed

_UNIT = (
    "(?:st|styck|stk|pcs|ea|h|tim|timmar|min|dag|dagar|mån|år|kg|g|ton|m|m2|m²|m3|m³|lm|km|mil|l|liter|kwh|mwh|"
    "förp|frp|fp|pkt|port|par|krt|set)"
)
_WITH_UNIT = re.compile(rf"(.*[0-9])( ?){_UNIT}\.?", re.IGNORECASE)
_GLUED = re.compile(rf"(?<![\w.,:/#-])-?[0-9]{{1,6}}(?:[.,][0-9]{{1,4}})?{_UNIT}(?![\w-])", re.IGNORECASE)


def find(text: str) -> Iterator[Match]:
    """Every number in a line of text; after each, what it is when blanks in it divide columns."""
    if not has_digit(text):
        return
    for numeral in scan(text):
        yield match_at(text, numeral.start, numeral.end)
        starts = group_starts(text, numeral)
        for start in starts:
            yield match_at(text, start, numeral.end)
        for start in reversed(starts):
            yield match_at(text, numeral.start, start - 1)
    for found in _GLUED.finditer(plain(text)):
        yield match_at(text, found.start(), found.end())


def parse(text: str) -> Decimal:
    """The number, without trailing zeros.

    Raises:
        FormatError: the text is no number, or has more than four decimals.
    """
    number = squeezed(text)
    with_unit = _WITH_UNIT.fullmatch(number)
    found = read(with_unit[1] if with_unit else number, three_decimals=True)
    if found is None:
        raise refusal(text, "quantity", expected="a number such as 7,5")
    return _without_zeros(found[0])


def check(value: Decimal) -> tuple[Check, ...]:
    """Nothing to check about a single quantity; quantity times price is compared with the line's amount."""
    return ()


def format(value: Decimal) -> str:
    """The number as in Swedish text, with no-break blanks and as many decimals as it needs."""
    return f"{_without_zeros(value):,f}".replace(",", "\u00a0").replace(".", ",")


def _without_zeros(value: Decimal) -> Decimal:
    stripped = value.normalize()
    return stripped if int(stripped.as_tuple().exponent) <= 0 else stripped.quantize(Decimal(1))
