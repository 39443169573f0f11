"""VAT breakdowns whose parts stand apart: a rate over its sum, or taxable amounts and taxes on lines of their own.

    Underlag 25 %   Underlag 12 %        Moms          Momsunderlag 25 %     1 000,00
         1 000,00          500,00      310,00          Momsunderlag 12 %       500,00
                                                       Moms 25 %               250,00
                                                       Moms 12 %                60,00

No line says what a rate makes of what, so the sums that stand with each rate are collected, and those are taken that
come to the net amount and whose taxes come to the VAT amount.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import product as combinations

from fakta.candidates.page import PageView
from fakta.documents.lines import Segment
from fakta.fields.base import Value
from fakta.fields.printed import plain

_MOST_RATES = 4
_MOST_SUMS = 6  # of one rate; the last ones, for rows of the invoice stand above
_BELOW = 4.0  # line heights from a rate to the sum under it, at most

Reads = Callable[[str], Iterable[Decimal]]


def parts_apart(
    views: Sequence[PageView], rates: Reads, sums: Reads, net: Decimal, vat: Decimal, *, tolerance: Decimal
) -> list[dict[str, Value]]:
    """The parts of several rates, each with its tax where that is printed; none where they do not come to the totals.

    Args:
        views: the pages.
        rates, sums: the rates, and the amounts to the cent, in a text.
        net, vat: what the parts come to.
        tolerance: what rounding part by part may make of that.
    """
    pools: dict[Decimal, list[Decimal]] = {}
    for view in views:
        for rate, value in _bound(view, rates, sums):
            if value not in pools.setdefault(rate, []):
                pools[rate].append(value)
    if len(pools) < 2:
        return []
    last, *others = sorted(pools, reverse=True)[:_MOST_RATES]
    for chosen in combinations(*([*pools[rate][-_MOST_SUMS:], None] for rate in others)):
        parts = {rate: value for rate, value in zip(others, chosen, strict=True) if value}
        rest = net - sum(parts.values())
        # What is left of the net amount stands with the last rate, unless nothing is left.
        taxable = next((value for value in reversed(pools[last]) if value and abs(value - rest) <= tolerance), None)
        if taxable is not None:
            parts = {last: taxable, **parts}
        elif abs(rest) > tolerance:
            continue
        tax = sum((_tax(rate, value) for rate, value in parts.items()), Decimal(0))
        if len(parts) > 1 and abs(tax - vat) <= tolerance:
            return [_row(rate, value, pools) for rate, value in parts.items()]
    return []


def _tax(rate: Decimal, taxable: Decimal) -> Decimal:
    return (taxable * rate / 100).quantize(Decimal("0.01"))


def _row(rate: Decimal, taxable: Decimal, pools: Mapping[Decimal, Sequence[Decimal]]) -> dict[str, Value]:
    tax = next((value for value in pools[rate] if abs(value - _tax(rate, taxable)) <= Decimal("0.01")), None)
    row: dict[str, Value] = {"rate": rate, "taxable_amount": taxable}
    return row if tax is None else {**row, "tax_amount": tax}


def _bound(view: PageView, rates: Reads, sums: Reads) -> Iterable[tuple[Decimal, Decimal]]:
    """Each rate with the sums that stand behind it on its line, or under it."""
    for line, segments in enumerate(view.lines):
        named = [(segment, tuple(rates(plain(segment.text)))) for segment in segments]
        alone = {rate for _, found in named for rate in found}
        current = next(iter(alone)) if len(alone) == 1 else None
        for segment, found in named:
            if found:
                current = found[0] if len(found) == 1 else None
            values = list(sums(plain(segment.text)))
            if current is not None:
                yield from ((current, value) for value in values)
            if len(found) == 1 and not values:
                yield from ((found[0], value) for value in _under(view, line, segment, sums))


def _under(view: PageView, line: int, head: Segment, sums: Reads) -> Iterable[Decimal]:
    """The sums of the first line below that has some under a head."""
    reach = head.box.bottom + _BELOW * view.line_height
    for below in range(line + 1, len(view.lines)):
        if view.tops[below] > reach:
            break
        under = [
            each for each in view.lines[below] if each.box.left < head.box.right and head.box.left < each.box.right
        ]
        values = [value for segment in under for value in sums(plain(segment.text))]
        if values:
            return values
    return ()
