"""The verifier beside softmax and temperature: paired, over suppliers, with intervals that mean something."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.lab.tuning.simulated import judged_invoices

from fakta_lab.tuning.examples import Example, Judged
from fakta_lab.tuning.figures.comparison import SOURCES, compare
from fakta_lab.tuning.figures.measures import MEASURES


def value(confidence: float, softmax: float, right: bool, *, supplier: str = "a", found: bool = True) -> Judged:
    return Judged(Example("iban", supplier, {"model": softmax}, found=found, right=right), confidence)


def clustered(rng: np.random.Generator, *, suppliers: int) -> list[Judged]:
    """Ten values of each supplier, which share how hard their layout is; the verifier knows that, the softmax not."""
    made = []
    for number in range(suppliers):
        layout = rng.normal(1.0, 2.0)
        for _ in range(10):
            probability = 1 / (1 + np.exp(-layout))
            made.append(
                value(probability, float(rng.random()), bool(rng.random() < probability), supplier=f"s{number}")
            )
    return made


def test_the_verifier_is_told_from_the_softmax() -> None:
    comparison = compare(judged_invoices(suppliers=60, fields=("invoice_number", "amount_due", "iban")), rounds=200)
    verifier, softmax = (comparison.scores[name].measures for name in ("verifier", "softmax"))
    for name in MEASURES:
        difference = comparison.differences["softmax"][name]
        assert difference.value == pytest.approx(verifier[name].value - softmax[name].value, abs=2e-6)
        assert difference.low <= difference.value <= difference.high
    assert comparison.differences["softmax"]["auroc"].low > 0
    assert comparison.differences["softmax"]["log_loss"].high < 0
    # The simulated softmax is too sure of itself, and a temperature helps.
    assert min(comparison.temperatures) > 1.2
    assert comparison.scores["temperature"].measures["ece"].value < softmax["ece"].value


def test_only_values_that_were_read_count() -> None:
    made = [value(0.9, 0.8, True), value(0.4, 0.9, False), value(0.99, 0.0, True, found=False)]
    comparison = compare(made, rounds=10)
    assert (comparison.values, comparison.right, comparison.suppliers) == (2, 1, 1)
    assert comparison.scores["verifier"].measures["auroc"].value == 1.0
    assert comparison.scores["softmax"].measures["auroc"].value == 0.0
    # One supplier says nothing about how much suppliers differ.
    assert comparison.scores["softmax"].measures["auroc"].low is None


def test_where_nothing_was_found_the_verifier_is_measured_alone() -> None:
    nothing = [value(0.9, 0.0, True, found=False), value(0.9, 0.0, False, found=False, supplier="b")]
    absent = compare([value(0.8, 0.8, True), *nothing], rounds=10).absent
    assert absent is not None
    assert absent.measures["brier"].value == pytest.approx((0.01 + 0.81) / 2)
    assert absent.reliability == [{"confidence": 0.9, "right": 0.5, "values": 2}]
    assert compare([value(0.8, 0.8, True)], rounds=10).absent is None


def test_a_value_without_the_feature_has_no_softmax() -> None:
    made = [Judged(Example("iban", "a", {}, True, True), 0.9), value(0.2, float("nan"), False)]
    assert [point["confidence"] for point in compare(made, rounds=5).scores["softmax"].curve] == [0.0]


def test_without_values_there_is_nothing_to_compare() -> None:
    with pytest.raises(ValueError, match="no example with a value"):
        compare([value(0.9, 0.0, True, found=False)])


def test_all_right_has_no_auroc_and_the_json_form_says_null() -> None:
    comparison = compare([value(0.9, 0.8, True, supplier=f"s{i}") for i in range(5)], rounds=20)
    data = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert data["scores"]["verifier"]["measures"]["auroc"] == {"value": None, "low": None, "high": None}
    assert data["differences"]["temperature"]["auroc"]["value"] is None
    assert list(data["scores"]) == list(SOURCES)


def test_the_same_seed_gives_the_same_numbers() -> None:
    made = clustered(np.random.default_rng(0), suppliers=20)
    assert compare(made, rounds=30, seed=3) == compare(made, rounds=30, seed=3)
    assert compare(made, rounds=30, seed=3) != compare(made, rounds=30, seed=4)


def test_intervals_cover_what_holds_for_all_suppliers() -> None:
    truth = compare(clustered(np.random.default_rng(99), suppliers=4000), rounds=1)
    rng = np.random.default_rng(7)
    tries = 80
    covered = dict.fromkeys(("auroc", "aurc", "brier"), 0)
    paired = 0
    for number in range(tries):
        comparison = compare(clustered(rng, suppliers=60), rounds=150, seed=number)
        for name in covered:
            estimate = comparison.scores["verifier"].measures[name]
            covered[name] += estimate.low <= truth.scores["verifier"].measures[name].value <= estimate.high
        estimate = comparison.differences["softmax"]["brier"]
        paired += estimate.low <= truth.differences["softmax"]["brier"].value <= estimate.high
    # 95 % intervals; a bootstrap of sixty clusters is a little too narrow, one of single values would be far too.
    assert all(count >= 0.86 * tries for count in (*covered.values(), paired)), (covered, paired)
