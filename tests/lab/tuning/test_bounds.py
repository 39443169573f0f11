"""Bounds and thresholds: exact numbers, and a simulation of how often a promise is broken."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta_lab.tuning.bounds import best_promise, examples_needed, precision_lower_bound


@given(st.integers(0, 60), st.integers(1, 60), st.floats(0.6, 0.99))
def test_the_bound_is_where_seeing_as_many_right_becomes_too_unlikely(right: int, n: int, confidence: float) -> None:
    right = min(right, n)
    bound = precision_lower_bound(right, n, confidence=confidence)
    # At that precision, so many right or more are seen exactly as often as the promise may be wrong.
    tail = sum(math.comb(n, k) * bound**k * (1 - bound) ** (n - k) for k in range(right, n + 1))
    assert tail == pytest.approx(1 - confidence if right else 1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("target", "wrong", "expected"), [(0.98, 0, 149), (0.98, 3, 386), (0.99, 0, 299), (0.99, 3, 773), (0.995, 0, 598)]
)
def test_examples_needed_are_the_fewest(target: float, wrong: int, expected: int) -> None:
    assert examples_needed(target, confidence=0.95, wrong=wrong) == expected
    assert precision_lower_bound(expected - 1 - wrong, expected - 1, confidence=0.95) < target


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
