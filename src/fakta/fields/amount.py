"""Amounts of money: decimal numbers with two places, in any of the forms of invoices.

Issued by nobody; the forms are those of Swedish, German and English printing: `1 234,50`, `1.234,50`, `1,234.50`,
`1234:50`, `12 345:-`, with the currency before or behind, negative with `-`, a minus sign, a trailing minus,
parentheses or `CR`. Exactly three digits behind a lone period or comma are thousands. Money is `Decimal`, never float.

>>> {str(parse(text)) for text in ("1 234,50", "1.234,50", "1234.50", "1234:50", "SEK 1,234.50", "1'234.50 kr")}
{'1234.50'}
>>> [str(parse(text)) for text in ("-123,00", "\u2212123,00", "123,00-", "(123,00)", "123,00 CR")]
['-123.00', '-123.00', '-123.00', '-123.00', '-123.00']
>>> str(parse("1.234")), str(parse("1,234")), str(parse("12 345,-")), str(parse("0,8934"))
('1234.00', '1234.00', '12345.00', '0.8934')
>>> parse("12.34.56")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: '12.34.56' is no amount: expected a number such as 1 234,50
>>> [match.text for match in find("Antal 2 150,00 moms 25 % 2026-04-15 bg 5402-9681")]
['2 150,00', '150,00']
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from fakta.fields.base import Check, Match
from fakta.fields.numerals import group_starts, read, scan
from fakta.fields.printed import match_at, refusal

_CENT = Decimal("0.01")


def find(text: str) -> Iterator[Match]:
    """Every amount in a line of text; after each, what it is when its leading groups are another column's."""
    for numeral in scan(text):
        if numeral.places is not None and numeral.places > 3:
            continue
        yield match_at(text, numeral.start, numeral.end)
        if text[numeral.start : numeral.number_start] == "- ":
            yield match_at(text, numeral.number_start, numeral.end)
        for start in group_starts(text, numeral):
            yield match_at(text, start, numeral.end)


def parse(text: str) -> Decimal:
    """The amount with two places; with more where more were printed.

    Raises:
        FormatError: the text is no number, or has more digits than money can have.
    """
    found = read(text, three_decimals=False)
    if found is None:
        raise refusal(text, "amount", expected="a number such as 1 234,50")
    value, places = found
    return value.quantize(_CENT) if places <= 2 else value


def check(value: Decimal) -> tuple[Check, ...]:
    """Nothing to check about a single amount; sums are compared between fields."""
    return ()


def format(value: Decimal) -> str:
    """The amount as in Swedish text, with no-break blanks: `-1 234,50`."""
    rounded = value if value == value.quantize(_CENT) else value.normalize()
    places = max(2, -int(rounded.normalize().as_tuple().exponent))
    return f"{value:,.{places}f}".replace(",", "\u00a0").replace(".", ",")


def has_decimals(text: str) -> bool:
    """Whether an amount is printed to the öre, or with the `:-` that stands for none: far likelier money.

    >>> has_decimals("1 234,50"), has_decimals("12 345:-"), has_decimals("1 234"), has_decimals("1.234")
    (True, True, False, False)
    """
    return any(numeral.places == 2 for numeral in scan(text))
