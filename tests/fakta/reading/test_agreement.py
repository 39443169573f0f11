"""Agreement between the values of a document: said where it can be, and for the fields that it is about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fakta.reading.agreement import agreement


def amounts(**values: str) -> dict[str, Decimal]:
    return {f"{name}_amount" if name != "amount_due" else name: Decimal(value) for name, value in values.items()}


def test_rounding_is_part_of_the_sum() -> None:
    signals, (check,) = agreement(amounts(net="80.40", vat="20.10", rounding="-0.50", amount_due="100.00"))
    assert check.passed
    assert check.detail == "80.40 + 20.10 + -0.50 = 100.00"
    assert signals["rounding_amount"] == {"sums": 1.0}


def test_a_sum_that_does_not_come_out_counts_against_all_of_it() -> None:
    signals, (check,) = agreement(amounts(net="80.00", vat="20.00", amount_due="100.02"))
    assert not check.passed
    assert check.detail == "80.00 + 20.00 != 100.02"
    assert signals == {name: {"sums": 0.0} for name in ("net_amount", "vat_amount", "amount_due")}
    assert agreement(amounts(net="80.00", vat="20.00", amount_due="100.01"))[1][0].passed


def test_dates_and_numbers_are_compared() -> None:
    signals, checks = agreement(
        {
            "invoice_date": date(2026, 5, 15),
            "due_date": date(2026, 4, 15),
            "supplier_org_number": "5599941209",
            "supplier_vat_number": "SE559994120901",
        }
    )
    assert {check.name: check.passed for check in checks} == {
        "dates in order": False,
        "VAT number holds org number": True,
    }
    assert signals["due_date"] == {"dates_in_order": 0.0}
    assert signals["supplier_vat_number"] == {"numbers_agree": 1.0}


def test_what_cannot_be_compared_is_not() -> None:
    values = {"net_amount": Decimal(80), "invoice_date": date(2026, 5, 15), "supplier_vat_number": "DE270000004"}
    assert agreement({**values, "supplier_org_number": "5599941209"}) == ({}, ())
    assert agreement({}) == ({}, ())
