"""When two canonical values are the same."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from fakta.fields.answers import SPACED_KINDS

# Numbers in table cells: "2", "2.0" and "2.00" are the same quantity.
NUMERIC_KINDS = frozenset({"amount", "percent", "quantity"})


def comparable(value: str, kind: str) -> str:
    """A field's canonical value in the form in which it is compared.

    White space in names and texts counts as one space; everything else is compared as it is.

    >>> comparable("Norra  Exempel AB ", "name")
    'Norra Exempel AB'
    >>> comparable("100", "amount")
    '100'
    """
    return " ".join(value.split()) if kind in SPACED_KINDS else value


def same_value(one: str | None, other: str | None, kind: str) -> bool:
    """Whether two canonical values of a field are the same; None = not on the document, which only None is.

    >>> same_value("Norra  Exempel AB", "Norra Exempel AB", "name"), same_value("", None, "name")
    (True, False)
    """
    if one is None or other is None:
        return one is other
    return comparable(one, kind) == comparable(other, kind)


def comparable_cell(value: str, kind: str) -> str:
    """A table cell's canonical value in the form in which it is compared: numbers by value, the rest as `comparable`.

    >>> comparable_cell("2.00", "quantity") == comparable_cell("2", "quantity")
    True
    """
    if kind in NUMERIC_KINDS:
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value
        return format(number.normalize(), "f") if number.is_finite() else value
    return comparable(value, kind)
