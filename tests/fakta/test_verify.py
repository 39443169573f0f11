"""Confidence and acceptance from the plain numbers of a manifest."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta.errors import BundleError
from fakta.verify import CLIP, Decision, Verifier, VerifierModel
from fakta.verify.model import calibrated

MODEL: dict[str, Any] = {
    "features": ["margin", "sums"],
    "mean": [1.0, 0.5],
    "scale": [2.0, 0.5],
    "fields": {
        "amount_due": {"weights": [0.5, 2.0], "intercept": 0.25},
        "*": {"weights": [1.0, 0.0], "intercept": -0.5},
    },
    "curve": [1.0, 1.0, 0.0],
}
ABSENT: dict[str, Any] = {
    "features": ["announced"],
    "mean": [0.0],
    "scale": [1.0],
    "fields": {"*": {"weights": [-2.0], "intercept": 1.0}},
    "curve": [1.0, 1.0, 0.0],
}


def verifier(found: dict[str, Any] = MODEL, **manifest: Any) -> Verifier:
    return Verifier.from_manifest({"verifier": {"found": found, "absent": ABSENT}, **manifest})


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_log_odds_are_weighted_standardised_features() -> None:
    # 0.25 + 0.5 * (3 - 1) / 2 + 2 * (1 - 0.5) / 0.5 = 2.75
    assert verifier().confidence("amount_due", {"margin": 3.0, "sums": 1.0}) == pytest.approx(logistic(2.75))


def test_a_field_without_a_model_shares_that_of_all_fields() -> None:
    # -0.5 + 1 * (3 - 1) / 2 = 0.5
    assert verifier().confidence("iban", {"margin": 3.0, "sums": 1.0}) == pytest.approx(logistic(0.5))


def test_what_was_not_found_has_the_confidence_that_it_is_not_there() -> None:
    assert verifier().confidence("iban", {"found": 0.0, "announced": 0.0}) == pytest.approx(logistic(1.0))
    assert verifier().confidence("iban", {"found": 0.0, "announced": 1.0}) == pytest.approx(logistic(-1.0))


def test_features_that_are_missing_or_no_numbers_count_as_zero() -> None:
    zero = verifier().confidence("amount_due", {"margin": 0.0, "sums": 0.0})
    assert verifier().confidence("amount_due", {"other": 7.0}) == zero
    assert verifier().confidence("amount_due", {"margin": math.nan, "sums": math.inf}) == zero


def test_a_feature_far_outside_what_was_met_says_no_more_than_one_at_the_edge() -> None:
    edge = {"margin": 1.0 + CLIP * 2.0, "sums": 0.5}
    far = {"margin": 1e9, "sums": 0.5}
    assert verifier().confidence("amount_due", edge) == verifier().confidence("amount_due", far)
    assert verifier().confidence("amount_due", far) == pytest.approx(logistic(0.25 + CLIP * 0.5))


def test_contributions_add_up_to_the_log_odds() -> None:
    model = VerifierModel.from_dict(MODEL, name="found")
    features = {"margin": -3.0, "sums": 1.0}
    assert model.weigh("amount_due", features)[1] == {"margin": -1.0, "sums": 2.0}
    assert model.log_odds("amount_due", features) == pytest.approx(0.25 - 1.0 + 2.0)


@given(st.floats(-40, 40), st.floats(0, 3), st.floats(0, 3), st.floats(-5, 5))
def test_the_curve_is_that_of_beta_calibration(x: float, a: float, b: float, c: float) -> None:
    p, q = 1 / (1 + math.exp(-x)), 1 / (1 + math.exp(x))
    expected = a * math.log(p) - b * math.log(q) + c
    assert calibrated(x, (a, b, c)) == pytest.approx(0.5 + 0.5 * math.tanh(expected / 2), abs=1e-9)


def test_curves_end_in_probabilities() -> None:
    assert 0.0 <= calibrated(-1e300, (1.0, 1.0, 0.0)) <= calibrated(1e300, (1.0, 1.0, 0.0)) <= 1.0


def test_a_bundle_that_was_never_tuned_accepts_nothing_and_ranks_by_score() -> None:
    untuned = Verifier.from_manifest({})
    assert not untuned.tuned
    assert untuned.confidence("iban", {"score": 2.0}) == pytest.approx(logistic(2.0))
    assert untuned.confidence("iban", {"found": 0.0}) == 0.0
    assert untuned.confidence("iban", {"found": 0.0, "absent": 0.7}) == 0.7
    assert untuned.decide("iban", 1.0) == Decision(False, "no threshold tuned for this field")
    assert untuned.decide("iban", 1.0, found=False).accepted is False
    assert untuned.decide_document(1.0) == Decision(False, "no threshold tuned for whole documents")


THRESHOLDS = {
    "amount_due": {
        "unknown": {"threshold": 0.93},
        "known": {"threshold": 0.8},
        "absent": {"threshold": 0.99},
        "tenants": {"b": {"unknown": {"threshold": 0.5}, "known": {"threshold": None, "reason": "too few"}}},
    },
    "iban": {"unknown": {"threshold": None, "reason": "cannot be promised: 37 examples, 299 needed"}},
    "bic": {"unknown": {"threshold": 0.9}, "known": {"threshold": None, "reason": "too few"}},
}


@pytest.mark.parametrize(
    ("confidence", "options", "accepted", "threshold"),
    [
        (0.93, {}, True, 0.93),
        (0.92, {}, False, 0.93),
        (0.81, {"known_supplier": True}, True, 0.8),
        (0.98, {"found": False}, False, 0.99),
        (0.51, {"tenant": "b"}, True, 0.5),
        (0.51, {"tenant": "another"}, False, 0.93),
        # Tenant b promises nothing for known suppliers, and its own threshold for strangers is stricter than none.
        (0.51, {"tenant": "b", "known_supplier": True}, True, 0.5),
    ],
)
def test_the_threshold_is_that_of_tenant_and_supplier(
    confidence: float, options: dict[str, Any], accepted: bool, threshold: float
) -> None:
    decision = verifier(thresholds=THRESHOLDS).decide("amount_due", confidence, **options)
    assert decision == Decision(accepted, f"{'above' if accepted else 'below'} threshold {threshold:.4g}", threshold)


def test_what_cannot_be_promised_is_held_and_says_why() -> None:
    tuned = verifier(thresholds=THRESHOLDS)
    reason = "cannot be promised: 37 examples, 299 needed"
    assert tuned.decide("iban", 1.0) == Decision(False, reason)
    assert tuned.decide("iban", 1.0, known_supplier=True) == Decision(False, reason)
    assert tuned.decide("bic", 0.95, known_supplier=True) == Decision(True, "above threshold 0.9", 0.9)
    assert tuned.decide("bic", 0.95, found=False) == Decision(False, "no threshold tuned for this field")


def test_documents_have_thresholds_of_their_own() -> None:
    tuned = verifier(document_thresholds={"unknown": {"threshold": 0.9}, "known": {"threshold": 0.7}})
    assert tuned.decide_document(0.8) == Decision(False, "below threshold 0.9", 0.9)
    assert tuned.decide_document(0.8, known_supplier=True) == Decision(True, "above threshold 0.7", 0.7)


def changed(**parts: Any) -> dict[str, Any]:
    return {"verifier": {"found": {**MODEL, **parts}}}


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ({"verifier": []}, "verifier has to be an object"),
        ({"thresholds": 3}, "thresholds has to be an object"),
        ({"verifier": {"amount_due": {}}}, "verifier.amount_due: not known here; tune the bundle again"),
        ({"verifier": {"found": 3}}, "verifier.found: damaged"),
        (changed(mean=[1.0]), "differ in length"),
        (changed(scale=[1.0, 0.0]), "a scale is 0"),
        (changed(scale=[1.0, math.inf]), "verifier.found: damaged"),
        (changed(curve=[1.0, 1.0]), "verifier.found: damaged"),
        (changed(curve=[-1.0, 1.0, 0.0]), "its curve falls"),
        (changed(fields={"iban": MODEL["fields"]["*"]}), r"no model '\*' for the other fields"),
        (changed(fields={"*": {"weights": ["x", 1], "intercept": 0}}), "verifier.found: damaged"),
        ({"thresholds": {"iban": 3}}, "thresholds.iban: no threshold in it"),
        ({"thresholds": {"iban": {"unknown": {}}}}, "thresholds.iban.unknown: no threshold in it"),
        ({"thresholds": {"iban": {"unknown": {"threshold": True}}}}, "thresholds.iban.unknown: no threshold in it"),
        ({"thresholds": {"iban": {"threshold": 0.9}}}, "thresholds.iban.threshold: no threshold in it"),
        ({"thresholds": {"iban": {"tenants": {"a": {"known": 3}}}}}, "thresholds.iban.tenants.a.known: no threshold"),
        ({"document_thresholds": {"known": {"threshold": "0.9"}}}, "document_thresholds.known: no threshold in it"),
    ],
)
def test_damaged_numbers_are_refused_with_one_line(manifest: dict[str, Any], message: str) -> None:
    with pytest.raises(BundleError, match=message) as caught:
        Verifier.from_manifest(manifest)
    assert "\n" not in str(caught.value)


def test_the_plain_form_gives_the_same_model() -> None:
    model = VerifierModel.from_dict(MODEL, name="found")
    again = VerifierModel.from_dict(json.loads(json.dumps(model.to_dict())), name="found")
    assert again.to_dict() == model.to_dict() == MODEL
    assert np.array_equal(again.standardised({"margin": 2.0}), model.standardised({"margin": 2.0}))
