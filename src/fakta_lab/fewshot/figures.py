"""What a learning curve says: pooled over suppliers and for each, how far suppliers differ, and what it cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from statistics import mean
from typing import Any

import numpy as np

from fakta_lab.evaluation import Counts
from fakta_lab.fewshot.points import Point, Score

# Draws of suppliers for an interval, and the share of them that it holds.
DRAWS = 2000
COVERAGE = 0.95
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Figures:
    """One learner after so many corrections, over all suppliers or for one.

    Attributes:
        supplier: "" for all.
        suppliers, documents: how many were scored.
        f1: of all their values together, 0-1.
        low, high: interval of that F1 if other suppliers of the kind had been drawn (bootstrap over suppliers, 95 %);
            None for one supplier.
        quartile, median, upper_quartile: of the suppliers' own F1; None for one supplier.
        errors: values that are wrong, missed or invented.
        errors_gone: share of those without any correction that are gone, below 0 where there are more; None where there
            were none.
        seconds, cpu_seconds: of learning, the mean of what was learned.
        others_f1: on the other layouts, the mean of what was learned; None where they were not read.
        others_loss: how much F1 that is below what it was without any correction; others_worst: the largest such loss.
    """

    learner: str
    corrections: int
    supplier: str
    suppliers: int
    documents: int
    f1: float
    low: float | None
    high: float | None
    quartile: float | None
    median: float | None
    upper_quartile: float | None
    errors: int
    errors_gone: float | None
    seconds: float
    cpu_seconds: float
    others_f1: float | None
    others_loss: float | None
    others_worst: float | None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, rounded to six decimals."""
        return {
            name: round(value, DECIMALS) if isinstance(value, float) else value for name, value in asdict(self).items()
        }


@dataclass(frozen=True)
class Curve:
    """A measured learning curve.

    Attributes:
        benchmark, others: names of the sets; None where no other layouts were read.
        counts: of corrections, ascending, 0 first.
        together: whether the suppliers' corrections were learned from together.
        learners: in the order in which they are shown.
        suppliers: that were scored.
        left_out: suppliers that had too few documents, and what was missing.
        points: that were measured. Those without corrections are the same for every learner.
    """

    benchmark: str
    others: str | None
    counts: tuple[int, ...]
    together: bool
    learners: tuple[str, ...]
    suppliers: tuple[str, ...]
    left_out: Mapping[str, str]
    points: tuple[Point, ...]

    def pooled(self, learner: str) -> list[Figures]:
        """A learner's figures over all suppliers, one for each count."""
        return [self._figures(learner, count, self.suppliers) for count in self.counts]

    def rows(self) -> Iterator[Figures]:
        """Every figure: over all suppliers, then supplier by supplier."""
        for learner in self.learners:
            yield from self.pooled(learner)
        for learner in self.learners:
            for supplier in self.suppliers:
                for count in self.counts:
                    yield self._figures(learner, count, (supplier,), named=supplier)

    def wrong(self, learner: str, corrections: int) -> dict[str, int]:
        """Field to how many values were wrong after so many corrections, over all suppliers, the most first."""
        total = _total(self._of(learner, corrections, self.suppliers))
        return dict(sorted(total.wrong.items(), key=lambda item: (-item[1], item[0])))

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "benchmark": self.benchmark,
            "others": self.others,
            "counts": list(self.counts),
            "together": self.together,
            "suppliers": list(self.suppliers),
            "left_out": dict(self.left_out),
            "figures": [figures.to_dict() for figures in self.rows()],
            "wrong": {
                learner: {str(count): self.wrong(learner, count) for count in self.counts} for learner in self.learners
            },
        }

    @cached_property
    def _by_place(self) -> Mapping[tuple[str, str, int], Point]:
        return {(point.learner, point.supplier, point.corrections): point for point in self.points}

    @cached_property
    def _without(self) -> Mapping[str, Point]:
        """What was read without corrections, by supplier; "" has the other layouts."""
        return {point.supplier: point for point in self.points if not point.corrections}

    def _of(self, learner: str, corrections: int, suppliers: Sequence[str]) -> list[Point]:
        # A learner without points of its own is the one that learns nothing.
        return [self._by_place.get((learner, name, corrections), self._without[name]) for name in suppliers]

    def _figures(self, learner: str, corrections: int, suppliers: Sequence[str], *, named: str = "") -> Figures:
        points = self._of(learner, corrections, suppliers)
        total, before = _total(points), _total([self._without[name] for name in suppliers])
        own = [point.score.counts for point in points]
        learned = [point for point in points if point.corrections]
        low, high = (None, None) if named else interval(own)
        quartiles = [None] * 3 if named else [float(q) for q in np.quantile([c.f1 for c in own], (0.25, 0.5, 0.75))]
        baseline = self._without.get("")
        others = [point.others.counts.f1 for point in points if point.others is not None]
        losses: list[float] = []
        if baseline is not None:
            others = others or [baseline.score.counts.f1]
            losses = [baseline.score.counts.f1 - f1 for f1 in others]
        return Figures(
            learner=learner,
            corrections=corrections,
            supplier=named,
            suppliers=len(suppliers),
            documents=total.documents,
            f1=total.counts.f1,
            low=low,
            high=high,
            quartile=quartiles[0],
            median=quartiles[1],
            upper_quartile=quartiles[2],
            errors=total.errors,
            errors_gone=1 - total.errors / before.errors if before.errors else None,
            seconds=mean(point.seconds for point in learned) if learned else 0.0,
            cpu_seconds=mean(point.cpu_seconds for point in learned) if learned else 0.0,
            others_f1=mean(others) if others else None,
            others_loss=mean(losses) if losses else None,
            others_worst=max(losses) if losses else None,
        )


def interval(suppliers: Sequence[Counts]) -> tuple[float, float]:
    """Where the pooled F1 of as many suppliers lies in 95 of 100 draws from these, with replacement.

    >>> interval([Counts(tp=9, fp=1, fn=1)] * 3)
    (0.9, 0.9)
    """
    counts = np.array([(each.tp, each.fp, each.fn) for each in suppliers], dtype=float)
    drawn = np.random.default_rng(0).integers(len(counts), size=(DRAWS, len(counts)))
    tp, fp, fn = counts[drawn].sum(axis=1).T
    # As `Counts.f1`: with nothing to find and nothing given, nothing is wrong.
    whole = 2 * tp + fp + fn
    f1 = np.divide(2 * tp, whole, out=np.ones_like(whole), where=whole > 0)
    low, high = np.quantile(f1, ((1 - COVERAGE) / 2, (1 + COVERAGE) / 2))
    return round(float(low), DECIMALS), round(float(high), DECIMALS)


def _total(points: Sequence[Point]) -> Score:
    return sum((point.score for point in points), Score(0, Counts()))
