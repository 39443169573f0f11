"""Probabilities of wrong labels: the model's word, the people's rate of slips, and doubts, all in one order."""

from __future__ import annotations

import numpy as np
import pytest

from fakta_lab.labels import Doubt, Label
from fakta_lab.review.evidence import FieldEvidence
from fakta_lab.review.suspicion import WEIGHTS, Case, agreements, label_likelihoods, probabilities_wrong


def case(
    value: str | None,
    *,
    reads: str | None = "1",
    score: float = 4.0,
    supplier: str = "ek",
    doubts: tuple[Doubt, ...] = (),
    source: str = "confirmed",
) -> Case:
    features = {"found": float(reads is not None), "score": score, "runner_up": -3.0, "margin": score + 3.0}
    label = Label("invoice_number", value, "confirmed" if source == "confirmed" else "corrected", "", doubts)
    return Case(label, FieldEvidence(reads, features, {"1": score, "2": -1.0, "3": -3.0}), supplier)


def crowd(*, wrong: float = 0.05, seed: int = 0, n: int = 1500) -> tuple[list[Case], np.ndarray]:
    """Labels of fifty suppliers: the model is right where it is sure, people slip now and then.

    Half of the slips are values that stand nowhere on the pages, which the rules say as well.
    """
    rng = np.random.default_rng(seed)
    cases, slips = [], []
    for i in range(n):
        score = float(rng.normal(4.0, 2.0))
        value = "1" if rng.random() < 1 / (1 + np.exp(-score)) else "2"
        slip = bool(rng.random() < wrong)
        if slip:
            value = "9" if rng.random() < 0.5 else "2" if value == "1" else "1"
        doubts = (Doubt.not_on_page,) if value == "9" else ()
        cases.append(case(value, score=score, supplier=f"s{i % 50}", doubts=doubts))
        slips.append(slip)
    return cases, np.array(slips)


@pytest.mark.parametrize("wrong", [0.02, 0.05, 0.15])
def test_as_many_are_expected_as_are_wrong(wrong: float) -> None:
    cases, slips = crowd(wrong=wrong, seed=3)
    expected = probabilities_wrong(cases).sum()
    assert slips.sum() / 2 < expected < slips.sum() * 2


def test_wrong_labels_come_first() -> None:
    from sklearn.metrics import roc_auc_score

    cases, slips = crowd(seed=4)
    assert roc_auc_score(slips, probabilities_wrong(cases)) > 0.9


def test_agreement_is_learned_from_other_suppliers_only() -> None:
    cases, _ = crowd(seed=5)
    before = agreements(cases)
    own = [i for i, c in enumerate(cases) if c.supplier == "s0"]
    # All labels of one supplier turned round change nothing for that supplier itself.
    turned = [
        case("7", score=c.evidence.features["score"], supplier="s0") if i in own and c.evidence else c
        for i, c in enumerate(cases)
    ]
    assert agreements(turned)[own] == pytest.approx(before[own])
    assert agreements(turned) != pytest.approx(before)


def test_every_doubt_counts_and_more_count_more() -> None:
    cases, _ = crowd(seed=6)
    plain, doubted, twice = (
        probabilities_wrong([*cases, case("1", doubts=doubts)])[-1]
        for doubts in ((), (Doubt.check_fails,), (Doubt.check_fails, Doubt.not_on_page))
    )
    assert plain < doubted < twice
    assert set(WEIGHTS) == set(Doubt)
    assert min(WEIGHTS.values()) > 0


def test_what_the_pages_offer_is_less_suspicious_than_what_they_do_not() -> None:
    cases, _ = crowd(seed=7)
    chosen, second, third, nowhere, none = label_likelihoods(
        [*cases, *(case(value) for value in ("1", "2", "3", "9", None))]
    )[-5:]
    assert chosen > none > second > third > nowhere


def test_documents_that_cannot_be_read_are_judged_by_doubts_alone() -> None:
    label = Label("iban", "x", "corrected", "")
    found = probabilities_wrong([Case(label, None, ""), Case(label.doubted(Doubt.check_fails), None, "")])
    assert 0 < found[0] < found[1] < 0.6
    assert probabilities_wrong([]).shape == (0,)


@pytest.mark.parametrize("values", [["1"], ["1"] * 30, ["2"] * 30])
def test_few_or_uniform_labels_break_nothing(values: list[str]) -> None:
    found = probabilities_wrong([case(value, supplier=f"s{i % 3}") for i, value in enumerate(values)])
    assert np.all((found > 0) & (found < 1))
