"""The thresholds that cost least: what is wrongly accepted weighed against looking at it.

A person opens a document once, however many of its fields are held, so the thresholds of the fields depend on each
other. They are found by coordinate descent: one threshold after the other goes where the expected cost of all documents
is least, until none moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fakta.costs import Costs
from fakta_lab.tuning.agreement import cheap_agreement
from fakta_lab.tuning.bounds import precision_lower_bound
from fakta_lab.tuning.cost_ledger import Bools, Cell, Floats, Ledger, ledger
from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.judged_documents import JudgedDocument, group_of, one_a_supplier
from fakta_lab.tuning.policies import Choose, Rules

# Rounds over all thresholds; descent on real sets ends after three to five.
ROUNDS = 20


@dataclass(frozen=True, slots=True)
class CostThresholds:
    """Thresholds by field and group, and what was seen above them.

    Attributes:
        cells: (field, group) to threshold; None where nothing is worth accepting.
    """

    cells: Mapping[Cell, float | None]

    def accepts(self, judged: Judged) -> bool:
        """Whether an answer is used without another look, as the runtime decides it."""
        example = judged.example
        key = (example.field, group_of(example))
        if key not in self.cells and example.found:
            key = (example.field, "unknown")
        threshold = self.cells.get(key)
        return threshold is not None and judged.confidence >= threshold


def descend(book: Ledger) -> Bools:
    """Which answers to hold, above or below one threshold in each cell, for the least expected cost.

    From several starts, because a document that is opened anyway makes holding its other fields cheap: both "open
    everything" and "open nothing" can be where no single threshold wants to move.
    """
    order = [_by_confidence(book, cell) for cell in range(len(book.cell_names))]
    alone = book.use > book.look + np.where(book.required, book.open_cost, 0.0)
    starts = [np.zeros(len(book.cell), bool), np.ones(len(book.cell), bool), _monotone(book, order, alone)]
    return min((_descend_from(book, order, start) for start in starts), key=book.total)


def _descend_from(book: Ledger, order: Sequence[tuple[Any, Any]], held: Bools) -> Bools:
    held = held.copy()
    sums = book.sums(held)
    for _ in range(ROUNDS):
        moved = False
        for ranked, cuts in order:
            documents = book.document[ranked]
            own = book.contributions(ranked)
            without = sums[documents] - own * held[ranked, None]
            accepted = book.document_costs(without) + book.use[ranked]
            looked = book.document_costs(without + own)
            # Cost with the first n of the ranked answers accepted, for n from none to all.
            by_n = np.concatenate([[0.0], np.cumsum(accepted - looked)])
            n = int(cuts[np.argmin(by_n[cuts])])
            now = np.arange(len(ranked)) >= n
            before = int((~held[ranked]).sum())
            if n != before and by_n[n] < by_n[before] - 1e-9:
                sums[documents] = without + own * now[:, None]
                held[ranked] = now
                moved = True
        if not moved:
            break
    return held


def _by_confidence(book: Ledger, cell: int) -> tuple[Any, Any]:
    """The answers of a cell from the surest down, and after how many of them a threshold can cut; ties stay together."""
    own = np.flatnonzero(book.cell == cell)
    ranked = own[np.argsort(-book.confidence[own], kind="stable")]
    falls = np.flatnonzero(np.diff(book.confidence[ranked]) < 0) + 1
    return ranked, np.concatenate([[0], falls, [len(ranked)]])


def _monotone(book: Ledger, order: Sequence[tuple[Any, Any]], wanted: Bools) -> Bools:
    """Held answers by one threshold a cell, so many as are wanted."""
    held = np.zeros(len(book.cell), bool)
    for ranked, cuts in order:
        n = int(cuts[np.searchsorted(cuts, len(ranked) - int(wanted[ranked].sum()), side="right") - 1])
        held[ranked[n:]] = True
    return held
