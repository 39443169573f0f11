"""Invoice date and due date, chosen together: nobody asks for payment before the invoice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from fakta.resolve.choice import Choice, Option
from fakta.resolve.evidence import TERMS

# "30 dagar netto", "14 dgr", "10 days", "Net 30", "30 Tage".
_STATED = re.compile(r"\b(\d{1,3}) ?(?:dagar|dgr|days|Tage|jours)\b|\b[Nn]et(?:to)? (\d{1,3})\b")
# Every invoice has a date, so an unlabelled one is taken when no label claims it for something else.
_INVOICE_DATE_FLOOR = -2.7


def stated_terms(texts: Iterable[str]) -> frozenset[int]:
    """Payment terms in days that lines of text state.

    >>> sorted(stated_terms(["Betalningsvillkor 30 dagar netto", "Reklamation inom 8 dgr", "Net 14"]))
    [8, 14, 30]
    """
    return frozenset(int(found[1] or found[2]) for text in texts for found in _STATED.finditer(text))


def choose_dates(
    invoice: Sequence[Option], due: Sequence[Option], *, terms: frozenset[int] = frozenset()
) -> dict[str, Choice]:
    """The likeliest pair of invoice date and due date; either may be missing.

    Args:
        invoice, due: options for each, likeliest first.
        terms: days that the document states, see `stated_terms`.
    """
    firsts = [None, *invoice[:6]]
    seconds = [None, *due[:6]]
    best: tuple[float, Option | None, Option | None] = (-1e9, None, None)
    for first in firsts:
        for second in seconds:
            total = (first.score - _floor(first) if first else 0.0) + (second.score if second else 0.0)
            if first and second:
                total += _agreement(first.value, second.value, terms=terms)
            if total > best[0]:
                best = (total, first, second)
    _, first, second = best
    ordered = 0.5
    if first and second and isinstance(first.value, date) and isinstance(second.value, date):
        ordered = float(first.value <= second.value)
        days = (second.value - first.value).days
        if days in terms or days in TERMS:
            reason = "stated payment term" if days in terms else "usual payment term"
            first.reasons.append(reason)
            second.reasons.append(reason)
    return {
        name: Choice.among(name, option, ranked, {"dates_in_order": ordered})
        for name, option, ranked in (("invoice_date", first, invoice), ("due_date", second, due))
    }


def _floor(first: Option) -> float:
    # But a supplier whose earlier invoices had none has none.
    return 0.0 if "memory_absent" in first.evidence else _INVOICE_DATE_FLOOR


def _agreement(first: object, second: object, *, terms: frozenset[int]) -> float:
    if not isinstance(first, date) or not isinstance(second, date):
        return 0.0
    days = (second - first).days
    if days < 0:
        return -4.0
    if days and days in terms:
        return 2.0
    if days == 0:
        return -0.5
    if days in TERMS:
        return 1.0
    return 0.4 if days <= 100 else -2.0
