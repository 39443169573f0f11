"""Temperature scaling: what it may change and what not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from fakta_lab.tuning.figures.temperature import cross_fitted, fit_temperature, scaled


@given(st.floats(0.05, 20.0))
def test_no_temperature_changes_the_order(temperature: float) -> None:
    rng = np.random.default_rng(0)
    probabilities = np.concatenate(([0.0, 0.0], rng.random(200)))
    right = np.concatenate(([True, False], rng.random(200) < 0.8))
    before, after = (roc_auc_score(right, p) for p in (probabilities, scaled(probabilities, temperature)))
    # Nothing changes places; at extreme temperatures neighbours may become one number.
    assert after == pytest.approx(before, abs=0.02 if temperature < 0.3 else 1e-12)


def test_the_temperature_that_spoilt_the_probabilities_is_found() -> None:
    rng = np.random.default_rng(1)
    honest = rng.random(20_000)
    right = rng.random(20_000) < honest
    assert fit_temperature(scaled(honest, 1 / 3), right) == pytest.approx(3.0, rel=0.05)
    assert fit_temperature(honest, right) == pytest.approx(1.0, rel=0.05)


def test_what_the_model_did_not_read_stays_at_nought_and_weighs_nothing() -> None:
    rng = np.random.default_rng(2)
    honest = rng.random(5_000)
    right = rng.random(5_000) < honest
    alone = fit_temperature(honest, right)
    unread = np.concatenate((honest, np.zeros(2_000)))
    assert fit_temperature(unread, np.concatenate((right, np.ones(2_000, dtype=bool)))) == pytest.approx(alone)
    assert scaled(np.zeros(1), 5.0)[0] == 0.0
    assert fit_temperature(np.zeros(3), np.ones(3, dtype=bool)) == 1.0


def test_no_value_is_scaled_by_a_temperature_that_saw_it() -> None:
    rng = np.random.default_rng(3)
    probabilities, folds = rng.random(400), np.arange(400) % 2
    right = rng.random(400) < probabilities
    result, temperatures = cross_fitted(probabilities, right, folds)
    even = folds == 0
    assert temperatures[0] == fit_temperature(probabilities[~even], right[~even])
    assert result[even] == pytest.approx(scaled(probabilities[even], temperatures[0]))
    # Whatever became of the even ones, their own temperature stays.
    _, again = cross_fitted(probabilities, np.where(even, ~right, right), folds)
    assert again[0] == temperatures[0]
    assert again[1] != temperatures[1]
