"""Percentages: VAT rates and discounts.

Swedish VAT rates are 25, 12, 6 and 0 % (ML 2023:200 chapter 9). They are printed `25%`, `25 %`, `25,00 %` or, in a
column headed by the sign, as a bare `25`.

>>> [str(parse(text)) for text in ("25%", "25 %", "25,00 %", "25", "11,5 %", "-10 %")]
['25', '25', '25', '25', '11.5', '-10']
>>> parse("250 %")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: '250 %' is no percentage: expected a number from -100 to 100, such as 25 %
>>> [match.text for match in find("Moms 25 % 873,89 av 12%")]
['25 %', '12%']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from fakta.fields.base import Check, Match
from fakta.fields.numerals import scan
from fakta.fields.printed import first, has_digit, match_at, plain, refusal, squeezed
from fakta.fields.quantity import format as format_quantity

_VAT_RATES = frozenset(Decimal(rate) for rate in (25, 12, 6, 0))
_NUMBER = r"[0-9]{1,3}(?:[.,][0-9]{1,2})?"
_BARE = re.compile("-?(?:100|[0-9]{1,2})(?:[.,][0-9]{1,2})?")
_WHOLE = re.compile(rf"(-? ?{_NUMBER}) ?(?:%|procent|pct)?", re.IGNORECASE)
_WITH_SIGN = re.compile(
    first("[-0-9]", not_after=(r"[\w#@&+-]", "[0-9][.,:/]", r"[^\W\d_]/"))
    + r"[0-9]{0,3}(?:[.,][0-9]{1,2})?(?<=[0-9]) ?(?:%|procent(?!\w))"
)


def find(text: str) -> Iterator[Match]:
    """Every percentage in a line of text, and every bare number that can be one, as in a column headed by the sign."""
    if not has_digit(text):
        return
    for found in _WITH_SIGN.finditer(plain(text)):
        yield match_at(text, found.start(), found.end())
    for numeral in scan(text):
        if _BARE.fullmatch(text, numeral.start, numeral.end):
            yield match_at(text, numeral.start, numeral.end)


def parse(text: str) -> Decimal:
    """The number before the sign, without trailing zeros.

    Raises:
        FormatError: the text is no number from -100 to 100.
    """
    found = _WHOLE.fullmatch(squeezed(text))
    value = Decimal(found[1].replace(",", ".").replace(" ", "")) if found else None
    if value is None or abs(value) > 100:
        raise refusal(text, "percentage", expected="a number from -100 to 100, such as 25 %")
    return abs(value) if not value else value.quantize(Decimal(1)) if value == int(value) else value.normalize()


def check(value: Decimal) -> tuple[Check, ...]:
    """Whether it is one of the Swedish VAT rates."""
    return (Check("vat_rate", value in _VAT_RATES, f"{format(value)}; Swedish rates are 25, 12, 6 and 0 %"),)


def format(value: Decimal) -> str:
    """The number with a no-break blank before the sign."""
    return f"{format_quantity(value)}\u00a0%"
