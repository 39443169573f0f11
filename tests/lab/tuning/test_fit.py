"""The fitted verifier: the same numbers in the runtime as in scikit-learn, suppliers kept apart, honest calibration."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from fakta.verify import CLIP, VerifierModel
from fakta_lab.tuning.examples import Example
from fakta_lab.tuning.fit import (
    FOLDS,
    INTERCEPT_SCALE,
    OWN_WEIGHTS_RARER,
    SHARED_C,
    cross_fitted_confidences,
    fit_curve,
    fit_model,
    fit_verifier,
    supplier_folds,
)


def examples(n: int, *, seed: int, field: str = "amount_due", suppliers: int = 40, slope: float = 1.8) -> list[Example]:
    """Values whose probability of being right is logistic in two features; a third says nothing."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(n):
        margin, sums, noise = rng.normal(), float(rng.integers(0, 2)), rng.normal()
        p = 1 / (1 + np.exp(-(1.0 + slope * margin + 1.5 * sums)))
        features = {"margin": margin, "sums_ok": sums, "noise": noise, "constant": 1.0}
        made.append(Example(field, f"supplier {i % suppliers}", features, found=True, right=bool(rng.random() < p)))
    return made


def fitted(made: list[Example], *, seed: int = 0) -> VerifierModel:
    model = fit_model(made, seed=seed)
    assert model is not None
    return model


def test_the_runtime_computes_what_scikit_learn_does() -> None:
    # Each field has fewer wrong values than it takes for weights of its own.
    made = [e for field in ("iban", "bic") for e in examples(34, seed=len(field), field=field, slope=4.0)]
    names = ["margin", "noise", "sums_ok"]
    matrix = StandardScaler().fit_transform([[e.features[name] for name in names] for e in made]).clip(-CLIP, CLIP)
    own = np.array([[e.field == "iban", e.field == "bic"] for e in made]) * INTERCEPT_SCALE
    expected = LogisticRegression(C=SHARED_C, max_iter=2000).fit(np.hstack([matrix, own]), [e.right for e in made])
    model = fitted(made)
    assert model.features == tuple(names)  # without the one that never changes
    wrong = [sum(not e.right for e in made if e.field == field) for field in ("iban", "bic")]
    assert 5 <= min(wrong) <= max(wrong) < OWN_WEIGHTS_RARER
    got = [model.log_odds(e.field, e.features) for e in made]
    assert got == pytest.approx(expected.decision_function(np.hstack([matrix, own])), abs=1e-6)


def test_a_field_with_errors_enough_has_weights_of_its_own() -> None:
    made = examples(1500, seed=1) + examples(1500, seed=2, field="iban", slope=-1.8) + examples(20, seed=3, field="bic")
    model = fitted(made)
    margin = model.features.index("margin")
    assert model.fields["amount_due"].weights[margin] > 0.8
    assert model.fields["iban"].weights[margin] < -0.8
    assert np.array_equal(model.fields["bic"].weights, model.fields["*"].weights)


def test_through_the_manifest_nothing_changes() -> None:
    made = examples(300, seed=2) + examples(20, seed=3, field="iban")
    model = fitted(made)
    again = VerifierModel.from_dict(json.loads(json.dumps(model.to_dict())), name="found")
    for example in made[::17]:
        expected = model.probability(example.field, example.features)
        assert again.probability(example.field, example.features) == pytest.approx(expected, abs=1e-6)


def test_confidences_are_calibrated_on_suppliers_that_were_not_fitted() -> None:
    model = fitted(examples(3000, seed=4))
    fresh = examples(20_000, seed=5)
    confidences = np.array([model.probability(e.field, e.features) for e in fresh])
    right = np.array([e.right for e in fresh])
    tenth = np.minimum((confidences * 10).astype(int), 9)
    gaps = [abs(right[tenth == t].mean() - confidences[tenth == t].mean()) * (tenth == t).mean() for t in set(tenth)]
    assert sum(gaps) < 0.02


def test_no_supplier_is_in_two_folds_and_folds_do_not_depend_on_order() -> None:
    made = examples(200, seed=6, suppliers=23)
    folds = supplier_folds(made, seed=3)
    assert len({(e.supplier, fold) for e, fold in zip(made, folds, strict=True)}) == 23
    assert set(folds) == set(range(FOLDS))
    assert supplier_folds(made[::-1], seed=3) == folds[::-1]


def test_a_suppliers_own_outcomes_do_not_change_its_confidences() -> None:
    made = examples(200, seed=8, suppliers=10)
    flipped = [
        Example(e.field, e.supplier, e.features, e.found, not e.right if e.supplier == "supplier 3" else e.right)
        for e in made
    ]
    before, after = (cross_fitted_confidences(each, seed=0) for each in (made, flipped))
    folds = supplier_folds(made, seed=0)
    own = folds[3]
    assert [c for c, f in zip(before, folds, strict=True) if f == own] == [
        c for c, f in zip(after, folds, strict=True) if f == own
    ]
    assert before != after


def test_what_was_not_found_has_a_model_of_its_own() -> None:
    rng = np.random.default_rng(9)
    announced = rng.random(400) < 0.5
    missing = [
        Example("iban", f"s{i}", {"found": 0.0, "announced": float(a)}, found=False, right=bool(rng.random() > 0.8 * a))
        for i, a in enumerate(announced)
    ]
    found, absent = fit_verifier([*examples(200, seed=9), *missing], seed=0)
    assert found is not None
    assert absent is not None
    assert absent.probability("iban", {"announced": 0.0}) > 0.9
    assert absent.probability("iban", {"announced": 1.0}) == pytest.approx(0.2, abs=0.1)
    assert "announced" not in found.features


def test_always_right_is_not_certainty() -> None:
    model = fitted([Example("iban", str(i), {"margin": i / 10}, found=True, right=True) for i in range(20)])
    assert 0.9 < model.probability("iban", {"margin": 1.0}) < 0.99


def test_without_examples_there_is_no_model() -> None:
    assert fit_model([], seed=0) is None
    assert fit_verifier([Example("iban", "a", {}, found=False, right=True)], seed=0)[0] is None


def test_the_curve_finds_how_log_odds_were_bent() -> None:
    rng = np.random.default_rng(10)
    log_odds = rng.normal(1.0, 2.0, size=60_000)
    p = 1 / (1 + np.exp(-log_odds))
    bent = 0.6 * np.log(p) - 1.4 * np.log1p(-p) - 0.5
    right = rng.random(60_000) < 1 / (1 + np.exp(-bent))
    assert fit_curve(log_odds, right) == pytest.approx((0.6, 1.4, -0.5), abs=0.06)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-30, 30), st.booleans()), min_size=1, max_size=60))
def test_curves_never_fall(points: list[tuple[float, bool]]) -> None:
    a, b, c = fit_curve(np.array([p[0] for p in points]), np.array([p[1] for p in points]))
    assert min(a, b) >= 0
    assert np.isfinite([a, b, c]).all()
