"""When the agreement of two readers may be accepted, and what is known about the second one."""

from __future__ import annotations

import json

import pytest
from tests.lab.tuning.judged import COSTS, PRICES, REQUIRED, judged

from fakta.cascade import CascadePolicy
from fakta.costs import Costs
from fakta_lab.tuning.cascade.agreement import cascade_section, cheap_agreement, promised_agreement
from fakta_lab.tuning.cascade.documents import JudgedDocument, SecondAnswer, documents_of
from fakta_lab.tuning.examples import Judged

SAME, SAME_MISTAKE, OTHER = SecondAnswer(True, True), SecondAnswer(True, False), SecondAnswer(False, True)


def accepts(each: Judged) -> bool:
    return each.confidence >= 0.9


def held(
    n: int, answer: SecondAnswer, *, right: bool = True, first: int = 0, suppliers: int = 0
) -> list[JudgedDocument]:
    """Documents with a held amount and the second reader's answer about it; a supplier each, unless said otherwise."""
    numbers = range(first, first + n)
    each = [
        judged("amount", 0.5, right, document=str(i), supplier=str(i % suppliers if suppliers else i)) for i in numbers
    ]
    return documents_of(each, {(str(i), "amount"): answer for i in numbers})


def promised(documents: list[JudgedDocument]) -> tuple[bool, str]:
    entry = promised_agreement(documents, accepts, target=0.99, confidence=0.95)["amount", True]
    return entry.agree, entry.reason


def test_agreement_needs_as_many_examples_as_any_promise() -> None:
    assert promised(held(299, SAME)) == (True, "")
    assert promised(held(298, SAME)) == (False, "cannot be promised: 298 examples, 299 needed")
    assert promised(held(299, SAME_MISTAKE, right=False)) == (
        False,
        "cannot be promised: 299 of 299 examples wrong",
    )
    one_wrong = held(299, SAME) + held(1, SAME_MISTAKE, right=False, first=299)
    assert promised(one_wrong) == (False, "cannot be promised: 1 of 300 examples wrong")


def test_disagreements_and_accepted_answers_count_for_nothing() -> None:
    sure = documents_of(
        [judged("amount", 0.95, True, document=f"a{i}", supplier=f"a{i}") for i in range(299)],
        {(f"a{i}", "amount"): SAME for i in range(299)},
    )
    assert promised(sure + held(10, SAME))[1] == "cannot be promised: 10 examples, 299 needed"
    assert promised(held(299, OTHER))[1] == "cannot be promised: 0 examples, 299 needed"


def test_one_document_of_a_supplier_counts() -> None:
    assert promised(held(900, SAME, suppliers=300)) == (True, "")
    assert promised(held(900, SAME, suppliers=40))[1] == "cannot be promised: 40 examples, 299 needed"


def test_rates_are_drawn_towards_what_is_known_more_generally() -> None:
    documents = held(40, SAME) + held(10, OTHER, first=40) + held(20, SAME_MISTAKE, right=False, first=50)
    rates = promised_agreement(documents, accepts, target=0.99, confidence=0.95)["amount", True].rates
    if_right = (40 + 10 * 0.9) / 60
    if_wrong = (20 + 10 * 0.1) / 30
    # All fields, this field, and what is held of it are the same documents here, each drawn ten towards the one before.
    for _ in range(2):
        if_right, if_wrong = (40 + 10 * if_right) / 60, (20 + 10 * if_wrong) / 30
    assert rates.if_right == pytest.approx(if_right)
    assert rates.if_wrong == pytest.approx(if_wrong)
    assert 0.6 < rates.right < 0.8


def test_what_is_not_answered_is_not_confirmed() -> None:
    def if_right(documents: list[JudgedDocument]) -> float:
        return promised_agreement(documents, accepts, target=0.99, confidence=0.95)["amount", True].rates.if_right

    silent = documents_of(
        [judged("amount", 0.5, True, document=f"q{i}", supplier=f"q{i}") for i in range(40)],
        {(f"q{i}", "date"): SAME for i in range(40)},
    )
    unlogged = documents_of([judged("amount", 0.5, True, document=f"n{i}", supplier="n") for i in range(40)])
    assert if_right(held(40, SAME) + silent) < 0.6 < if_right(held(40, SAME))
    assert if_right(held(40, SAME) + unlogged) == if_right(held(40, SAME))


@pytest.mark.parametrize(("price", "agree"), [(100, True), (2000, False)])
def test_cheap_agreement_weighs_a_mistake_against_a_look(price: float, agree: bool) -> None:
    documents = held(95, SAME) + held(5, SAME_MISTAKE, right=False, first=95)
    costs = Costs.from_dict({**PRICES, "wrong": {"default": price}})
    entry = cheap_agreement(documents, accepts, costs=costs, required=REQUIRED)["amount", True]
    assert (entry.agree, entry.examples, entry.right, entry.lower_bound) == (agree, 100, 95, None)
    assert bool(entry.reason) != agree


def test_fields_are_weighed_apart_where_nothing_was_found() -> None:
    missing = documents_of(
        [judged("iban", 0.5, True, found=False, document=f"m{i}", supplier=f"m{i}") for i in range(50)],
        {(f"m{i}", "iban"): SecondAnswer(True, True, found=False) for i in range(50)},
    )
    agreement = cheap_agreement(held(50, SAME) + missing, accepts, costs=COSTS, required=REQUIRED)
    assert set(agreement) == {("amount", True), ("iban", False)}
    section = cascade_section("routed", agreement, costs=PRICES)
    schema = {"fields": {"amount": {"kind": "amount", "required": True}, "iban": {"kind": "iban"}}}
    policy = CascadePolicy.from_manifest(json.loads(json.dumps({"schema": schema, "cascade": section})))
    assert policy.policy == "routed"
    assert policy.costs == COSTS
    assert policy.rule("amount", found=True).rates == agreement["amount", True].rates
    assert policy.rule("amount", found=True).agree is agreement["amount", True].agree
    assert policy.rule("iban", found=False).rates == agreement["iban", False].rates
    assert not policy.rule("iban", found=True).agree
    assert not policy.rule("amount", found=False).agree
