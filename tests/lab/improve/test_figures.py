"""Figures of a comparison, each recomputed by hand."""

from __future__ import annotations

import pytest
from tests.lab.improve.paired import TWO_SUPPLIERS, document

from fakta_lab.improve.figures import Figures, figures_of
from fakta_lab.tuning import CostsConfig

PRICES = CostsConfig.model_validate(
    {"review": {"document": 10, "field": 1, "typing": 4}, "wrong": {"default": 100}, "missing": {"default": 50}}
)


def figures(*documents: object, required: frozenset[str] = frozenset({"amount_due"})) -> Figures:
    return figures_of(
        documents or TWO_SUPPLIERS,  # type: ignore[arg-type]
        costs=PRICES,
        required=required,
        order=["invoice_number", "amount_due"],
        examples=5,
        seed=1,
    )


def test_values_on_no_document_do_not_count() -> None:
    overall = figures().overall
    assert (overall.documents, overall.suppliers, overall.values) == (3, 2, 6)
    assert (overall.old_right, overall.new_right) == (4, 5)
    assert (overall.better, overall.worse) == (2, 1)
    assert overall.difference == pytest.approx(1 / 6, abs=1e-6)


def test_groups_add_up() -> None:
    found = figures()
    assert (found.unseen.values, found.unseen.old_right, found.unseen.new_right) == (4, 2, 4)
    assert (found.known.values, found.known.old_right, found.known.new_right) == (2, 2, 1)


def test_fields_are_in_order_with_an_exact_test() -> None:
    number, amount = figures().fields
    assert (number.field, number.values, number.old_right, number.new_right) == ("invoice_number", 3, 1, 2)
    assert (number.better, number.worse, number.p) == (2, 1, 1.0)  # 2 of 3 coins fall as far from even as this, or more
    assert (amount.field, amount.better, amount.worse) == ("amount_due", 0, 0)


def test_one_field_that_is_always_worse_is_found() -> None:
    documents = [document(f"{i}.pdf", f"{i} AB", bic=("A", "A", "B"), iban=("C", "C", "C")) for i in range(8)]
    bic, iban = figures(*documents).fields
    assert bic.p == pytest.approx(2 / 2**8, abs=1e-6)
    assert bic.significant
    assert not iban.significant
    assert figures(*documents).overall.difference == -0.5


def test_what_passes_without_a_look() -> None:
    found = figures()
    assert (found.passed_old.values, found.passed_old.right, found.passed_old.documents) == (2, 2, 0)
    assert (found.passed_new.values, found.passed_new.right, found.passed_new.documents) == (4, 4, 1)


def test_savings_are_prices_times_looks() -> None:
    saving = figures().saving
    assert saving is not None
    # Old: 1.pdf and 2.pdf are opened (10 each), two values looked at in each, and the iban of 1.pdf, one wrong in each
    # is typed: 10 + 3 + 4 and 10 + 2 + 4. 3.pdf is accepted whole: 0.
    assert saving.old == pytest.approx(1000 * (17 + 16) / 3, abs=0.01)
    # New: 1.pdf needs no opening, and that no iban was found costs nothing; 2.pdf is opened for its amount: 10 + 1.
    # Of 3.pdf the number is missing and nobody opens it: 50.
    assert saving.new == pytest.approx(1000 * (11 + 50) / 3, abs=0.01)
    assert saving.saved == pytest.approx(1000 * (33 - 61) / 3, abs=0.01)
    assert saving.low <= saving.saved <= saving.high


def test_examples_show_each_habit_once() -> None:
    found = figures()
    assert [(each.document, each.field, each.old, each.new) for each in found.better] == [
        ("1.pdf", "invoice_number", "1", "7")
    ]
    assert [(each.document, each.truth, each.new) for each in found.worse] == [("3.pdf", "9", None)]


def test_nothing_to_compare() -> None:
    found = figures_of([], costs=PRICES, required=frozenset(), order=[], examples=5, seed=1)
    assert found.overall.values == 0
    assert found.saving is None
