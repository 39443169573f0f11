"""What so many documents can say about a share and about a difference, where documents of a supplier err alike.

One-sided bounds at a level, made of three parts that each hold in small samples:

- A share has the exact bounds of Clopper and Pearson, written with the beta distribution so that a number of documents
  need not be whole. Nothing wrong in twenty documents leaves room for 14 % wrong.
- Where documents are not a random draw from what comes in, those of one supplier are one look: a page design that is
  misread once is misread always. They count together as the effective number of documents, as in a survey of clusters
  (Kish 1965; Korn & Graubard 1998, "Confidence intervals for proportions with small expected number of positive counts
  estimated from survey data"), with the resemblance inside a supplier taken as complete. Measuring the resemblance
  instead was tried and broke its word: suppliers that fail as a whole are rare, and hide among stray mistakes.
- The difference of two readers on the same documents is the share that only the second has right less the share that
  only the first has right. Its bounds are put together from theirs (Zou & Donner 2008, "Construction of confidence
  limits about effect measures"). A bootstrap would give a difference without any spread where the readers never differ,
  which is when a small sample says least.

How often each keeps its word: docs/compare.md.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import NamedTuple

from fakta_lab.evaluation.intervals import exact_low


class Bounds(NamedTuple):
    """Where a figure lies; each end holds by itself at the level that it was asked for."""

    low: float
    high: float


def effective_size(clusters: Iterable[Hashable]) -> float:
    """How many documents of as many suppliers would say as much: n² / Σ m², m being the documents of a supplier.

    >>> effective_size("abcd"), effective_size("aaaa"), round(effective_size("aaab"), 6)
    (4.0, 1.0, 1.6)
    """
    sizes = Counter(clusters).values()
    return sum(sizes) ** 2 / sum(size**2 for size in sizes) if sizes else 0.0


def share_bounds(count: float, n: float, *, level: float) -> Bounds:
    """Clopper-Pearson bounds of a share of which `count` of `n` were seen; neither need be whole.

    >>> [round(end, 3) for end in share_bounds(0, 20, level=0.95)]
    [0.0, 0.139]
    """
    if n <= 0:
        return Bounds(0.0, 1.0)
    return Bounds(exact_low(count, n, level=level), 1 - exact_low(n - count, n, level=level))


def difference_bounds(gains: float, losses: float, n: float, *, level: float) -> Bounds:
    """Bounds of the share that only the second reader has right less the share that only the first has right.

    Args:
        gains, losses: effective number of documents that only the second, only the first has right.
        n: effective number of documents.
        level: of each bound, 0-1.

    >>> [round(end, 4) for end in difference_bounds(0, 0, 299, level=0.95)]  # never differing, 299 times
    [-0.01, 0.01]
    """
    if n <= 0:
        return Bounds(-1.0, 1.0)
    gain, loss = gains / n, losses / n
    of_gain, of_loss = share_bounds(gains, n, level=level), share_bounds(losses, n, level=level)
    down = _spread(gain - of_gain.low, of_loss.high - loss, gain, loss)
    up = _spread(of_gain.high - gain, loss - of_loss.low, gain, loss)
    return Bounds(max(gain - loss - down, -1.0), min(gain - loss + up, 1.0))


def rise_bounds(first: Bounds, first_share: float, second: Bounds, second_share: float) -> Bounds:
    """Bounds of a second share less a first one, from the bounds of both, as if they were of different documents.

    Of the same documents the two go up and down together, so that the difference is better known than this says.
    """
    down = math.hypot(second_share - second.low, first.high - first_share)
    up = math.hypot(second.high - second_share, first_share - first.low)
    rise = second_share - first_share
    return Bounds(max(rise - down, -1.0), min(rise + up, 1.0))


def _spread(first: float, second: float, gain: float, loss: float) -> float:
    """Half-width of the difference from those of its parts, which exclude each other and so vary against each other."""
    variances = gain * (1 - gain) * loss * (1 - loss)
    correlation = -gain * loss / math.sqrt(variances) if variances > 0 else 0.0
    return math.sqrt(first**2 + second**2 - 2 * correlation * first * second)
