"""How much can be promised: exact finite-sample bounds on the share of accepted values that are right.

The bounds take documents as independent draws from what production will see. They hold for suppliers that are alike
those of the tuning set; invoices of a kind that it does not have are outside any promise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Each candidate threshold accepts at least this many times as many values as the one before: fewer, larger steps are
# less likely to be stopped by chance.
STEP = 1.1


@dataclass(frozen=True, slots=True)
class Promise:
    """A threshold and what holds above it.

    Attributes:
        threshold: values with at least this confidence are accepted.
        accepted, right: examples above it, and how many of these are right.
        lower_bound: precision above it, at the confidence asked for, is at least this.
    """

    threshold: float
    accepted: int
    right: int
    lower_bound: float


def precision_lower_bound(right: int, n: int, *, confidence: float) -> float:
    """The exact (Clopper-Pearson) lower bound on a share of which `right` of `n` were seen.

    >>> round(precision_lower_bound(299, 299, confidence=0.95), 4)
    0.99
    >>> round(precision_lower_bound(770, 773, confidence=0.95), 4)
    0.99
    """
    if right == 0:
        return 0.0
    from scipy.stats import beta

    return float(beta.ppf(1 - confidence, right, n - right + 1))


def examples_needed(target: float, *, confidence: float, wrong: int = 0) -> int:
    """The fewest examples, so many of them wrong, from which the target can be promised.

    >>> examples_needed(0.99, confidence=0.95), examples_needed(0.98, confidence=0.95)
    (299, 149)
    >>> examples_needed(0.99, confidence=0.95, wrong=3)
    773
    """
    # The small step keeps 90 % at 90 % confidence from needing one more than it does, by rounding.
    n = math.ceil(math.log(1 - confidence) / math.log(target) - 1e-9)
    while wrong and precision_lower_bound(n - wrong, n, confidence=confidence) < target:
        n += 1
    return n


def best_promise(
    confidences: Sequence[float], right: Sequence[bool], *, target: float, confidence: float
) -> Promise | None:
    """The lowest threshold above which the target precision is certain enough, or None.

    Thresholds are tried from the top in an order that does not depend on which values are right, and the first that
    fails ends the search; so all tries together are wrong no more often than one (fixed-sequence testing).

    Args:
        confidences: of the examples; they must not have been fitted on these examples' own outcomes.
        right: whether each is right.
        target: precision to promise, 0-1.
        confidence: how sure the promise has to be, 0-1.
    """
    order = sorted(range(len(confidences)), key=lambda i: -confidences[i])
    ranked = [confidences[i] for i in order]
    correct = [0]
    for i in order:
        correct.append(correct[-1] + bool(right[i]))
    # One mistake at the very top would end the search at once. Where there are examples enough, it therefore begins at
    # a threshold that forgives one or two; how many are enough was tried on simulated fields.
    forgiven = min(2, len(ranked) // (4 * examples_needed(target, confidence=confidence)))
    best = None
    for n in _steps(ranked, first=examples_needed(target, confidence=confidence, wrong=forgiven)):
        bound = precision_lower_bound(correct[n], n, confidence=confidence)
        # The bound at the fewest possible examples is the target itself up to rounding.
        if bound < target - 1e-12:
            break
        best = Promise(threshold=ranked[n - 1], accepted=n, right=correct[n], lower_bound=bound)
    return best


def _steps(ranked: Sequence[float], *, first: int) -> Iterator[int]:
    """How many examples each threshold to try accepts; equal confidences are accepted together."""
    wanted = first
    for n in range(first, len(ranked) + 1):
        ends_a_tie = n == len(ranked) or ranked[n] < ranked[n - 1]
        if ends_a_tie and (n >= wanted or n == len(ranked)):
            yield n
            wanted = math.ceil(n * STEP)
