"""Which lines of a page are rows of tables, where a value is a cell and not the document's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate
from fakta.fields import amount
from fakta.fields.slip_line import find_slip_line
from fakta_lab.dataset.alignment.choose import EVIDENCE
from fakta_lab.dataset.alignment.masks import LONG_WORD, table_lines, vat_table_lines
from fakta_lab.dataset.alignment.sums import Found, Spot

# A line of so few segments under a table's head is a total with its label, not a row.
TOTAL_CELLS = 2
# Numbers that say what they are, and stand beside sums and dates but in no row of items.
NUMBER_KINDS = frozenset({"bankgiro", "plusgiro", "iban", "bic", "org_number", "vat_number"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines of one page that have rules of their own, by index.

    Attributes:
        rows: of tables of line items.
        vat_rows: of VAT breakdowns.
        machine_read: of the slip.
        cells: per line, how many segments it has.
        priced: that hold an amount with decimals.
    """

    rows: frozenset[int]
    vat_rows: frozenset[int]
    machine_read: frozenset[int]
    cells: tuple[int, ...]
    priced: frozenset[int]

    @classmethod
    def of(cls, view: PageView, *, sums: frozenset[int], total: frozenset[int]) -> Sheet:
        """The lines of a page; `sums` are no rows of items, `total` no rows of a VAT breakdown, whatever heads them."""
        return cls(
            rows=table_lines(view) - sums,
            vat_rows=vat_table_lines(view) - total,
            machine_read=frozenset(
                i for i, line in enumerate(view.lines) if find_slip_line(" ".join(part.text for part in line))
            ),
            cells=tuple(map(len, view.lines)),
            priced=frozenset(i for i, line in enumerate(view.lines) if any(amount.has_decimals(s.text) for s in line)),
        )

    def is_cell(self, candidate: Candidate) -> bool:
        """Whether the place is a cell of a table."""
        if candidate.kind not in ("amount", "date", "identifier"):
            return False
        # A row of items has more cells than a label and its total, and an amount among them.
        in_row = candidate.line in self.rows and self.cells[candidate.line] > TOTAL_CELLS
        if candidate.kind != "amount":
            return in_row and candidate.line in self.priced
        return in_row or candidate.line in self.vat_rows


def lines_of_numbers(found: Found, block: Collection[Spot]) -> Mapping[int, frozenset[int]]:
    """Page index to the lines that are no rows of items: numbers of a company or an account stand there, or sums."""
    lines: dict[int, frozenset[int]] = defaultdict(frozenset)
    for field, _, candidates in found:
        for candidate in candidates:
            if field.kind in NUMBER_KINDS or (candidate.page, candidate.words) in block:
                lines[candidate.page] |= {candidate.line}
    return lines


def captioned(view: PageView, candidate: Candidate, name: str) -> bool:
    """Whether the field's label is what stands left of the place: a total beside a table, not a cell of it."""
    if candidate.labels.get(name, 0.0) < EVIDENCE:
        return False
    before = [
        segment
        for segment in view.lines[candidate.line]
        if segment.box.right <= candidate.segment.box.left and any(map(str.isalnum, segment.text))
    ]
    labels = [hit for hit in view.hits[candidate.line] if any(meaning.name == name for meaning in hit.meanings)]
    own = candidate.segment.text[: candidate.start]
    if LONG_WORD.search(own) or any(hit.segment is candidate.segment and hit.end <= candidate.start for hit in labels):
        return True
    return bool(before) and (
        LONG_WORD.search(before[-1].text) is not None or any(hit.segment is before[-1] for hit in labels)
    )
