"""Fitting weights: what the choices show is learned, what they do not show stays with the hand-set weights."""

from __future__ import annotations

import numpy as np
import pytest

from fakta_lab.ranking.choices import ChoiceSet
from fakta_lab.ranking.fit import _Problem, accuracy, fit_weights

PRIOR = {"bias": -3.0, "label": 5.5, "model": 4.5, "form": 0.3}


def drawn(n: int, *, truth: dict[str, float], seed: int) -> list[ChoiceSet]:
    """Choice sets whose right option is drawn from the logit model with the weights `truth`."""
    rng = np.random.default_rng(seed)
    sets = []
    for _ in range(n):
        options = [
            {"label": float(rng.random() < 0.4), "model": float(rng.random()), "form": float(rng.random() < 0.5)}
            for _ in range(int(rng.integers(1, 6)))
        ]
        utilities = [0.0, *(truth["bias"] + sum(truth[k] * v for k, v in option.items()) for option in options)]
        shares = np.exp(utilities) / np.exp(utilities).sum()
        chosen = int(rng.choice(len(shares), p=shares))
        sets.append(ChoiceSet("amount_due", tuple(options), chosen - 1 if chosen else None))
    return sets


def test_the_weights_that_made_the_choices_are_found() -> None:
    truth = {"bias": -2.0, "label": 1.0, "model": 3.0, "form": 2.0}
    fitted = fit_weights(drawn(6000, truth=truth, seed=1), PRIOR, strength=1e-5)
    assert fitted == pytest.approx(truth, abs=0.25)


def test_a_strong_prior_holds_the_weights() -> None:
    truth = {"bias": -2.0, "label": 1.0, "model": 3.0, "form": 2.0}
    fitted = fit_weights(drawn(500, truth=truth, seed=2), PRIOR, strength=100.0)
    assert fitted == pytest.approx(PRIOR, abs=0.05)


def test_a_feature_that_no_document_shows_keeps_its_weight() -> None:
    fitted = fit_weights(drawn(200, truth=PRIOR, seed=3), {**PRIOR, "inside": -0.8}, strength=0.01)
    assert fitted["inside"] == -0.8


def test_the_gradient_is_that_of_the_loss() -> None:
    problem = _Problem(drawn(40, truth=PRIOR, seed=4))
    prior = np.zeros(len(problem.features))
    at = np.random.default_rng(5).normal(size=len(problem.features))
    _, gradient = problem.loss(at, prior, 0.1)
    for i in range(len(at)):
        step = np.zeros_like(at)
        step[i] = 1e-5
        numeric = (problem.loss(at + step, prior, 0.1)[0] - problem.loss(at - step, prior, 0.1)[0]) / 2e-5
        assert gradient[i] == pytest.approx(numeric, abs=1e-6)


def test_accuracy_counts_a_value_where_there_is_none_as_wrong() -> None:
    option = {"label": 1.0}
    sets = [ChoiceSet("iban", (option,), 0), ChoiceSet("iban", (option,), None), ChoiceSet("iban", ({},), None)]
    assert accuracy(sets, PRIOR) == pytest.approx(2 / 3)
