"""Random choices for hostile documents, all from one seed."""

from __future__ import annotations

import math
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws what a document is made of.

    Args:
        seed: the same gives the same document.
        scale: share of the largest sizes that are drawn, 0-1: less where there is little time.
    """

    def __init__(self, seed: int | str, *, scale: float = 1.0) -> None:
        self.rng = Random(seed)
        self._scale = scale

    def pick(self, *options: T) -> T:
        """One of them."""
        return self.rng.choice(options)

    def size(self, low: int, high: int) -> int:
        """A number whose order of magnitude is drawn evenly."""
        high = max(low, round(high * self._scale))
        return round(math.exp(self.rng.uniform(math.log(low), math.log(high))))

    def noise(self, length: int) -> bytes:
        """Random bytes."""
        return self.rng.randbytes(length)
