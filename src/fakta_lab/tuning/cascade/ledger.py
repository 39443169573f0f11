"""Expected cost of documents as arrays, so that thresholds can be tried by the thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fakta.costs import Costs
from fakta_lab.tuning.cascade.agreement import Agreement
from fakta_lab.tuning.cascade.documents import JudgedDocument, group_of
from fakta_lab.tuning.examples import Judged

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]

# (field, group): what has a threshold of its own.
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What each answer of each document costs, by what is done with it.

    Every array but `cell_names` has one item an answer. Costs are in kronor and expected, given `mistake`.

    Attributes:
        document: index of the document.
        cell: index into `cell_names`.
        cell_names: field and group of each cell; a document has at most one answer in a cell.
        confidence: as the verifier gave it.
        required: whether a person opens the document if it is held.
        use: it is used.
        look: a person who has the document open looks at it.
        left: nobody looks at it and it is held.
        settles: whether asking the second reader makes it accepted.
        settled: its cost if so.
        hopeless: whether asking can never make it accepted, by the rules.
        open_cost, ask_cost: of a document.
        asks: whether the second reader is asked at all.
    """

    document: Integers
    cell: Integers
    cell_names: tuple[Cell, ...]
    confidence: Floats
    required: Bools
    use: Floats
    look: Floats
    left: Floats
    settles: Bools
    settled: Floats
    hopeless: Bools
    open_cost: float
    ask_cost: float
    asks: bool

    def total(self, held: Bools) -> float:
        """Cost of all documents if these answers are held."""
        return float(self.use[~held].sum() + self.document_costs(self.sums(held)).sum())

    def sums(self, held: Bools) -> Floats:
        """What the held answers of each document add up to, the columns of `contributions` (documents x 7)."""
        n = int(self.document.max()) + 1
        rows = self.contributions(np.flatnonzero(held))
        return np.stack([np.bincount(self.document[held], weights=column, minlength=n) for column in rows.T], axis=1)

    def contributions(self, answers: Integers) -> Floats:
        """What each of these answers adds to its document when it is held (answers x 7).

        Required; required and hopeless; required and not settled; cost if looked at; cost if left; cost after asking,
        in a document that is opened and in one that is not.
        """
        settles, required = self.settles[answers], self.required[answers]
        look, left, settled = self.look[answers], self.left[answers], self.settled[answers]
        return np.stack(
            [
                required.astype(float),
                (required & self.hopeless[answers]).astype(float),
                (required & ~settles).astype(float),
                look,
                left,
                np.where(settles, settled, look),
                np.where(settles, settled, left),
            ],
            axis=1,
        )

    def document_costs(self, sums: Floats) -> Floats:
        """Cost of what is held in each document, opening it and asking about it included."""
        required, hopeless, unsettled, look, left, asked_open, asked_closed = sums.T
        opened = self.open_cost + look
        if self.asks:
            asked = self.ask_cost + np.where(unsettled > 0, self.open_cost + asked_open, asked_closed)
            opened = np.where(hopeless > 0, opened, asked)
        return np.where(required > 0, opened, left)


def ledger(
    documents: Sequence[JudgedDocument],
    *,
    costs: Costs,
    required: frozenset[str],
    mistake: Floats,
    policy: str = "person",
    agreement: Agreement | None = None,
) -> Ledger:
    """The ledger of documents under a cascade.

    Args:
        documents: whose answers are numbered in their order.
        costs: prices.
        required: fields for which a person opens the document.
        mistake: probability that each answer is wrong, 0-1; zeros and ones for what really happened.
        policy: "person", "trust", "agree"; "routed" counts as "agree".
        agreement: rules of the second reader.
    """
    flat = [(i, document, each) for i, document in enumerate(documents) for each in document.fields]
    cells = [(each.example.field, group_of(each.example)) for _, _, each in flat]
    numbers = {name: i for i, name in enumerate(sorted(set(cells)))}
    priced = [
        _priced(document, each, float(wrong), costs, policy, agreement or {})
        for (_, document, each), wrong in zip(flat, mistake, strict=True)
    ]
    return Ledger(
        document=np.array([i for i, _, _ in flat], dtype=np.int64),
        cell=np.array([numbers[cell] for cell in cells], dtype=np.int64),
        cell_names=tuple(numbers),
        confidence=np.array([each.confidence for _, _, each in flat], dtype=float),
        required=np.array([each.example.field in required for _, _, each in flat]),
        use=np.array([answer.use for answer in priced]),
        look=np.array([answer.look for answer in priced]),
        left=np.array([answer.left for answer in priced]),
        settles=np.array([answer.settles for answer in priced]),
        settled=np.array([answer.settled for answer in priced]),
        hopeless=np.array([answer.hopeless for answer in priced]),
        open_cost=costs.document,
        ask_cost=costs.second_reader,
        asks=policy != "person",
    )


class _Priced(NamedTuple):
    """One answer's items of a `Ledger`."""

    use: float
    look: float
    left: float
    settles: bool
    settled: float
    hopeless: bool


def _priced(
    document: JudgedDocument, each: Judged, wrong: float, costs: Costs, policy: str, agreement: Agreement
) -> _Priced:
    name, found = each.example.field, each.example.found
    answer = document.answer(name)
    entry = agreement.get((name, found))
    price = costs.error(name, found=found)
    use, look = wrong * price, costs.field + wrong * costs.typing
    left = costs.left(name) * (1.0 if found else wrong)
    if policy == "trust":
        mistaken = 1 - entry.rates.right if entry else 1.0
        return _Priced(use, look, left, answer is not None, mistaken * costs.error(name, found=True), hopeless=False)
    if policy == "person" or entry is None or not entry.agree:
        return _Priced(use, look, left, settles=False, settled=0.0, hopeless=True)
    settled = (1 - entry.rates.after_agreement(1 - wrong)) * price
    return _Priced(use, look, left, answer is not None and answer.agrees, settled, hopeless=False)
