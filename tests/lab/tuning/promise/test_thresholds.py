"""Thresholds by group, tenant and whole document. 90 % with 90 % confidence takes 22 examples: 0.9 ** 22 < 0.1."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from fakta_lab.tuning.examples import Example, Judged
from fakta_lab.tuning.promise.sweep import target_sweep
from fakta_lab.tuning.promise.thresholds import GroupThresholds, Unit, choose_thresholds
from fakta_lab.tuning.promise.whole_documents import DocumentThresholds, document_thresholds


def judged(
    n: int,
    *,
    sure: float = 0.9,
    right: bool = True,
    field: str = "iban",
    first: int = 0,
    documents: int = 1,
    found: bool = True,
    known: bool = False,
    tenant: str = "",
) -> list[Judged]:
    """Equal examples of `n` suppliers, numbered from `first`, with so many documents each."""
    return [
        Judged(Example(field, f"s{s}", {}, found, right, f"s{s}/{d}", known, tenant), sure)
        for s in range(first, first + n)
        for d in range(documents)
    ]


def choose(examples: list[Judged], *, unit: Unit = "supplier", seed: int = 0) -> GroupThresholds:
    return choose_thresholds(examples, target=0.9, confidence=0.9, unit=unit, seed=seed)["iban"]


def test_the_surest_are_accepted_as_far_as_they_are_right_often_enough() -> None:
    examples = judged(30, sure=0.9) + judged(20, sure=0.4, right=False, first=30)
    threshold = choose(examples).groups["unknown"]
    assert (threshold.threshold, threshold.accepted, threshold.accepted_right) == (0.9, 30, 30)
    assert (threshold.examples, threshold.right, threshold.suppliers, threshold.needed) == (50, 30, 50, 22)
    assert (threshold.accepted_share, threshold.seen_precision, threshold.reason) == (0.6, 1.0, "")
    assert threshold.lower_bound == pytest.approx(0.1 ** (1 / 30))


def test_too_few_are_answered_with_how_many_it_takes() -> None:
    examples = judged(21) + judged(21, known=True) + judged(21, found=False)
    suppliers = choose(examples)
    assert {name: each.reason for name, each in suppliers.groups.items()} == {
        "unknown": "cannot be promised: 21 suppliers, 22 needed",
        "known": "cannot be promised: 21 examples, 22 needed",
        "absent": "cannot be promised: 21 suppliers, 22 needed",
    }
    assert choose(examples, unit="document").groups["unknown"].reason == "cannot be promised: 21 examples, 22 needed"
    assert all(each.threshold is None for each in suppliers.groups.values())
    assert choose(judged(1)).groups["absent"].reason == "cannot be promised: 0 suppliers, 22 needed"


def test_a_stranger_counts_once_and_an_acquaintance_as_often_as_it_writes() -> None:
    unknown = choose(judged(21, documents=9)).groups["unknown"]
    assert (unknown.examples, unknown.suppliers, unknown.threshold) == (21, 21, None)
    known = choose(judged(5, documents=9, known=True)).groups["known"]
    assert (known.examples, known.suppliers, known.threshold) == (45, 5, 0.9)
    absent = choose(judged(21, documents=9, found=False)).groups["absent"]
    assert (absent.examples, absent.threshold) == (21, None)
    by_document = choose(judged(21, documents=9), unit="document").groups["unknown"]
    assert (by_document.examples, by_document.threshold) == (189, 0.9)


def test_which_document_counts_depends_on_the_seed_alone() -> None:
    # Each document of a supplier has a confidence of its own, so the threshold tells which ones were counted.
    examples = [Judged(each.example, 0.5 + i / 1000) for i, each in enumerate(judged(30, documents=6, right=True))]
    chosen = choose(examples)
    shuffled = random.Random(1).sample(examples, len(examples))
    assert choose(shuffled) == chosen
    spoiled = [Judged(replace(each.example, right=False), each.confidence) for each in examples]
    outcome = choose(spoiled).groups["unknown"]
    assert (outcome.examples, outcome.right) == (30, 0)
    assert len({choose(examples, seed=seed).groups["unknown"].threshold for seed in range(10)}) > 1


def test_documents_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="supplier 's0': two examples of one document"):
        choose(judged(30) + judged(1))
    assert choose(judged(30) + judged(1), unit="document").groups["unknown"].examples == 31


def test_one_supplier_promises_nothing_about_others() -> None:
    outcome = choose(judged(1, documents=100), unit="document").groups["unknown"]
    assert outcome.reason == "cannot be promised: all examples are from one supplier"


def test_mistakes_among_the_surest_cannot_be_promised_away() -> None:
    examples = judged(5, sure=0.99, right=False) + judged(35, first=5)
    assert choose(examples).groups["unknown"].reason == (
        "cannot be promised: 5 of 40 examples wrong, too many also among the surest"
    )


def test_a_tenant_has_thresholds_where_it_alone_has_examples_enough() -> None:
    examples = judged(22, tenant="b", sure=0.7) + judged(21, tenant="a", first=22) + judged(30, first=50, found=False)
    chosen = choose(examples)
    assert chosen.groups["unknown"].examples == 43
    assert {tenant: set(groups) for tenant, groups in chosen.tenants.items()} == {"b": {"unknown"}}
    assert chosen.tenants["b"]["unknown"].threshold == 0.7
    # Examples enough and mistakes enough: the tenant's own outcome is that nothing can be promised.
    wrong = choose(judged(22, tenant="b", sure=0.5, right=False) + judged(200, first=22))
    assert wrong.groups["unknown"].threshold is not None
    assert wrong.tenants["b"]["unknown"].threshold is None


def test_targets_may_differ_between_fields() -> None:
    examples = judged(40) + judged(40, field="amount_due")
    chosen = choose_thresholds(examples, target={"iban": 0.9, "amount_due": 0.99}, confidence=0.9)
    assert chosen["iban"].groups["unknown"].threshold == 0.9
    assert chosen["amount_due"].groups["unknown"].reason == "cannot be promised: 40 suppliers, 230 needed"
    with pytest.raises(ValueError, match="no target for the field 'amount_due'"):
        choose_thresholds(examples, target={"iban": 0.9}, confidence=0.9)


def test_what_decides_about_a_reading() -> None:
    few = choose(judged(30, sure=0.8) + judged(21, known=True) + judged(30, sure=0.6, found=False))
    assert few.for_reading(found=True, known=False).threshold == 0.8
    assert few.for_reading(found=True, known=True).threshold == 0.8
    assert few.for_reading(found=False, known=True).threshold == 0.6
    many = choose(judged(30, sure=0.8) + judged(30, sure=0.7, known=True, tenant="a"))
    assert many.for_reading(found=True, known=True).threshold == 0.7
    # Known suppliers that are known to be misread are not accepted because strangers are read well.
    bad = choose(judged(30, sure=0.8) + judged(30, known=True, right=False))
    assert bad.for_reading(found=True, known=True).threshold is None
    assert bad.for_reading(found=True, known=False).threshold == 0.8
    own = choose(judged(60, sure=0.8) + judged(30, sure=0.7, first=60, tenant="a"))
    assert own.for_reading(found=True, known=False, tenant="a").threshold == 0.7
    assert own.for_reading(found=True, known=True, tenant="a").threshold == 0.7
    assert own.for_reading(found=True, known=False, tenant="c").threshold == 0.7


def test_the_manifest_is_plain_json() -> None:
    stored = json.loads(json.dumps(choose(judged(40, tenant="a")).to_dict()))
    assert list(stored) == ["unknown", "known", "absent", "tenants"]
    assert stored["tenants"]["a"]["unknown"] == stored["unknown"]
    assert stored["unknown"] | {"lower_bound": None} == {
        "threshold": 0.9,
        "lower_bound": None,
        "examples": 40,
        "right": 40,
        "suppliers": 40,
        "needed": 22,
        "accepted_share": 1.0,
        "seen_precision": 1.0,
        "reason": "",
    }


def documents(examples: list[Judged], *, required: tuple[str, ...] = ("iban", "amount_due")) -> DocumentThresholds:
    return document_thresholds(examples, required=required, target=0.9, confidence=0.9)


def test_a_document_is_as_sure_as_its_required_fields_together() -> None:
    examples = judged(25) + judged(25, field="amount_due", sure=0.8) + judged(25, field="bic", sure=0.1, right=False)
    threshold = documents(examples).thresholds.groups["unknown"]
    assert threshold.threshold == pytest.approx(0.72)
    assert (threshold.examples, threshold.right) == (25, 25)
    assert documents(examples, required=("iban",)).thresholds.groups["unknown"].threshold == 0.9


def test_one_wrong_field_makes_a_document_wrong_and_nothing_found_counts() -> None:
    wrong = judged(3, right=False, field="amount_due", sure=0.5) + judged(22, first=3, field="amount_due")
    threshold = documents(judged(25, found=False) + wrong).thresholds.groups["unknown"]
    assert (threshold.examples, threshold.right) == (25, 22)
    assert (threshold.threshold, threshold.accepted) == (pytest.approx(0.81), 22)


def test_documents_without_a_required_truth_are_left_out_and_counted() -> None:
    examples = judged(25) + judged(23, field="amount_due") + judged(4, first=90, field="bic")
    chosen = documents(examples)
    assert chosen.thresholds.groups["unknown"].examples == 23
    assert chosen.left_out == 2 + 4


def test_documents_have_groups_and_tenants() -> None:
    examples = [
        each
        for field in ("iban", "amount_due")
        for each in (
            *judged(22, documents=2, field=field, tenant="a"),
            *judged(11, documents=2, field=field, known=True, first=40),
        )
    ]
    chosen = documents(examples).thresholds
    assert {name: each.examples for name, each in chosen.groups.items()} == {"unknown": 22, "known": 22}
    assert set(chosen.tenants["a"]) == {"unknown"}
    assert list(documents(examples).thresholds.to_dict()) == ["unknown", "known", "tenants"]


def test_documents_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="no required field"):
        documents(judged(25), required=())
    with pytest.raises(ValueError, match="two examples of the field 'iban'"):
        documents(judged(25) + judged(25))


def test_a_higher_target_accepts_less() -> None:
    # 0.95 ** 59 < 0.05: at 95 % the sixty sure ones are enough. At 80 % the others pass too (68 of 70 right), and at
    # 99 % it would take 299.
    examples = judged(60) + judged(8, sure=0.6, first=60) + judged(2, sure=0.6, first=68, right=False)
    examples += judged(30, field="bic", sure=0.5)
    points = target_sweep(examples, (0.8, 0.95, 0.99), confidence=0.95)
    assert [point.target for point in points] == [0.8, 0.95, 0.99]
    assert [point.fields["iban"].share for point in points] == [1.0, pytest.approx(6 / 7), 0.0]
    assert [point.fields["iban"].precision for point in points] == [pytest.approx(68 / 70), 1.0, None]
    assert [point.fields["bic"].share for point in points] == [1.0, 0.0, 0.0]
    assert [point.overall.share for point in points] == [1.0, 0.6, 0.0]
    assert points[1].to_dict()["overall"] == {"examples": 100, "accepted_share": 0.6, "seen_precision": 1.0}
