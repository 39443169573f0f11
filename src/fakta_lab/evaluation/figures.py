"""What single documents add up to: intervals of the counted figures, and the figures that are no counts of values.

`intervals`     95 % intervals of precision, recall and F1, in the same places as the figures themselves
`exact_match`   documents without any wrong field and row
`accepted`      share of the accepted values that are wrong
`touchless`     share of the documents that nobody looks at in which a field is wrong
`anls`          how near texts come that are not exactly right
`shots`         by how many documents of the supplier had been learned from
`latency`       milliseconds a document

A figure that cannot be known (nothing is accepted, answers give no times) is None or left out, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from fakta_lab.evaluation.documents import DocumentScore
from fakta_lab.evaluation.intervals import (
    DRAWS,
    LEVEL,
    Draws,
    Table,
    counts_table,
    f1_of,
    interval_of,
    precision_of,
    ratio_of,
    recall_of,
    share_interval,
)
from fakta_lab.evaluation.latency import latency
from fakta_lab.evaluation.scoring import Counts
from fakta_lab.evaluation.shots import SUBSETS

DECIMALS = 6
# Draws of fewer suppliers than these say little; the documents are then drawn one by one.
FEWEST_SUPPLIERS = 5
_FIGURES: Mapping[str, Callable[[Table], Table]] = {
    "precision": precision_of,
    "recall": recall_of,
    "f1": f1_of,
}


class DocumentFigures:
    """The figures of scored documents, see the module.

    Args:
        scores: in file order.
    """

    def __init__(self, scores: Sequence[DocumentScore]) -> None:
        self.scores = scores
        suppliers = {score.supplier for score in scores} - {""}
        self.by_supplier = len(suppliers) >= FEWEST_SUPPLIERS
        clusters = [score.supplier for score in scores] if self.by_supplier else None
        self._drawn = Draws(len(scores), clusters=clusters)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; what cannot be known is left out."""
        found = {
            "exact_match": self._exact_match(),
            "accepted": self._accepted(),
            "touchless": self._touchless(),
            "anls": self._anls(),
            "shots": self._shots(),
            "latency": latency(None if score.failed else score.milliseconds for score in self.scores),
            "intervals": self._intervals(),
        }
        return {name: each for name, each in found.items() if each}

    def _intervals(self) -> dict[str, Any]:
        """Of everything that is counted in values, all from the same draws."""
        fields = dict.fromkeys(name for score in self.scores for name in score.fields)
        tables = dict.fromkeys(name for score in self.scores for name in score.tables)
        columns: dict[tuple[str, ...], list[Counts]] = {("micro",): [score.counts for score in self.scores]}
        nothing = Counts()
        for name in fields:
            columns["fields", name] = [score.fields.get(name, nothing) for score in self.scores]
        for name in tables:
            scored = [score.tables.get(name) for score in self.scores]
            columns[name, "rows"] = [each.rows if each else nothing for each in scored]
            columns[name, "cells"] = [each.cells if each else nothing for each in scored]
        for subset in self._subsets():
            counted = (score.counts if score.subset == subset else nothing for score in self.scores)
            columns["shots", subset] = list(counted)
        table = np.hstack([counts_table(counts) for counts in columns.values()])
        sums = self._drawn.sums(table)
        result: dict[str, Any] = {
            "level": LEVEL,
            "by": "supplier" if self.by_supplier else "document",
            "clusters": self._drawn.n_clusters,
            "draws": DRAWS,
        }
        for i, place in enumerate(columns):
            part = slice(3 * i, 3 * i + 3)
            ends = {name: _ends(interval_of(f, table[:, part], sums[:, part])) for name, f in _FIGURES.items()}
            within = result
            for step in place[:-1]:
                within = within.setdefault(step, {})
            within[place[-1]] = ends
        return result

    def _exact_match(self) -> dict[str, Any]:
        return {
            **self._share([score.exact for score in self.scores]),
            "fields": self._share([score.fields_right for score in self.scores]),
        }

    def _share(self, right: Sequence[bool]) -> dict[str, Any]:
        table = np.array([(each, True) for each in right], dtype=np.float64)
        return {
            "share": _rounded(sum(right) / len(right)),
            **_ends(self._document_interval(table)),
            "right": sum(right),
        }

    def _accepted(self) -> dict[str, Any] | None:
        """Of accepted values; a document has several, so documents are drawn in any case."""
        if all(score.accepted is None for score in self.scores):
            return None
        pairs = [((score.accepted or 0) - score.accepted_right, score.accepted or 0) for score in self.scores]
        table = np.array(pairs, dtype=np.float64)
        return _error(table, interval_of(ratio_of, table, self._drawn.sums(table)))

    def _touchless(self) -> dict[str, Any] | None:
        if all(score.released is None for score in self.scores):
            return None
        released = [bool(score.released) for score in self.scores]
        pairs = [(out and not score.fields_right, out) for out, score in zip(released, self.scores, strict=True)]
        table = np.array(pairs, dtype=np.float64)
        return _error(table, self._document_interval(table))

    def _document_interval(self, table: Table) -> tuple[float, float]:
        """Of a share of documents: (documents, 2), whether each is of the part and of the whole."""
        if self.by_supplier:
            return interval_of(ratio_of, table, self._drawn.sums(table))
        part, whole = table.sum(axis=0)
        return share_interval(int(part), int(whole))

    def _anls(self) -> dict[str, Any] | None:
        names = dict.fromkeys(name for score in self.scores for name in score.anls)
        if not names:
            return None
        fields = {name: self._mean([score.anls.get(name) for score in self.scores]) for name in names}
        table = np.array([(sum(score.anls.values()), len(score.anls)) for score in self.scores], dtype=np.float64)
        return {**self._mean_of(table), "fields": fields}

    def _mean(self, values: Sequence[float | None]) -> dict[str, Any]:
        return self._mean_of(np.array([(each or 0.0, each is not None) for each in values], dtype=np.float64))

    def _mean_of(self, table: Table) -> dict[str, Any]:
        total, values = table.sum(axis=0)
        ends = _ends(interval_of(ratio_of, table, self._drawn.sums(table)))
        return {"score": _rounded(total / values), **ends, "values": int(values)}

    def _shots(self) -> dict[str, Any]:
        found = {}
        for subset in self._subsets():
            within = [score for score in self.scores if score.subset == subset]
            counts = sum((score.counts for score in within), Counts())
            figures = {name: _rounded(getattr(counts, name)) for name in _FIGURES}
            found[subset] = {**figures, "support": counts.support, "documents": len(within)}
        return found

    def _subsets(self) -> list[str]:
        met = {score.subset for score in self.scores}
        return [subset for subset in SUBSETS if subset in met]


def _error(table: Table, interval: tuple[float, float]) -> dict[str, Any]:
    """How many of what needs nobody's look are wrong; no share where there are none."""
    wrong, accepted = (int(each) for each in table.sum(axis=0))
    if not accepted:
        return {"wrong": 0, "error": None, "error_low": None, "error_high": None}
    low, high = interval
    return {
        "wrong": wrong,
        "error": _rounded(wrong / accepted),
        "error_low": _rounded(low),
        "error_high": _rounded(high),
    }


def _ends(interval: tuple[float, float]) -> dict[str, float]:
    return dict(zip(("low", "high"), map(_rounded, interval), strict=True))


def _rounded(value: float) -> float:
    return round(float(value), DECIMALS)
