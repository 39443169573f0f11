"""Right, wrong, missed: counts and the figures made of them."""

from __future__ import annotations

from dataclasses import dataclass

from fakta_lab.formats.values import same_value


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a value was right, wrong or missed.

    A value that differs from the truth is both: the wrong one was given (`fp`) and the right one missed (`fn`).

    >>> counts = Counts(tp=3, fp=1, fn=2)
    >>> counts.precision, counts.recall, round(counts.f1, 4), counts.support
    (0.75, 0.6, 0.6667, 5)
    >>> Counts().f1  # nothing to find and nothing given: nothing is wrong
    1.0
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def support(self) -> int:
        """How many values there were to find."""
        return self.tp + self.fn

    @property
    def precision(self) -> float:
        """Share of the given values that are right, 0-1."""
        return self._ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float:
        """Share of the values to find that were given, 0-1."""
        return self._ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0-1."""
        return self._ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    def _ratio(self, part: int, whole: int) -> float:
        if whole:
            return part / whole
        return 1.0 if self.tp + self.fp + self.fn == 0 else 0.0


def score_value(truth: str | None, pred: str | None, *, kind: str) -> Counts:
    """One field of one document: exact match of canonical values; None = not there.

    >>> score_value("2026-04-15", "2026-04-16", kind="date")
    Counts(tp=0, fp=1, fn=1)
    >>> score_value(None, "54029681", kind="bankgiro")
    Counts(tp=0, fp=1, fn=0)
    >>> score_value(None, None, kind="bankgiro")
    Counts(tp=0, fp=0, fn=0)
    """
    if truth is not None and same_value(truth, pred, kind):
        return Counts(tp=1)
    return Counts(fp=int(pred is not None), fn=int(truth is not None))
