"""The fitted verifier: the same numbers in the runtime as in scikit-learn, suppliers kept apart, honest calibration."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from fakta.verify import FieldVerifier, Verifier
from fakta_lab.tuning.examples import Example
from fakta_lab.tuning.fit import (
    FOLDS,
    calibration_knots,
    cross_fitted_confidences,
    fit_one,
    fit_verifiers,
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


def test_the_runtime_computes_what_scikit_learn_does() -> None:
    fitted = examples(400, seed=1)
    names = sorted(fitted[0].features)
    matrix = np.array([[e.features[name] for name in names] for e in fitted])
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(matrix, [e.right for e in fitted])
    model = fit_one(fitted, seed=0)
    plain = FieldVerifier.from_dict(json.loads(json.dumps({**model.to_dict(), "knots": None})), name="amount_due")
    got = [plain.probability(e.features) for e in fitted]
    assert got == pytest.approx(pipeline.predict_proba(matrix)[:, 1], abs=1e-9)


def test_through_the_manifest_nothing_changes() -> None:
    fitted = examples(300, seed=2) + examples(20, seed=3, field="iban")
    models = fit_verifiers(fitted, seed=0)
    assert set(models) == {"*", "amount_due"}
    manifest = json.loads(json.dumps({"verifier": {name: model.to_dict() for name, model in models.items()}}))
    verifier = Verifier.from_manifest(manifest)
    for example in fitted[::17]:
        model = models.get(example.field, models["*"])
        assert verifier.confidence(example.field, example.features) == model.probability(example.features)


def test_confidences_are_calibrated_on_suppliers_that_were_not_fitted() -> None:
    model = fit_one(examples(3000, seed=4), seed=0)
    fresh = examples(20_000, seed=5)
    confidences = np.array([model.probability(e.features) for e in fresh])
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


def test_values_that_were_not_found_have_the_share_of_documents_without_one() -> None:
    missing = [Example("iban", str(i), {"found": 0.0}, found=False, right=i < 8) for i in range(8)]
    model = fit_one([*examples(100, seed=9), *missing], seed=0)
    assert model.absent == pytest.approx(9 / 10)


def test_always_right_is_not_certainty() -> None:
    model = fit_one([Example("iban", str(i), {"margin": i / 10}, found=True, right=True) for i in range(20)], seed=0)
    assert model.probability({"margin": 1.0}) == pytest.approx(21 / 22)


def test_nothing_found_cannot_be_fitted() -> None:
    with pytest.raises(ValueError, match="no example with a value"):
        fit_one([Example("iban", "a", {}, found=False, right=True)], seed=0)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=1, max_size=60))
def test_calibration_curves_only_rise_and_never_reach_certainty(points: list[tuple[float, bool]]) -> None:
    x, y = calibration_knots(np.array([p[0] for p in points]), np.array([p[1] for p in points]))
    assert all(a <= b for a, b in pairwise(x))
    assert all(a <= b + 1e-12 for a, b in pairwise(y))
    assert 0 < min(y) <= max(y) < 1
