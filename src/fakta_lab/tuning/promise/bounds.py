"""How much can be promised: exact finite-sample bounds on the share of accepted values that are right.

The bounds take examples as independent draws from what production will see. They hold for suppliers that are alike
those of the tuning set; invoices of a kind that it does not have are outside any promise.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fakta_lab.evaluation.intervals import exact_low

# The search begins at a threshold that forgives mistakes, as many as leave it within this share of the examples. Both
# numbers were chosen on simulated fields: see `docs/thresholds.md`.
FIRST_SHARE = 0.4
MOST_FORGIVEN = 8
# A bound at the fewest possible examples is the target itself, up to rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Promise:
    """A threshold and what holds above it.

    Attributes:
        threshold: values with at least this confidence are accepted.
        accepted, right: examples above it, and how many of these are right.
        lower_bound: what these examples by themselves say about the precision above it, at the confidence asked for.
            It is never below the target. What is promised is the target: the bound does not know that this threshold
            was chosen among others.
    """

    threshold: float
    accepted: int
    right: int
    lower_bound: float


@cache
def examples_needed(target: float, *, confidence: float, wrong: int = 0) -> int:
    """The fewest examples, so many of them wrong, from which the target can be promised.

    >>> examples_needed(0.99, confidence=0.95), examples_needed(0.98, confidence=0.95)
    (299, 149)
    >>> examples_needed(0.99, confidence=0.95, wrong=3)
    773
    """

    def enough(n: int) -> bool:
        return bool(_certain(np.array([n - wrong]), np.array([n]), target=target, confidence=confidence)[0])

    most = wrong + 1
    while not enough(most):
        most *= 2
    return bisect_left(range(most + 1), True, lo=wrong + 1, key=enough)


def best_promise(
    confidences: Sequence[float], right: Sequence[bool], *, target: float, confidence: float
) -> Promise | None:
    """The lowest threshold above which the target precision is certain enough, or None.

    Thresholds are tried from the top, and the first that fails ends the search (fixed-sequence testing, as in
    "Learn then Test", Angelopoulos et al. 2021). All tries together are wrong no more often than one:

    - Every threshold is tried, from the first that accepts `first` examples; `first` depends on their number only.
      The thresholds are therefore those of the population, fixed beforehand, although only confidences that were seen
      can make a difference. Equal confidences are accepted together and need no care of their own.
    - Let b be the highest threshold with a precision below the target. A broken promise means that b passed its test.
      Given how many of the examples lie above b, these are independent, each right with the precision above b; so the
      binomial test lets b pass with a probability of at most 1 - `confidence`.
    - Where fewer than `first` lie above b, the first try is below it and takes in examples of lower confidence. The
      same holds if these are right no more often than the target, which is what confidences are for.

    Args:
        confidences: of the examples; they must not have been fitted on these examples' own outcomes.
        right: whether each is right.
        target: precision to promise, 0-1.
        confidence: how sure the promise has to be, 0-1.

    >>> promise = best_promise([0.9] * 30 + [0.5] * 30, [True] * 30 + [False] * 30, target=0.9, confidence=0.95)
    >>> promise.threshold, promise.accepted, round(promise.lower_bound, 4)
    (0.9, 30, 0.905)
    """
    order = np.argsort(-np.asarray(confidences, dtype=float), kind="stable")
    ranked = np.asarray(confidences, dtype=float)[order]
    n_right = np.cumsum(np.asarray(right, dtype=bool)[order])
    first = _first_try(len(ranked), target=target, confidence=confidence)
    ends_a_tie = np.append(ranked[1:] < ranked[:-1], True)[: len(ranked)]
    tried = np.flatnonzero(ends_a_tie)
    tried = tried[tried >= first - 1]
    passes = _certain(n_right[tried], tried + 1, target=target, confidence=confidence)
    n_passed = len(tried) if passes.all() else int(np.argmin(passes))
    if not n_passed:
        return None
    last = int(tried[n_passed - 1])
    n, good = last + 1, int(n_right[last])
    return Promise(float(ranked[last]), n, good, exact_low(good, n, level=confidence))


def _first_try(n: int, *, target: float, confidence: float) -> int:
    """How many examples the first threshold accepts.

    One mistake at the very top would end a search that begins with the fewest examples possible. The more there are,
    the more mistakes the first try can forgive and still be near the top.
    """
    first = examples_needed(target, confidence=confidence)
    for wrong in range(1, MOST_FORGIVEN + 1):
        larger = examples_needed(target, confidence=confidence, wrong=wrong)
        if larger > FIRST_SHARE * n:
            break
        first = larger
    return first


def _certain(right: NDArray[np.int64], n: NDArray[np.int64], *, target: float, confidence: float) -> NDArray[np.bool_]:
    """Where so many right of so many would be seen too seldom if no more than the target share were right.

    The same as asking whether the Clopper-Pearson bound is at least the target, without inverting the distribution.
    """
    from scipy.special import betainc

    # The probability that a binomial(n, target) is at least `right`; for none it is one.
    tail = np.where(right > 0, betainc(np.maximum(right, 1), n - right + 1, target), 1.0)
    certain: NDArray[np.bool_] = tail <= 1 - confidence + ROUNDING
    return certain
