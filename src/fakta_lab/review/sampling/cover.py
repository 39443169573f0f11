"""Greedy choice of documents that stand for as much of the expected trouble in a pool as possible.

Every document brings a demand: how much a look at it would help. Correcting one document is taken to cure a share of
the demand of all documents with its layout. The next one chosen is the one that cures most of what is left, so a
batch is neither fifty times the same supplier nor fifty curiosities that stand for nothing but themselves. The gain is
submodular (a document never helps more for others having been chosen), so greedy choice is near the best one
(Nemhauser, Wolsey and Fisher 1978).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
# Where nothing is left to cure, the demand decides; otherwise it only breaks ties.
_TIE = 1e-6
_NEARLY_ALL = 1.0 - 1e-9


@dataclass(frozen=True)
class Step:
    """One choice.

    Attributes:
        index: of the document.
        novelty: how little its layout is like any corrected or chosen before it, 0-1.
        like: how many documents of the pool it stands for, itself included.
    """

    index: int
    novelty: float
    like: float


class Cover:
    """What is left of the demand of a pool as documents are chosen.

    Args:
        demand: (documents,) 0 or more.
        alike: (documents, documents) sparse and symmetric, 0-1; see `likeness`.
        corrected: (documents, corrected) sparse, 0-1; how alike they are to documents that were corrected before.
        learned: share of the demand of its like that one correction cures, 0-1.
        crowding: power of the number of its like by which a document's gain is divided, 0-1.
    """

    def __init__(self, demand: Numbers, alike: Any, corrected: Any, *, learned: float, crowding: float) -> None:
        self._alike = alike.tolil()
        # A page without words is like none, yet like itself.
        self._alike.setdiag(1.0)
        self._alike = self._alike.tocsr()
        self._demand = demand
        self._learned = learned
        self._like = np.asarray(self._alike.sum(axis=1)).ravel()
        self._scale = self._like**-crowding
        left = corrected.copy()
        left.data = np.log1p(-np.minimum(learned * left.data, _NEARLY_ALL))
        self._left = demand * np.exp(np.asarray(left.sum(axis=1)).ravel())
        nearest = corrected.max(axis=1).toarray().ravel() if corrected.shape[1] else np.zeros(len(demand))
        self._nearest: Numbers = nearest.astype(np.float64)
        self._open = np.ones(len(demand), dtype=bool)

    def take(self, index: int) -> Step:
        """Chooses a document, whatever its gain."""
        row = self._alike[index]
        step = Step(index, float(1.0 - self._nearest[index]), float(self._like[index]))
        self._left[row.indices] *= 1.0 - self._learned * row.data
        self._nearest[row.indices] = np.maximum(self._nearest[row.indices], row.data)
        self._open[index] = False
        return step

    def best(self, n: int) -> Iterator[Step]:
        """Chooses up to `n` documents, the most helpful first; among equals the one that stands first."""
        for _ in range(min(n, int(self._open.sum()))):
            gain = (self._alike @ self._left) * self._scale * self._learned + _TIE * self._demand
            # Rounded, so that documents of equal worth stay equal however their sums were made.
            yield self.take(int(np.argmax(np.where(self._open, np.round(gain, 12), -1.0))))


def cover(
    demand: Sequence[float], alike: Any, corrected: Any, *, n: int, learned: float, crowding: float
) -> list[Step]:
    """The `n` documents that `Cover` chooses."""
    return list(Cover(np.asarray(demand), alike, corrected, learned=learned, crowding=crowding).best(n))
