"""Curves of confidence against truth."""

from __future__ import annotations

import numpy as np
import pytest

from fakta_lab.tuning.figures.curve import acceptance_curve, reliability


def test_shares_rise_to_all_values_and_their_precision() -> None:
    rng = np.random.default_rng(1)
    confidences = rng.random(500)
    right = rng.random(500) < confidences
    curve = acceptance_curve(list(confidences), list(right), points=20)
    assert len(curve) == 20
    shares = [point["share"] for point in curve]
    assert shares == sorted(shares)
    assert (shares[-1], curve[-1]["precision"]) == (1.0, pytest.approx(right.mean()))
    for point in curve:
        accepted = right[confidences >= point["confidence"] - 1e-6]
        assert point["precision"] == pytest.approx(accepted.mean(), abs=1e-6)
    # The surer, the more often right.
    assert curve[0]["precision"] > curve[-1]["precision"] + 0.2


def test_values_of_equal_confidence_are_accepted_together() -> None:
    [only] = acceptance_curve([0.5] * 4, [True, True, True, False])
    assert (only["share"], only["precision"]) == (1.0, 0.75)


def test_calibrated_confidences_lie_on_the_diagonal() -> None:
    rng = np.random.default_rng(2)
    confidences = rng.random(20_000)
    bins = reliability(list(confidences), list(rng.random(20_000) < confidences))
    assert sum(each["values"] for each in bins) == 20_000
    assert all(abs(each["confidence"] - each["right"]) < 0.04 for each in bins)


def test_certainty_belongs_to_the_last_bin() -> None:
    assert reliability([1.0, 0.99], [True, True]) == [{"confidence": 0.995, "right": 1.0, "values": 2}]


def test_nothing_gives_nothing() -> None:
    assert acceptance_curve([], []) == []
    assert reliability([], []) == []
