"""Measures of confidence: by hand, with ties, against scikit-learn, and with clusters that count several times."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from fakta_lab.tuning.figures.measures import EPSILON, MEASURES, measure


def measured(confidences: list[float], right: list[int], weights: list[int] | None = None) -> dict[str, float]:
    """Each example is a cluster of its own, which counts once or as often as its weight says."""
    every = np.array([weights or [1] * len(right)], dtype=np.int64)
    found = measure(np.array(confidences), np.array(right, dtype=bool), np.arange(len(right)), every)
    assert tuple(found) == MEASURES
    return {name: float(values[0]) for name, values in found.items()}


def test_one_mistake_in_third_place() -> None:
    found = measured([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 1])
    # Three pairs of a right and a wrong value; the right one is surer in two of them.
    assert found["auroc"] == pytest.approx(2 / 3)
    # Error rates among the first, the first two and so on: 0, 0, 1/3, 1/4.
    assert found["aurc"] == pytest.approx((0 + 0 + 1 / 3 + 1 / 4) / 4)
    # In the best order the mistake comes last: 0, 0, 0, 1/4.
    assert found["excess_aurc"] == pytest.approx((1 / 3) / 4)
    assert found["brier"] == pytest.approx((0.01 + 0.04 + 0.49 + 0.16) / 4)
    assert found["log_loss"] == pytest.approx(-np.log([0.9, 0.8, 0.3, 0.6]).mean())


def test_equal_confidences_count_as_in_random_order() -> None:
    found = measured([0.9, 0.5, 0.5], [1, 1, 0])
    # One pair told apart, one tied.
    assert found["auroc"] == pytest.approx(0.75)
    # After the first, either of the two others comes next: error rates 0 and 1/2, half each; then 1/3.
    assert found["aurc"] == pytest.approx((0 + 1 / 4 + 1 / 3) / 3)
    assert found["excess_aurc"] == pytest.approx((1 / 4) / 3)


def test_all_equal_is_worth_nothing() -> None:
    found = measured([0.7] * 4, [1, 0, 1, 0])
    assert (found["auroc"], found["aurc"]) == (pytest.approx(0.5), pytest.approx(0.5))
    # One bin, whichever way bins are made: half are right where 70 % was said.
    assert (found["ece"], found["ece_equal_width"]) == (pytest.approx(0.2), pytest.approx(0.2))


def test_the_error_rate_of_a_tie_is_the_mean_of_all_its_orders() -> None:
    from itertools import permutations

    outcomes = (1, 0, 1, 0, 0)
    by_order = [measured([0.9, 0.8, 0.7, 0.6, 0.5], list(order))["aurc"] for order in permutations(outcomes)]
    assert measured([0.5] * 5, list(outcomes))["aurc"] == pytest.approx(np.mean(by_order))


def test_calibration_error_by_hand() -> None:
    # Equal width: bins 1 (0.10 and 0.12) and 13 (0.90 and 0.92) of fifteen; one of two is right in each.
    found = measured([0.10, 0.12, 0.90, 0.92], [1, 0, 1, 0])
    assert found["ece_equal_width"] == pytest.approx((abs(0.22 - 1) + abs(1.82 - 1)) / 4)
    # Equal mass: four values, fifteen bins, each alone.
    assert found["ece"] == pytest.approx((0.9 + 0.12 + 0.1 + 0.92) / 4)


def test_without_mistakes_there_is_no_order_to_measure() -> None:
    found = measured([0.9, 0.8], [1, 1])
    assert np.isnan(found["auroc"])
    assert (found["aurc"], found["excess_aurc"]) == (0.0, 0.0)


def test_being_sure_and_wrong_has_a_finite_loss() -> None:
    assert measured([1.0, 0.0], [0, 1])["log_loss"] == pytest.approx(-np.log(EPSILON))


def test_scikit_learn_says_the_same() -> None:
    rng = np.random.default_rng(4)
    confidences = rng.random(400).round(2)
    right = rng.random(400) < confidences
    weights = rng.integers(0, 4, 400)
    found = measured(list(confidences), list(right), list(weights))
    assert found["auroc"] == pytest.approx(roc_auc_score(right, confidences, sample_weight=weights))
    assert found["brier"] == pytest.approx(brier_score_loss(right, confidences, sample_weight=weights))
    clipped = np.clip(confidences, EPSILON, 1 - EPSILON)
    assert found["log_loss"] == pytest.approx(log_loss(right, clipped, sample_weight=weights))


def test_a_weight_is_so_many_copies() -> None:
    confidences, right, weights = [0.9, 0.8, 0.8, 0.3, 0.2], [1, 0, 1, 1, 0], [2, 1, 3, 0, 2]
    copies = [(c, r) for c, r, n in zip(confidences, right, weights, strict=True) for _ in range(n)]
    weighted = measured(confidences, right, weights)
    copied = measured([c for c, _ in copies], [r for _, r in copies])
    # Bins of equal mass follow the sample, not its weights: they must not move from round to round.
    for name in set(MEASURES) - {"ece"}:
        assert weighted[name] == pytest.approx(copied[name]), name


def test_rounds_do_not_disturb_each_other() -> None:
    rng = np.random.default_rng(5)
    confidences, right, clusters = rng.random(90), rng.random(90) < 0.7, np.arange(90) % 30
    weights = rng.multinomial(30, np.full(30, 1 / 30), size=7)
    together = measure(confidences, right, clusters, weights)
    for number in range(7):
        alone = measure(confidences, right, clusters, weights[number : number + 1])
        for name in MEASURES:
            assert alone[name][0] == pytest.approx(together[name][number]), name
