"""Choices that depend only on a seed and a name, so that one supplier decides the same way on every invoice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Keyed:
    """Random choices by name instead of by order.

    A `random.Random` gives other answers as soon as one more draw is made before; here an invoice with more lines
    cannot change where its supplier prints the due date.

    >>> Keyed("7").pick("font", ["a", "b", "c"]) == Keyed("7").pick("font", ["a", "b", "c"])
    True
    """

    def __init__(self, seed: str) -> None:
        self._state = blake2b(seed.encode(), digest_size=8)
        self._units: dict[str, float] = {}

    def unit(self, key: str) -> float:
        """A number in [0, 1)."""
        known = self._units.get(key)
        if known is None:
            state = self._state.copy()
            state.update(key.encode())
            known = self._units[key] = int.from_bytes(state.digest(), "big") / 2**64
        return known

    def chance(self, key: str, probability: float) -> bool:
        """True in that share of the seeds."""
        return self.unit(key) < probability

    def between(self, key: str, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.unit(key)

    def integer(self, key: str, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.unit(key) * (high - low + 1))

    def pick(self, key: str, options: Sequence[T]) -> T:
        """One of the options, all equally likely."""
        return options[int(self.unit(key) * len(options))]

    def weighted(self, key: str, options: Mapping[T, float]) -> T:
        """One of the options, as likely as its weight says."""
        rest = self.unit(key) * sum(options.values())
        for option, weight in options.items():
            rest -= weight
            if rest < 0:
                return option
        return list(options)[-1]

    def shuffled(self, key: str, options: Sequence[T]) -> list[T]:
        """The options in another order."""
        order = sorted(range(len(options)), key=lambda i: self.unit(f"{key}.{i}"))
        return [options[i] for i in order]


class Scoped(Keyed):
    """The same keys under a prefix, so that two blocks of a supplier decide for themselves."""

    def __init__(self, keys: Keyed, scope: str) -> None:
        self._parent, self._scope = keys, scope

    def unit(self, key: str) -> float:
        return self._parent.unit(f"{self._scope}.{key}")
