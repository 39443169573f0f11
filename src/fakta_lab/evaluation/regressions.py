"""Whether an evaluation is significantly worse than a stored one, in which figure and because of which documents.

Every figure is tested by itself, one-sided, by swapping the two systems document by document (`swap_test`), and Holm's
procedure holds the chance that an equal system fails at all to 5 %. A figure in which so few documents differ that it
could not be significant whichever way they did takes no part in that (`holm_discrete`).

Documents are swapped one by one, not by supplier: the question is not how other suppliers would do, but whether these
documents are read worse than before, and a change that breaks one supplier's has to be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fakta.errors import DatasetError
from fakta_lab.evaluation.baseline import Baseline, StoredDocument
from fakta_lab.evaluation.documents import named
from fakta_lab.evaluation.figures import DECIMALS
from fakta_lab.evaluation.intervals import Draws, Table, counts_table, f1_of, middle, ratio_of
from fakta_lab.evaluation.paired import holm_discrete, swap_test
from fakta_lab.evaluation.report import Evaluation
from fakta_lab.evaluation.scoring import Counts

LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """One figure, then and now, over the same documents.

    Attributes:
        figure: its dotted path in the evaluation's JSON form.
        before, value: what it was in the baseline, and is now; None where nothing is accepted.
        low, high: 95 % interval of the difference, by drawing documents anew.
        p: one-sided: how often a figure at least as much worse comes by chance, were both systems equally good.
        adjusted: the same with all figures taken into account; it fails below `LEVEL`.
        documents: in which something is wrong that was right in the baseline.
    """

    figure: str
    before: float | None
    value: float | None
    low: float
    high: float
    p: float
    adjusted: float
    documents: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it is not significantly worse."""
        return self.adjusted > LEVEL

    @property
    def message(self) -> str:
        """What is said about a figure that did not pass."""
        before, value = ("none" if each is None else f"{each:.4f}" for each in (self.before, self.value))
        shown = f"{self.figure} {before} -> {value} (p = {self.adjusted:.2g})"
        return f"{shown}, worse in {named(self.documents)}" if self.documents else shown

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "figure": self.figure,
            "before": _rounded(self.before),
            "now": _rounded(self.value),
            "difference": None if self.value is None or self.before is None else _rounded(self.value - self.before),
            "low": _rounded(self.low),
            "high": _rounded(self.high),
            "p": _rounded(self.p),
            "p_adjusted": _rounded(self.adjusted),
            "worse": not self.passed,
            "documents": list(self.documents),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """An evaluation against a baseline.

    Attributes:
        baseline: that was stored.
        documents: how many are in both with the same truth; only these are compared.
        added, removed, changed: documents that are only in the evaluation, only in the baseline, and those whose truth
            is another now.
        figures: each that both have.
    """

    baseline: Baseline
    documents: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]
    figures: tuple[ComparedFigure, ...]

    @property
    def notices(self) -> list[str]:
        """What is left out of the comparison: why, how many documents, and which."""
        parts = (
            (self.changed, "another truth now"),
            (self.added, "not in the baseline"),
            (self.removed, "only in the baseline"),
        )
        return [f"not compared, {what}: {len(names)} ({named(names)})" for names, what in parts if names]

    @property
    def failures(self) -> list[str]:
        """What failed, in one line that names each figure and the documents that made it worse; empty if nothing."""
        failed = [each for each in self.figures if not each.passed]
        if not failed:
            return []
        since = " of ".join(part for part in (self.baseline.model, self.baseline.date[:10]) if part)
        shown = "; ".join(each.message for each in failed)
        return [
            f"{len(failed)} of {len(self.figures)} figures significantly worse than the baseline ({since}): {shown}"
        ]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "set": self.baseline.benchmark,
            "model": self.baseline.model,
            "date": self.baseline.date,
            "documents": self.documents,
            "added": list(self.added),
            "removed": list(self.removed),
            "changed": list(self.changed),
            "level": LEVEL,
            "figures": [each.to_dict() for each in self.figures],
        }


def compare_with_baseline(evaluation: Evaluation, baseline: Baseline, *, seed: int = 0) -> Comparison:
    """Every figure that both have, over the documents that both have with the same truth.

    Args:
        evaluation: with its `scores`.
        baseline: stored earlier, of the same set.
        seed: of draws and swaps.

    Raises:
        DatasetError: they have no document in common.
    """
    now = {score.document: StoredDocument.of(score) for score in evaluation.scores}
    both = [name for name in now if name in baseline.documents]
    if not both:
        raise DatasetError(
            f"the baseline of {baseline.benchmark} has none of the documents of {evaluation.benchmark}; "
            "store one of this set with --save-baseline"
        )
    changed = tuple(name for name in both if now[name].truth != baseline.documents[name].truth)
    names = [name for name in both if name not in set(changed)]
    if not names:
        raise DatasetError(
            f"every document that {evaluation.benchmark} and its baseline have in common has another truth now; "
            "store the baseline again with --save-baseline"
        )
    pairs = [(baseline.documents[name], now[name]) for name in names]
    return Comparison(
        baseline=baseline,
        documents=len(names),
        added=tuple(name for name in now if name not in baseline.documents),
        removed=tuple(name for name in baseline.documents if name not in now),
        changed=changed,
        figures=tuple(_compared(names, list(_figures(pairs)), seed=seed)),
    )


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of both systems.

    Attributes:
        name: its dotted path.
        of: from sums (…, columns) to the figure (…,).
        table: (documents, 2·columns): what each document contributes to the sums of the baseline, then of now.
        worse: whether each document has more wrong in it than it had.
    """

    name: str
    of: Callable[[Table], Table]
    table: Table
    worse: Sequence[bool]

    def difference(self, sums: Table) -> Table:
        """Now minus the baseline, from sums; 0 where either has no value."""
        width = sums.shape[-1] // 2
        return np.nan_to_num(self.of(sums[..., width:]) - self.of(sums[..., :width]))


def _figures(pairs: Sequence[tuple[StoredDocument, StoredDocument]]) -> Iterator[_Figure]:
    """What is compared: micro F1, each field, the rows of each table, exact match, precision of accepted values."""
    before, now = zip(*pairs, strict=True)
    yield _counted("micro.f1", [_total(each) for each in before], [_total(each) for each in now])
    for name in _common(before, now, lambda each: each.fields):
        yield _counted(f"fields.{name}.f1", *([each.fields.get(name, Counts()) for each in s] for s in (before, now)))
    for name in _common(before, now, lambda each: each.tables):
        yield _counted(f"{name}.rows.f1", *([each.tables.get(name, Counts()) for each in s] for s in (before, now)))
    exact = np.array([(then.exact, 1, later.exact, 1) for then, later in pairs], dtype=np.float64)
    yield _Figure("exact_match.share", ratio_of, exact, [then.exact and not later.exact for then, later in pairs])
    if any(each.accepted for each in before) and any(each.accepted for each in now):
        accepted = [(*(then.accepted or (0, 0)), *(later.accepted or (0, 0))) for then, later in pairs]
        table = np.array(accepted, dtype=np.float64)[:, [1, 0, 3, 2]]
        yield _Figure("accepted.precision", ratio_of, table, [n - right > m - old for m, old, n, right in accepted])


def _counted(name: str, before: Sequence[Counts], now: Sequence[Counts]) -> _Figure:
    table = np.hstack([counts_table(before), counts_table(now)])
    # One wrong value for another that was missed before is no more wrong than it was.
    worse = [max(later.fp, later.fn) > max(then.fp, then.fn) for then, later in zip(before, now, strict=True)]
    return _Figure(name, f1_of, table, worse)


def _compared(names: Sequence[str], figures: Sequence[_Figure], *, seed: int) -> Iterator[ComparedFigure]:
    tests = {figure.name: swap_test(figure.table, figure.difference, seed=seed) for figure in figures}
    adjusted = holm_discrete(
        {name: test.p_worse for name, test in tests.items()},
        {name: test.smallest for name, test in tests.items()},
        level=LEVEL,
    )
    # The same draws for all figures: drawing takes longer than summing.
    sums = Draws(len(names), seed=seed).sums(np.hstack([figure.table for figure in figures]))
    ends = np.cumsum([figure.table.shape[1] for figure in figures])[:-1]
    for figure, drawn in zip(figures, np.split(sums, ends, axis=1), strict=True):
        low, high = middle(figure.difference(drawn))
        before, value = (float(figure.of(each)) for each in np.split(figure.table.sum(axis=0), 2))
        yield ComparedFigure(
            figure=figure.name,
            before=None if np.isnan(before) else before,
            value=None if np.isnan(value) else value,
            low=low,
            high=high,
            p=tests[figure.name].p_worse,
            adjusted=adjusted[figure.name],
            documents=tuple(name for name, worse in zip(names, figure.worse, strict=True) if worse),
        )


def _common(
    before: Sequence[StoredDocument],
    now: Sequence[StoredDocument],
    parts: Callable[[StoredDocument], Mapping[str, Counts]],
) -> list[str]:
    """Names that both have, in the order of the second."""
    known = {name for each in before for name in parts(each)}
    return [name for name in dict.fromkeys(name for each in now for name in parts(each)) if name in known]


def _total(document: StoredDocument) -> Counts:
    return sum(document.fields.values(), Counts())


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)
