"""Expected costs of a document's next steps, in sums that can be done by hand."""

from __future__ import annotations

from typing import Any

import pytest

from fakta.costs import Answer, Costs, Rates, after_comparing, after_review, after_trusting, as_it_stands
from fakta.errors import BundleError

PLAIN: dict[str, Any] = {
    "review": {"document": 10, "field": 1, "typing": 4},
    "second_reader": {"document": 2},
    "wrong": {"default": 100, "bankgiro": 1000},
    "missing": {"default": 20},
}
COSTS = Costs.from_dict(PLAIN)
RATES = Rates(if_right=0.8, if_wrong=0.2, right=0.9)


def answer(name: str = "amount_due", *, confidence: float = 0.5, **changed: Any) -> Answer:
    usual: dict[str, Any] = {"found": True, "accepted": False, "opens": True, "rates": RATES, "settles": True}
    return Answer(name, confidence=confidence, **(usual | changed))


def test_a_field_without_a_price_of_its_own_has_the_default() -> None:
    assert COSTS.error("bankgiro", found=True) == 1000
    assert COSTS.error("iban", found=True) == 100
    assert COSTS.error("bankgiro", found=False) == 20
    assert COSTS.left("bankgiro") == 20


def test_agreement_is_evidence() -> None:
    assert RATES.agrees(0.5) == pytest.approx(0.5 * 0.8 + 0.5 * 0.2)
    assert RATES.after_agreement(0.5) == pytest.approx(0.4 / 0.5)
    assert Rates(0.0, 0.0, 0.0).after_agreement(0.7) == 0.7


def test_costs_of_each_step() -> None:
    sure = answer("bankgiro", confidence=0.99, accepted=True)
    # The accepted bankgiro costs 0.01 x 1000 = 10 whatever happens to the held amount.
    assert as_it_stands([sure, answer()], COSTS) == pytest.approx(10 + 0.5 * 100)
    assert after_review([sure, answer()], COSTS) == pytest.approx(10 + 10 + 1 + 0.5 * 4)
    assert after_trusting([sure, answer()], COSTS) == pytest.approx(10 + 2 + 0.1 * 100)
    # Both agree in half of the documents, in 0.1 wrongly; else the document is opened, and 0.4 of them need typing.
    assert after_comparing([sure, answer()], COSTS) == pytest.approx(10 + 2 + 0.1 * 100 + 0.5 * (10 + 1) + 0.4 * 4)


def test_one_disagreement_opens_the_document_once() -> None:
    two = [answer("amount_due"), answer("invoice_date")]
    expected = 2 + 2 * (0.1 * 100) + (1 - 0.25) * 10 + 2 * (0.5 * 1 + 0.4 * 4)
    assert after_comparing(two, COSTS) == pytest.approx(expected)


def test_a_field_that_opens_nothing_is_left_or_looked_at_beside_another() -> None:
    optional = answer("iban", opens=False)
    assert as_it_stands([optional], COSTS) == 20
    assert as_it_stands([answer("iban", found=False, opens=False)], COSTS) == 0.5 * 20
    # The amount disagrees in half of the documents; there the iban is looked at, elsewhere it is left empty.
    expected = 2 + 2 * 10 + 0.5 * 10 + (0.5 + 1.6) + 0.5 * (0.5 + 1.6) + 0.5 * (0.5 * 20)
    assert after_comparing([answer(), optional], COSTS) == pytest.approx(expected)


def test_agreement_that_settles_nothing_costs_the_question_and_the_look() -> None:
    held = answer(settles=False)
    assert after_comparing([held], COSTS) == pytest.approx(after_review([held], COSTS) + 2)
    assert after_comparing([answer(rates=None)], COSTS) == pytest.approx(after_review([held], COSTS) + 2)


@pytest.mark.parametrize(
    "damage",
    [
        {"review": {"document": 10, "field": 1}},
        {"wrong": {"bankgiro": 1}},
        {"missing": {"default": -1}},
        {"missing": {"default": True}},
        {"second_reader": {"document": float("nan")}},
        {"wrong": None},
        {"review": 5},
    ],
)
def test_damaged_prices_are_told(damage: dict[str, Any]) -> None:
    with pytest.raises(BundleError, match=r"cascade\.costs: damaged .*; tune the bundle again"):
        Costs.from_dict({**PLAIN, **damage})
