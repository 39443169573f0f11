"""Invoice date and due date, chosen together: nobody asks for payment before the invoice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fakta.resolve.choice import Choice, Option

# Payment terms in days that agreements and systems use (rule B1 of the cross-field checks).
_TERMS = frozenset({0, 5, 8, 10, 14, 15, 20, 21, 25, 28, 30, 31, 45, 60, 90})
# Every invoice has a date, so an unlabelled one is taken when no label claims it for something else.
_INVOICE_DATE_FLOOR = -2.7


def choose_dates(invoice: Sequence[Option], due: Sequence[Option]) -> dict[str, Choice]:
    """The likeliest pair of invoice date and due date; either may be missing."""
    firsts = [None, *invoice[:6]]
    seconds = [None, *due[:6]]
    best: tuple[float, Option | None, Option | None] = (-1e9, None, None)
    for first in firsts:
        for second in seconds:
            total = (first.score - _INVOICE_DATE_FLOOR if first else 0.0) + (second.score if second else 0.0)
            if first and second:
                total += _agreement(first.value, second.value)
            if total > best[0]:
                best = (total, first, second)
    _, first, second = best
    ordered = 0.5
    if first and second and isinstance(first.value, date) and isinstance(second.value, date):
        ordered = float(first.value <= second.value)
        if (second.value - first.value).days in _TERMS:
            first.reasons.append("usual payment term")
            second.reasons.append("usual payment term")
    return {
        name: Choice(name, option, _runner_up(option, ranked), {"dates_in_order": ordered})
        for name, option, ranked in (("invoice_date", first, invoice), ("due_date", second, due))
    }


def _agreement(first: object, second: object) -> float:
    if not isinstance(first, date) or not isinstance(second, date):
        return 0.0
    days = (second - first).days
    if days < 0:
        return -4.0
    if days == 0:
        return -0.5
    if days in _TERMS:
        return 1.0
    return 0.4 if days <= 100 else -2.0


def _runner_up(option: Option | None, ranked: Sequence[Option]) -> float:
    return max((other.score for other in ranked if option is None or other.value != option.value), default=-10.0)
