"""Bounds and thresholds: exact numbers, and a simulation of how often a promise is broken."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta_lab.evaluation.intervals import exact_low
from fakta_lab.tuning.promise.bounds import best_promise, examples_needed


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.6, 0.99))
def test_the_bound_is_where_seeing_as_many_right_becomes_too_unlikely(right: int, n: int, confidence: float) -> None:
    right = min(right, n)
    bound = exact_low(right, n, level=confidence)
    # At that precision, so many right or more are seen exactly as often as the promise may be wrong.
    tail = sum(math.comb(n, k) * bound**k * (1 - bound) ** (n - k) for k in range(right, n + 1))
    assert tail == pytest.approx(1 - confidence if right else 1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("target", "wrong", "expected"), [(0.98, 0, 149), (0.98, 3, 386), (0.99, 0, 299), (0.99, 3, 773), (0.995, 0, 598)]
)
def test_examples_needed_are_the_fewest(target: float, wrong: int, expected: int) -> None:
    assert examples_needed(target, confidence=0.95, wrong=wrong) == expected
    assert exact_low(expected - 1 - wrong, expected - 1, level=0.95) < target


def test_without_a_mistake_everything_is_accepted_from_the_fewest_examples_on() -> None:
    promise = best_promise([0.9] * 299, [True] * 299, target=0.99, confidence=0.95)
    assert promise is not None
    assert (promise.threshold, promise.accepted, promise.right) == (0.9, 299, 299)
    assert best_promise([0.9] * 298, [True] * 298, target=0.99, confidence=0.95) is None


def test_equal_confidences_are_accepted_together() -> None:
    confidences = [0.9] * 30 + [0.5] * 30
    # The fewest examples for 90 % are 29: the threshold cannot fall inside the first thirty.
    promise = best_promise(confidences, [True] * 30 + [False] * 30, target=0.9, confidence=0.95)
    assert promise is not None
    assert (promise.threshold, promise.accepted) == (0.9, 30)


def test_mistakes_among_the_surest_end_the_search() -> None:
    right = [False, False] + [True] * 40
    assert best_promise([1 - i / 100 for i in range(42)], right, target=0.9, confidence=0.95) is None


def test_the_search_ends_at_the_first_threshold_that_fails() -> None:
    # 29 without a mistake are enough for 90 %, as are 46 with one; 30 with one are not, so 60 are never looked at.
    right = [True] * 29 + [False] + [True] * 30
    confidences = [1 - i / 100 for i in range(60)]
    promise = best_promise(confidences, right, target=0.9, confidence=0.95)
    assert promise is not None
    assert (promise.accepted, promise.right) == (29, 29)
    one_later = best_promise(confidences, [True] * 46 + [False] + [True] * 13, target=0.9, confidence=0.95)
    assert one_later is not None
    assert one_later.accepted == 60


@pytest.mark.parametrize(("n", "wrong"), [(114, 0), (115, 1), (152, 1), (153, 2), (190, 3)])
def test_more_examples_forgive_more_mistakes_at_the_very_top(n: int, wrong: int) -> None:
    # The first try takes at most 40 % of the examples: 46 of 115 forgive one mistake, 61 of 153 two, 76 of 190 three.
    assert [examples_needed(0.9, confidence=0.95, wrong=i) for i in range(4)] == [29, 46, 61, 76]
    confidences = [1 - i / 1000 for i in range(n)]
    for mistakes, promised in ((wrong, True), (wrong + 1, False)):
        right = [False] * mistakes + [True] * (n - mistakes)
        assert (best_promise(confidences, right, target=0.9, confidence=0.95) is not None) is promised


def test_the_order_of_examples_makes_no_difference() -> None:
    rng = np.random.default_rng(3)
    confidences = rng.integers(0, 20, size=400) / 20
    right = rng.random(400) < 0.8 + 0.2 * confidences
    order = rng.permutation(400)
    promise = best_promise(confidences.tolist(), right.tolist(), target=0.9, confidence=0.95)
    assert promise is not None
    assert promise == best_promise(confidences[order].tolist(), right[order].tolist(), target=0.9, confidence=0.95)


@pytest.mark.parametrize(
    ("shares", "precisions"),
    [
        # Few confidences, shared by many values; the second step down is just too far.
        ([0.5, 0.5], [0.97, 0.92]),
        ([0.2] * 5, [0.99, 0.97, 0.94, 0.88, 0.8]),
        # Too far at the very top already.
        ([0.1, 0.9], [0.94, 0.94]),
        # The surest are not the best: copies of a supplier's misprint, say.
        ([0.1, 0.5, 0.4], [0.9, 0.97, 0.9]),
    ],
)
def test_equal_confidences_break_no_more_promises(shares: list[float], precisions: list[float]) -> None:
    trials, n, target = 500, 250, 0.95
    rng = np.random.default_rng(11)
    above = np.cumsum(np.multiply(shares, precisions)) / np.cumsum(shares)
    broken = 0
    for _ in range(trials):
        level = rng.choice(len(shares), size=n, p=shares)
        right = rng.random(n) < np.array(precisions)[level]
        promise = best_promise((-level).tolist(), right.tolist(), target=target, confidence=0.95)
        broken += promise is not None and above[int(-promise.threshold)] < target
    # 5 % are allowed; 40 or more of 500 would come by chance less than three times in a thousand.
    assert broken < 40


@pytest.mark.parametrize(("target", "n"), [(0.95, 300), (0.9, 150)])
def test_promises_are_broken_no_more_often_than_said(target: float, n: int) -> None:
    """Fields whose precision above every threshold is known; 5 % of the promises may be broken, 8 % are let pass."""
    trials, made, broken, accepted = 400, 0, 0, 0.0
    rng = np.random.default_rng(7)
    population = 1 / (1 + np.exp(-(2.6 + 2.0 * rng.normal(size=100_000))))
    ranked = np.sort(population)[::-1]
    precision_above = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    for _ in range(trials):
        confidences = rng.choice(population, size=n)
        promise = best_promise(
            confidences.tolist(), (rng.random(n) < confidences).tolist(), target=target, confidence=0.95
        )
        if promise is not None:
            above = int(np.searchsorted(-ranked, -promise.threshold, side="right"))
            made += 1
            broken += precision_above[max(above - 1, 0)] < target
            accepted += above / len(ranked)
    assert broken <= 0.08 * trials
    # A tuner that promises nothing would keep every promise.
    assert made > 0.5 * trials
    assert accepted / made > 0.2
