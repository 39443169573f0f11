"""What 1,000 invoices cost: the first reader alone, the second alone, and the second with a person for what it holds.

A mistake costs what the price list says for its field, a wrong value more than one that nobody gave; a person opens a
document once and looks at its held fields, and is taken to get these right; held fields of a document that nobody
opens stay empty. The prices come from `configs/costs.yaml`, the mistakes from the documents that were compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from fakta.costs import Answer, Costs, after_review, as_it_stands
from fakta_lab.evaluation.intervals import Draws, middle

PER = 1000


class Cell(NamedTuple):
    """One field of one document, as costs see it.

    Attributes:
        field: name.
        stated: the document states it.
        found: the reader gave a value.
        right: it is as the truth says.
        used: without a person's look.
        required: whether a person has to open the document if it is held.
    """

    field: str
    stated: bool
    found: bool
    right: bool
    used: bool
    required: bool


class Opened(NamedTuple):
    """One reader's answers about one document.

    Attributes:
        cells: every field whose truth is known.
        review: whether a person opens the document.
    """

    cells: Sequence[Cell]
    review: bool


@dataclass(frozen=True, slots=True)
class Way:
    """One way of working, per 1,000 invoices.

    Attributes:
        name: in words.
        kronor: in all.
        low, high: 95 % interval, suppliers drawn anew.
        mistakes: of these kronor, for wrong and missing values that are used.
        looks: for a person's looks.
        calls: for calls.
        wrong: values that are used and wrong.
        lost: values that an invoice states and nobody gives.
        opened: documents that a person opens.
    """

    name: str
    kronor: float
    low: float
    high: float
    mistakes: float
    looks: float
    calls: float
    wrong: float
    lost: float
    opened: float


@dataclass(frozen=True, slots=True)
class Costing:
    """The ways of working, today's first.

    Attributes:
        ways: first reader, second reader alone, second reader with review.
        saved: what the last costs less than the first; below 0 where it costs more.
        saved_low, saved_high: 95 % interval of that.
        documents: that it is computed from.
        fields: whose mistakes count.
        assumptions: in words.
    """

    ways: Sequence[Way]
    saved: float
    saved_low: float
    saved_high: float
    documents: int
    fields: Sequence[str]
    assumptions: Sequence[str]

    @property
    def compared(self) -> tuple[str, float, float, float]:
        """Whether the last way costs "less" or "more" than the first, how much, and the interval of that."""
        if self.saved >= 0:
            return "less", self.saved, self.saved_low, self.saved_high
        return "more", -self.saved, -self.saved_high, -self.saved_low

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, kronor and counts per 1,000 invoices rounded to whole hundredths."""
        rounded = {name: round(getattr(self, name), 2) for name in ("saved", "saved_low", "saved_high")}
        ways = [
            {key: round(value, 2) if isinstance(value, float) else value for key, value in asdict(way).items()}
            for way in self.ways
        ]
        return {
            "per": PER,
            "ways": ways,
            **rounded,
            "documents": self.documents,
            "fields": list(self.fields),
            "assumptions": list(self.assumptions),
        }


def costing(
    first: Sequence[Opened],
    second: Sequence[Opened],
    *,
    names: tuple[str, str],
    costs: Costs,
    called: tuple[bool, bool],
    suppliers: Sequence[str],
    seed: int = 0,
) -> Costing:
    """The three ways, on the same documents.

    Args:
        first, second: both readers' answers, document by document.
        names: of the readers.
        costs: prices.
        called: whether each reader's answer is a call that is paid for.
        suppliers: of each document; documents of one are drawn together.
        seed: of the intervals.
    """
    price = costs.second_reader
    tables = {
        _today(names[0], first): np.array([_spent(each, costs, price if called[0] else 0.0) for each in first]),
        f"{names[1]} alone": np.array([_spent(_trusted(each), costs, price if called[1] else 0.0) for each in second]),
        f"{names[1]} with review": np.array([_spent(each, costs, price if called[1] else 0.0) for each in second]),
    }
    draws = Draws(len(first), clusters=list(suppliers))
    n = PER / len(first)
    ones = np.ones((len(first), 1))
    ways = []
    for name, table in tables.items():
        sums = draws.sums(np.hstack([table[:, :3].sum(axis=1, keepdims=True), ones]))
        low, high = middle(PER * sums[:, 0] / sums[:, 1])
        mistakes, looks, calls, wrong, lost, opened = (n * table.sum(axis=0)).tolist()
        ways.append(Way(name, mistakes + looks + calls, low, high, mistakes, looks, calls, wrong, lost, opened))
    every = list(tables.values())
    less = (every[0] - every[2])[:, :3].sum(axis=1, keepdims=True)
    sums = draws.sums(np.hstack([less, ones]))
    low, high = middle(PER * sums[:, 0] / sums[:, 1])
    fields = dict.fromkeys(cell.field for document in first for cell in document.cells)
    return Costing(
        ways, float(n * less.sum()), low, high, len(first), tuple(fields), _assumptions(costs, names, called, fields)
    )


def _today(name: str, documents: Sequence[Opened]) -> str:
    return f"{name} with review" if any(document.review for document in documents) else f"{name} alone"


def _trusted(document: Opened) -> Opened:
    """The same with everything used and nobody looking."""
    return Opened([cell._replace(used=True) for cell in document.cells], review=False)


def _spent(document: Opened, costs: Costs, call: float) -> tuple[float, ...]:
    """Kronor for mistakes, looks and calls; values used wrongly; values lost; whether a person opens it."""
    answers = [
        # What was seen stands for what is expected: a right answer is certain, a wrong one impossible.
        Answer(cell.field, cell.found, float(cell.right), accepted=cell.used, opens=cell.required)
        for cell in document.cells
    ]
    if document.review:
        left = [cell for cell in document.cells if cell.used]
        mistakes = as_it_stands([answer for answer in answers if answer.accepted], costs)
        looks = after_review(answers, costs) - mistakes
    else:
        left, looks = list(document.cells), 0.0
        mistakes = _unseen(document.cells, answers, costs)
    given = [cell for cell in left if cell.found and not _emptied(cell)]
    wrong = sum(not cell.right for cell in given)
    lost = sum(cell.stated and (not cell.found or _emptied(cell)) for cell in left)
    return mistakes, looks, call, float(wrong), float(lost), float(document.review)


def _unseen(cells: Sequence[Cell], answers: Sequence[Answer], costs: Costs) -> float:
    """A document that nobody opens: a held value is left empty, which costs something only where one is stated."""
    kept = [answer for cell, answer in zip(cells, answers, strict=True) if not _emptied(cell)]
    return as_it_stands(kept, costs) + sum(costs.left(cell.field) for cell in cells if _emptied(cell) and cell.stated)


def _emptied(cell: Cell) -> bool:
    return not cell.used and cell.found and not cell.required


def _assumptions(
    costs: Costs, names: tuple[str, str], called: tuple[bool, bool], fields: Mapping[str, None]
) -> tuple[str, ...]:
    dearest = sorted(fields, key=lambda name: -costs.error(name, found=True))[:3]
    errors = ", ".join(f"{name} {costs.error(name, found=True):g} kr" for name in dearest)
    calls = [name for name, paid in zip(names, called, strict=True) if paid]
    return (
        f"a wrong value that nobody notices: {errors}, others {costs.wrong['default']:g} kr unless the list says else",
        f"a stated value that nobody gives: {costs.missing['default']:g} kr, some more",
        f"a person: {costs.document:g} kr to open a document, {costs.field:g} kr a field, {costs.typing:g} kr to type "
        "one; whoever looks is taken to get it right",
        f"a call of {' and of '.join(calls)}: {costs.second_reader:g} kr a document"
        if calls
        else "neither reader is paid by the call",
        "machine time, operation, and the change itself are not counted",
        "line items are not compared and cost nothing here",
    )
