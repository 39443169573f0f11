"""The order in which the items of a dataset come, again and again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


class Epochs:
    """Items without end: those of equal weight once an epoch, in another order each time.

    Of unequal weight, an epoch is as many items drawn by weight.

    Args:
        weights: of the items, how often to draw each.
        seed: decides the orders.
    """

    def __init__(self, weights: Sequence[float], *, seed: int) -> None:
        self._seed = seed
        self._n = len(weights)
        given = np.array(weights)
        self._shares = None if np.all(given == given[0]) else given / given.sum()
        self._latest: tuple[int, npt.NDArray[np.int64]] | None = None

    def item(self, place: int) -> int:
        """The item at a place of the endless order, from 0."""
        epoch, position = divmod(place, self._n)
        if self._latest is None or self._latest[0] != epoch:
            self._latest = epoch, self._order(epoch)
        return int(self._latest[1][position])

    def _order(self, epoch: int) -> npt.NDArray[np.int64]:
        rng = np.random.default_rng((self._seed, epoch))
        if self._shares is None:
            return rng.permutation(self._n)
        return rng.choice(self._n, size=self._n, p=self._shares)
