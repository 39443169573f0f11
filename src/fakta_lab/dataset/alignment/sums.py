"""Which places hold the document's sums because its other sums stand there too.

The net amount, the VAT, the rounding and what is due are printed in one block: one under the other, flush, or side by
side in a line of their own. Where all of them are known, the company a place keeps says more than the words beside it,
which no lexicon may know. Rows of tables keep company too (a row of a VAT breakdown has a net amount and its VAT), but
side by side and not one under the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate
from fakta.fields import amount
from fakta.schema import Field
from fakta_lab.dataset.alignment.masks import LONG_WORD, TOTALS

# Sums of one block are flush at their right or their left, in page widths, and so many line heights apart at most.
FLUSH = 0.015
REACH = 7.0
# An amount printed without decimals is told from a quantity or a page number by so many digits.
TELLING_DIGITS = 3
# A label, its sum and the currency; the row of an item has more cells.
LABEL_AND_SUM = 3

Found = Sequence[tuple[Field, str, Sequence[Candidate]]]
# Page index and word positions.
Spot = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Sum:
    """One place of one of the document's sums."""

    field: str
    amount: Decimal
    candidate: Candidate

    @property
    def telling(self) -> bool:
        """Whether it is surely money, and not nothing."""
        text = self.candidate.text
        return bool(self.amount) and (amount.has_decimals(text) or sum(map(str.isdigit, text)) >= TELLING_DIGITS)


def sums_of(found: Found) -> list[Sum]:
    """Every place of every amount.

    Args:
        found: each field, its canonical value, and every place where it stands.
    """
    return [
        Sum(field.name, Decimal(value), candidate)
        for field, value, candidates in found
        if field.kind == "amount"
        for candidate in candidates
    ]


def stacked(sums: Sequence[Sum], views: Sequence[PageView]) -> dict[Spot, int]:
    """The places right under or over other sums, without being cells in the row of an item, and under how many.

    Args:
        sums: of the document.
        views: the pages.
    """
    standing: dict[Spot, int] = {}
    for one in sums:
        candidate = one.candidate
        view = views[candidate.page]
        reach = REACH * view.line_height
        label_and_sum = len(view.lines[candidate.line]) <= LABEL_AND_SUM
        partners = {
            other.field
            for other in sums
            if other.field != one.field
            and other.amount != one.amount
            and other.telling
            and flush(candidate, other.candidate, reach)
            and (label_and_sum or not _nearer(one, other, sums, reach))
        }
        if partners and named(view, candidate):
            standing[candidate.page, candidate.words] = len(partners)
    return standing


def lines_of_sums(sums: Sequence[Sum]) -> Mapping[int, frozenset[int]]:
    """Page index to the lines where several sums stand side by side: no row of items does that."""
    return _by_page((page, line) for (page, line), amounts in _beside(sums) if len(set(amounts.values())) > 1)


def lines_of_total(
    sums: Sequence[Sum], known: Mapping[str, str | None], views: Sequence[PageView]
) -> Mapping[int, frozenset[int]]:
    """Page index to the lines of several sums that are no row of a VAT breakdown.

    For they have what such a row never has: the rounding, or what is due where that is not just net amount and VAT.

    Args:
        sums: of the document.
        known: canonical values by field.
        views: the pages; a line with words is left out, for it may hold a sum beside the row of a breakdown.
    """
    gross = sum(Decimal(known.get(name) or "0") for name in ("net_amount", "vat_amount"))
    return _by_page(
        (page, line)
        for (page, line), amounts in _beside(sums)
        if len(set(amounts.values())) > 1
        and not any(LONG_WORD.search(segment.text) for segment in views[page].lines[line])
        and (amounts.get("rounding_amount") or amounts.get("amount_due", gross) != gross)
    )


def lone_in(sums: Sequence[Sum], lines: Mapping[int, frozenset[int]]) -> dict[Spot, int]:
    """The places in some lines that are the only ones of their field there, and how many other fields stand there."""
    by_line: dict[tuple[int, int, str], list[Spot]] = defaultdict(list)
    for each in sums:
        candidate = each.candidate
        if candidate.line in lines[candidate.page]:
            by_line[candidate.page, candidate.line, each.field].append((candidate.page, candidate.words))
    fields = Counter((page, line) for page, line, _ in by_line)
    return {spots[0]: fields[page, line] - 1 for (page, line, _), spots in by_line.items() if len(spots) == 1}


def _nearer(one: Sum, other: Sum, sums: Sequence[Sum], reach: float) -> bool:
    """Whether the other sum has the same field's value nearer by: in the totals, where this one is an item's."""
    distance = _distance(one.candidate, other.candidate)
    return any(
        each.field == one.field
        and each.candidate is not one.candidate
        and flush(each.candidate, other.candidate, reach)
        and _distance(each.candidate, other.candidate) < distance
        and (each.candidate.box.top < other.candidate.box.top) == (one.candidate.box.top < other.candidate.box.top)
        for each in sums
    )


def flush(one: Candidate, other: Candidate, reach: float) -> bool:
    """Whether one place stands under the other, no farther off than `reach` (in page heights)."""
    if one.page != other.page or one.line == other.line or _distance(one, other) > reach:
        return False
    return (
        abs(one.box.right - other.box.right) <= FLUSH
        or abs(one.box.left - other.box.left) <= FLUSH
        or abs(one.segment.box.left - other.segment.box.left) <= FLUSH
    )


def _distance(one: Candidate, other: Candidate) -> float:
    return abs(one.box.top + one.box.bottom - other.box.top - other.box.bottom) / 2


def named(view: PageView, candidate: Candidate) -> bool:
    """Whether words stand left of the place, or nothing does: left of an item's amount stand its price and quantity."""
    if any(
        hit.box.right <= candidate.box.left and any(m.group == "field" and m.name in TOTALS for m in hit.meanings)
        for hit in view.hits[candidate.line]
    ):
        return True
    before = [s.text for s in view.lines[candidate.line] if s.box.right <= candidate.segment.box.left]
    for text in (candidate.segment.text[: candidate.start], *reversed(before)):
        if LONG_WORD.search(text):
            return True
        if any(map(str.isdigit, text)):
            return False
    return True


def _beside(sums: Sequence[Sum]) -> Iterator[tuple[tuple[int, int], Mapping[str, Decimal]]]:
    """Page and line to the sums that stand there."""
    lines: dict[tuple[int, int], dict[str, Decimal]] = defaultdict(dict)
    for each in sums:
        # A lone nought is a discount, or a rate.
        if each.telling or amount.has_decimals(each.candidate.text):
            lines[each.candidate.page, each.candidate.line][each.field] = each.amount
    yield from lines.items()


def _by_page(lines: Iterator[tuple[int, int]]) -> Mapping[int, frozenset[int]]:
    pages: dict[int, frozenset[int]] = defaultdict(frozenset)
    for page, line in lines:
        pages[page] |= {line}
    return pages
