"""Do confidences look as they did at tuning time? A conformal test martingale for each field; no labels are needed.

The hypothesis is that the examples of tuning and the documents of production come in random order, as draws from one
heap. Then the place of the next document's confidence among all before it, those of tuning first, is uniform on 0-1
and independent of all earlier places (Vovk, Gammerman & Shafer 2005, "Algorithmic learning in a random world",
chapter 7), and whoever bets on low, high, middle or outer places wins nothing on average. As documents of production
join those that a place is taken among, the small number of tuning examples is no source of false alarms; the price is
that a slow change becomes the new custom.

Many confidences are equal (calibration has steps), so ties are broken at random, by numbers that are drawn from the
document's sha256: the same log gives the same result.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fakta_lab.monitoring.capital import Capital

# The manifest has 101 quantiles, so the share of equal confidences is known to a hundredth: among so few examples that
# cannot be told from the exact share.
MOST_EXAMPLES = 1000
# Where the manifest does not say how many examples there were.
FEWEST_EXAMPLES = 100
# Confidences are told apart by the cell they are in; cells end at these shares of the tuning examples. Finer at the
# ends, where documents that are unlike those of tuning come to lie.
CELL_ENDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
# As extractions state them.
DECIMALS = 4
# Densities on 0-1: two for low places, two for high ones, one for the middle, one for both ends.
BETTORS = 6
_POWERS = np.array([0.4, 0.7])


class ConfidencePlaces:
    """Where each confidence stands among those before it, beginning with the examples of tuning.

    Args:
        quantiles: of the tuning examples' confidences at 0, 1, … 100 %.
        examples: how many there were.
        seed: of the order among equal examples of tuning.
    """

    def __init__(self, quantiles: Sequence[float], examples: int, *, seed: int = 0) -> None:
        n = max(1, min(examples, MOST_EXAMPLES))
        values = [round(quantiles[round(100 * (i + 0.5) / n)], DECIMALS) for i in range(n)]
        tie_breaks = np.random.default_rng(seed).random(n).tolist()
        self._examples = sorted(zip(values, tie_breaks, strict=True))
        # n examples leave n + 1 gaps, and a new one is as likely to fall into each of them.
        ends = [0, *(round(share * (n + 1)) for share in CELL_ENDS), n + 1]
        ends = sorted(set(ends))
        self._cell_ends = ends[1:-1]
        self._weights = [high - low for low, high in pairwise(ends)]
        self._total = n + 1

    def place(self, confidence: float, tie_break: float, within: float) -> float:
        """The place of one more confidence, 0-1; it counts among those before from then on.

        Args:
            confidence: 0-1.
            tie_break, within: random numbers on 0-1, both 0 and 1 excluded.
        """
        gap = bisect_left(self._examples, (round(confidence, DECIMALS), tie_break))
        cell = bisect_right(self._cell_ends, gap)
        place = (sum(self._weights[:cell]) + within * self._weights[cell]) / self._total
        self._weights[cell] += 1
        self._total += 1
        return place


class InputTest:
    """Capital against "confidences are as at tuning time", for each field.

    Args:
        references: field to its quantiles and how many examples they are of.
        alarm: capital at which a field counts as changed.

    Attributes:
        fields: in the order of the capital's streams.
        capital: one stream a field.
        documents: seen so far.
        changed_after: field to the number of documents when its capital first reached `alarm`.
        seen: documents that state each field.
        places: sum of the places of each field, for their mean.
    """

    def __init__(self, references: Mapping[str, tuple[Sequence[float], int]], *, alarm: float) -> None:
        self.fields = tuple(sorted(references))
        self.capital = Capital(BETTORS, (len(self.fields),))
        self.alarm = alarm
        self.documents = 0
        self.changed_after: dict[str, int] = {}
        self.seen: NDArray[np.int64] = np.zeros(len(self.fields), dtype=np.int64)
        self.places: NDArray[np.float64] = np.zeros(len(self.fields))
        self._among = [
            ConfidencePlaces(*references[name], seed=number) for number, name in enumerate(self.fields, start=1)
        ]

    def see(self, confidences: Mapping[str, float], sha256: str) -> None:
        """One more document: field to confidence, and what its random numbers are drawn from."""
        self.documents += 1
        drawn = np.random.default_rng(int(sha256[:32], 16)).random((len(self.fields), 2)).tolist()
        places = np.full(len(self.fields), np.nan)
        for i, name in enumerate(self.fields):
            if name in confidences:
                places[i] = self._among[i].place(confidences[name], *drawn[i])
        stated = ~np.isnan(places)
        self.seen = self.seen + stated
        self.places += np.where(stated, places, 0.0)
        # Nobody bets on a field that the document's extraction lacks.
        self.capital.bet(np.where(stated[:, None], gains(np.where(stated, places, 0.5)), 1.0))
        for stream in np.flatnonzero(self.capital.highest >= self.alarm).tolist():
            self.changed_after.setdefault(self.fields[stream], self.documents)


def gains(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each bettor's stake is multiplied by: densities at these places, shape of `places` × `BETTORS`.

    >>> gains(np.array(0.5)).round(3).tolist()
    [0.606, 0.862, 0.606, 0.862, 1.5, 0.637]
    """
    low = np.clip(places, 1e-9, 1 - 1e-9)[..., None]
    high = 1 - low
    towards_ends = 1 / (np.pi * np.sqrt(low * high))
    towards_middle = 6 * low * high
    powers = (_POWERS * each ** (_POWERS - 1) for each in (low, high))
    return np.concatenate([*powers, towards_middle, towards_ends], axis=-1)
