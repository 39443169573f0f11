"""A value belongs to the label left of it or above it, unless something stands between."""

from __future__ import annotations

import pytest
from tests.fakta.typed_page import typed_page

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, field_columns, search
from fakta.fields.base import canonical
from fakta.schema import invoice_schema


def found(sheet: str, kind: str, value: str) -> Candidate:
    view = PageView.of(typed_page(sheet), Lexicon.shipped(), None)
    candidates = search([view], invoice_schema(), field_columns(invoice_schema(), ()))
    return next(c for c in candidates if c.kind == kind and canonical(c.value) == value)


def quality(sheet: str, kind: str, value: str, label: str) -> float:
    return found(sheet, kind, value).labels.get(label, 0.0)


@pytest.mark.parametrize(
    "sheet",
    [
        "Förfallodatum: 2026-05-15",
        "Förfallodatum            2026-05-15",
        "Förfallodatum\n2026-05-15",
        "Fakturadatum    Förfallodatum\n2026-04-15      2026-05-15",
        "Förfallodatum:2026-05-15",
    ],
    ids=["inline", "two columns", "below", "strip", "glued"],
)
def test_every_way_to_print_a_label_and_its_value(sheet: str) -> None:
    assert quality(sheet, "date", "2026-05-15", "due_date") > 0.7


def test_the_neighbour_column_is_another_labels() -> None:
    sheet = "Fakturadatum    Förfallodatum\n2026-04-15      2026-05-15"
    candidate = found(sheet, "date", "2026-04-15")
    assert candidate.labels["invoice_date"] > 0.7
    assert candidate.labels.get("due_date", 0.0) < 0.2


def test_a_label_between_breaks_the_bond() -> None:
    sheet = "Fakturadatum      Förfallodatum      2026-05-15"
    candidate = found(sheet, "date", "2026-05-15")
    assert candidate.labels["due_date"] > 4 * candidate.labels["invoice_date"]


def test_a_label_with_its_own_value_does_not_reach_down() -> None:
    sheet = "Orderdatum: 2026-04-01\n2026-05-15"
    assert quality(sheet, "date", "2026-05-15", "order_date") < 0.3


def test_cells_under_a_table_head_are_not_the_documents_amounts() -> None:
    sheet = "Benämning        Antal     Pris      Summa\nSnickare           2      500,00    1000,00"
    assert quality(sheet, "amount", "1000.00", "amount_due") < 0.15


def test_a_rate_does_not_stand_between_label_and_amount() -> None:
    assert quality("Moms 25 %         250,00", "amount", "250.00", "vat_amount") > 0.6


def test_far_below_is_not_below() -> None:
    assert quality("Förfallodatum" + "\n" * 9 + "2026-05-15", "date", "2026-05-15", "due_date") == 0.0
