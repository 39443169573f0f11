"""Sums that are printed before and after rounding for payment in cash.

Where the smallest coin is five hundredths (Malaysia's since 2008, Switzerland's, Canada's, Australia's), the sum to pay
is the nearest multiple of it, and both are printed: "SUB-TOTAL 98.37 ... TOTAL AFTER ADJ 98.35".
"""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal

from fakta.errors import FieldError
from fakta.fields import KINDS
from fakta.fields.base import Value

_COIN = Decimal("0.05")
_HALF_COIN = _COIN / 2
# A currency, a tax code: "RM9.00", "9.00SR".
_AROUND = re.compile(r"^\D+|\D+$")


def rounded_sums(values: Collection[Value]) -> frozenset[Value]:
    """Those of the values that are another one of them, rounded to the smallest coin.

    Args:
        values: amounts, or texts that are amounts; others are passed over.

    >>> sorted(rounded_sums({"98.37", "RM98.35", "100.00", "98.40"}))
    ['RM98.35']
    """
    amounts = {value: amount for value in values if (amount := _amount(value)) is not None}
    uneven = [amount for amount in amounts.values() if amount % _COIN]
    return frozenset(
        value
        for value, amount in amounts.items()
        if not amount % _COIN and any(abs(amount - other) < _HALF_COIN for other in uneven)
    )


def _amount(value: Value) -> Decimal | None:
    """The amount of a value, None where it is none."""
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str):
        return None
    try:
        amount = KINDS["amount"].parse(_AROUND.sub("", value))
    except FieldError:
        return None
    return amount if isinstance(amount, Decimal) else None
