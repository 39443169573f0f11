"""Confidence and acceptance from the plain numbers of a manifest."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta.errors import BundleError
from fakta.verify import Verifier

MODEL: dict[str, Any] = {
    "features": ["margin", "sums_ok"],
    "mean": [1.0, 0.5],
    "scale": [2.0, 0.5],
    "weights": [0.5, 2.0],
    "intercept": 0.25,
    "knots": None,
    "absent": 0.875,
}
CURVE = {**MODEL, "knots": {"x": [-1.0, 1.0, 3.0], "y": [0.2, 0.6, 0.99]}}


def verifier(model: dict[str, Any], name: str = "amount_due", **thresholds: Any) -> Verifier:
    return Verifier.from_manifest({"verifier": {name: model}, "thresholds": thresholds})


def test_log_odds_are_weighted_standardised_features() -> None:
    # 0.25 + 0.5 * (3 - 1) / 2 + 2 * (1 - 0.5) / 0.5 = 2.75
    confidence = verifier(MODEL).confidence("amount_due", {"margin": 3.0, "sums_ok": 1.0})
    assert confidence == pytest.approx(1 / (1 + math.exp(-2.75)))


@pytest.mark.parametrize(
    ("margin", "expected"),
    [(-20.0, 0.2), (0.0, 0.4), (1.0 + 4.0 * 1.75, 0.6 + 0.39 / 2), (99.0, 0.99)],
)
def test_the_curve_is_linear_between_knots_and_flat_outside(margin: float, expected: float) -> None:
    # sums_ok at its mean; log-odds are 0.25 + (margin - 1) / 4.
    features = {"margin": margin, "sums_ok": 0.5}
    assert verifier(CURVE).confidence("amount_due", features) == pytest.approx(expected)


def test_features_that_are_missing_or_no_numbers_count_as_zero() -> None:
    tuned = verifier(MODEL)
    zero = tuned.confidence("amount_due", {"margin": 0.0, "sums_ok": 0.0})
    assert tuned.confidence("amount_due", {"other": 7.0}) == zero
    assert tuned.confidence("amount_due", {"margin": math.nan, "sums_ok": math.inf}) == zero


def test_what_was_not_found_has_the_confidence_that_it_is_not_there() -> None:
    assert verifier(MODEL).confidence("amount_due", {"found": 0.0, "margin": 9.0}) == 0.875


def test_a_field_without_a_model_uses_the_one_of_all_fields() -> None:
    pooled = verifier(MODEL, name="*")
    assert pooled.confidence("iban", {}) == verifier(MODEL).confidence("amount_due", {})


def test_an_untuned_bundle_ranks_by_score_and_accepts_nothing() -> None:
    for manifest in (None, {}, {"verifier": None, "thresholds": None}):
        untuned = Verifier.from_manifest(manifest)
        # Log-odds of 1.7: 1 / (1 + e^-1.7).
        assert untuned.confidence("iban", {"score": 1.7}) == pytest.approx(0.8455, abs=1e-4)
        assert untuned.confidence("iban", {"score": -900.0}) == 0.0
        assert untuned.confidence("iban", {"found": 0.0, "score": 1.7}) == 0.0
        assert untuned.accept("iban", 1.0) == (False, "no threshold tuned for this field")


def test_thresholds_decide_and_say_why() -> None:
    reason = "cannot be promised: 37 examples, 299 needed"
    tuned = verifier(MODEL, amount_due={"threshold": 0.93}, iban={"threshold": None, "reason": reason})
    assert tuned.accept("amount_due", 0.93) == (True, "above threshold 0.93")
    assert tuned.accept("amount_due", 0.9299) == (False, "below threshold 0.93")
    assert tuned.accept("iban", 1.0) == (False, reason)
    assert tuned.accept("bic", 1.0) == (False, "no threshold tuned for this field")


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2))
def test_json_keeps_every_number(values: list[float]) -> None:
    features = {"margin": values[0], "sums_ok": values[1]}
    for model in (MODEL, CURVE):
        first = verifier(model)
        again = verifier(json.loads(json.dumps(first.models["amount_due"].to_dict())))
        confidence = again.confidence("amount_due", features)
        assert confidence == first.confidence("amount_due", features)
        assert 0.0 <= confidence <= 1.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mean": [1.0]}, "features, mean, scale and weights differ in length"),
        ({"scale": [1.0, 0.0]}, "a scale is 0"),
        ({"weights": [1.0, "x"]}, "damaged (ValueError: could not convert string to float: 'x')"),
        ({"weights": [1.0, math.nan]}, "damaged (ValueError: not a finite number)"),
        ({"knots": {"x": [1.0], "y": []}}, "knots need as many y as x"),
        ({"knots": [1.0]}, "damaged (TypeError"),
    ],
)
def test_damaged_numbers_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BundleError) as caught:
        verifier({**MODEL, **change})
    assert str(caught.value).startswith("manifest.json: verifier.amount_due: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "manifest",
    [
        {"verifier": []},
        {"verifier": {"iban": 1}},
        {"thresholds": [1]},
        {"thresholds": {"iban": "0.9"}},
        {"thresholds": {"iban": {"threshold": "0.9"}}},
    ],
)
def test_damaged_structure_is_refused(manifest: dict[str, Any]) -> None:
    with pytest.raises(BundleError, match=r"manifest\.json: .*tune the bundle again"):
        Verifier.from_manifest(manifest)
