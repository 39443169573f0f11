"""The four amounts are chosen together, because they add up."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from fakta.resolve.amounts import choose_amounts
from fakta.resolve.choice import Option


def ranked(**scores: dict[str, float]) -> dict[str, list[Option]]:
    return {
        name: sorted((Option(Decimal(value), [], score) for value, score in options.items()), key=lambda o: -o.score)
        for name, options in scores.items()
    }


def chosen(**scores: dict[str, float]) -> dict[str, str]:
    choices, _ = choose_amounts(ranked(**scores))
    return {name: str(choice.option.value) for name, choice in choices.items() if choice.option}


def test_the_sum_decides_between_two_totals() -> None:
    # The subtotal is labelled a little better than the amount due, but only one of them is net + VAT.
    assert chosen(
        net_amount={"1000.00": 2.0},
        vat_amount={"250.00": 2.0},
        amount_due={"1000.00": 1.5, "1250.00": 1.0},
    ) == {"net_amount": "1000.00", "vat_amount": "250.00", "amount_due": "1250.00"}


def test_rounding_belongs_to_the_sum() -> None:
    choices, sums = choose_amounts(
        ranked(
            net_amount={"1000.40": 2.0},
            vat_amount={"250.10": 2.0},
            rounding_amount={"-0.50": 1.0},
            amount_due={"1250.00": 2.0},
        )
    )
    assert sums == 1.0
    assert choices["rounding_amount"].option is not None
    assert "sums add up" in choices["amount_due"].option.reasons  # type: ignore[union-attr]


def test_an_unlabelled_amount_is_taken_when_only_it_completes_the_sum() -> None:
    result = chosen(net_amount={"800.00": -2.0}, vat_amount={"200.00": 2.0}, amount_due={"1000.00": 2.5})
    assert result["net_amount"] == "800.00"


def test_an_unlabelled_amount_that_completes_nothing_is_left_alone() -> None:
    assert "net_amount" not in chosen(net_amount={"790.00": -2.0}, amount_due={"1000.00": 2.5})


@pytest.mark.parametrize("vat", ["400.00", "-200.00"])
def test_a_vat_that_no_rate_gives_is_refused(vat: str) -> None:
    assert "vat_amount" not in chosen(net_amount={"800.00": 3.0}, vat_amount={vat: 1.0}, amount_due={"1000.00": 3.0})


def test_credit_notes_add_up_below_zero() -> None:
    _, sums = choose_amounts(
        ranked(net_amount={"-800.00": 2.0}, vat_amount={"-200.00": 2.0}, amount_due={"-1000.00": 2.0})
    )
    assert sums == 1.0


def test_nothing_in_nothing_out() -> None:
    choices, sums = choose_amounts({})
    assert sums == 0.5
    assert all(choice.option is None for choice in choices.values())


def labelled(value: str, score: float, **labels: float) -> Option:
    return Option(Decimal(value), [SimpleNamespace(labels=labels)], score)  # type: ignore[list-item]


@pytest.mark.parametrize(("paid", "due"), [("250.00", "1000.00"), ("240.00", "1250.00")])
def test_a_printed_payment_in_advance_says_which_total_is_left_to_pay(paid: str, due: str) -> None:
    # Both have a label of a total and "Att betala" is a little better: without the payment the sum decides for 1250.00.
    choices, _ = choose_amounts(
        {
            "net_amount": [labelled("1000.00", 2.0, net_amount=0.9)],
            "vat_amount": [labelled("250.00", 2.0, vat_amount=0.9)],
            "amount_due": [
                labelled("1000.00", 2.2, amount_due=0.9),
                labelled("1250.00", 2.0, amount_due=0.5),
                labelled(paid, -1.0, paid=0.9),
            ],
        }
    )
    assert str(choices["amount_due"].option.value) == due  # type: ignore[union-attr]
