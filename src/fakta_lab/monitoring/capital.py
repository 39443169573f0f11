"""Betting against a hypothesis: capital that cannot grow, on average, while the hypothesis holds.

Whoever starts with 1 and bets at odds that are fair (or worse) under a hypothesis reaches 1/alpha with a probability of
alpha at most, ever, however often one looks (Ville 1939). So large capital is evidence, and a look every day is free.
MAPIE's bound was measured: at error rates of a few percent it needs about four times the audits (docs/drift.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Far beyond any alarm; more would end in infinity.
MOST = 1e100


class Capital:
    """What several bettors own together who began with 1, part of which they set in only later.

    Bettors who bet from the first day on lose what they have while all is well, and would notice late what breaks after
    a year. So of the money 1/√(1 + t) is still unused after step t, and what is set in at a step is shared equally
    (a mixture over the times of a change, as in the e-detectors of Shin, Ramdas & Rinaldo 2022, but of total weight 1,
    which keeps the bound for all time).

    Args:
        bettors: how many.
        streams: shape of the streams that are bet on in parallel, each with capital of its own.

    Attributes:
        value: what is owned now, shape `streams`.
        highest: the most that was ever owned, shape `streams`; an alarm stands once it is raised.
        steps: how often was bet.

    >>> capital = Capital(1)
    >>> capital.bet(np.array([2.0]))  # 1 - 1/√2 of the money doubles, the rest waits
    >>> round(float(capital.value), 4)
    1.2929
    """

    def __init__(self, bettors: int, streams: Sequence[int] = ()) -> None:
        self.owned: NDArray[np.float64] = np.zeros((*streams, bettors))
        self.value: NDArray[np.float64] = np.ones(tuple(streams))
        self.highest: NDArray[np.float64] = np.ones(tuple(streams))
        self.steps = 0

    def bet(self, gains: NDArray[np.float64]) -> None:
        """One more step.

        Args:
            gains: what each bettor's stake is multiplied by, shape `streams` × bettors; its expectation under the
                hypothesis, given everything before, must be 1 at most.
        """
        started = unused(self.steps) - unused(self.steps + 1)
        self.steps += 1
        self.owned = np.minimum((self.owned + started / self.owned.shape[-1]) * gains, MOST)
        self.value = self.owned.sum(axis=-1) + unused(self.steps)
        self.highest = np.maximum(self.highest, self.value)

    def copies(self, n: int) -> Capital:
        """`n` streams that all continue from where this single one is."""
        copied = Capital(self.owned.shape[-1], (n,))
        copied.owned[:] = self.owned
        copied.value[:] = self.value
        copied.highest[:] = self.highest
        copied.steps = self.steps
        return copied


def unused(steps: int) -> float:
    """The share of the money that no bettor has set in after so many steps."""
    return 1 / math.sqrt(1 + steps)
