"""What every kind of field has in common: four functions and their types.

A kind is a module with

- `find(text)`: every stretch of a line of text that may be a value, as `Match`es;
- `parse(text)`: the canonical value, or a `FieldError` that says what is wrong;
- `check(value)`: what speaks for or against the value, as `Check`s (check digits are evidence, not a veto);
- `format(value)`: how a Swedish reader expects to see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

Value = str | Decimal | date


class Match(NamedTuple):
    """A stretch of text that may be a value: `text == line[start:end]`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of one check.

    Attributes:
        name: short and stable ("luhn", "sums"), so that programs can key on it.
        passed: whether it held.
        detail: what was compared, for people.
    """

    name: str
    passed: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of field: the functions of its module under one name.

    `check` and `format` take the type that `parse` gives: `Decimal`, `date` or `str`.
    """

    name: str
    find: Callable[[str], Iterator[Match]]
    parse: Callable[[str], Value]
    check: Callable[[Any], tuple[Check, ...]]
    format: Callable[[Any], str]


def canonical(value: Value) -> str:
    """The canonical form of a value as text, as in truth files and results.

    Numbers have two decimals, and more where they need more (unit prices).

    >>> canonical(Decimal("12450")), canonical(date(2026, 4, 15)), canonical("54029681"), canonical(Decimal("0.8934"))
    ('12450.00', '2026-04-15', '54029681', '0.8934')
    """
    if isinstance(value, Decimal):
        places = -int(value.normalize().as_tuple().exponent)
        return f"{value:.{max(2, places)}f}"
    if isinstance(value, date):
        return value.isoformat()
    return value
