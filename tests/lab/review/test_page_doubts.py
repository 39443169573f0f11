"""What pages say against a label."""

from __future__ import annotations

import pytest

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import view_pages
from fakta.documents.model import Box, Document, Page, Word
from fakta.schema import invoice_schema
from fakta_lab.labels import Doubt, Label
from fakta_lab.review.page_doubts import PageDoubt, page_doubts

LINES = (
    "Fakturanummer 2026117",
    "Fakturadatum 2026-04-01",
    "Förfallodatum 2026-05-01",
    "Bankgiro 5402-9681",
    "Att betala 12 450,00 kr",
)


def weighed(**labels: str | None) -> dict[str, PageDoubt]:
    words = []
    for row, line in enumerate(LINES):
        left, top = 0.05, 0.1 + 0.05 * row
        for text in line.split():
            words.append(Word(text, Box(left, top, left + 0.01 * len(text), top + 0.015)))
            left += 0.01 * (len(text) + 1)
    document = Document("a.pdf", "", (Page(1, 595.0, 842.0, tuple(words)),))
    views, _ = view_pages([(page, None) for page in document.pages], Lexicon.shipped())
    given = {name: Label(name, value, "corrected", "") for name, value in labels.items()}
    return page_doubts(document, given, views, invoice_schema())


def test_what_stands_there_is_not_doubted() -> None:
    found = weighed(invoice_number="2026117", due_date="2026-05-01", bankgiro="54029681", iban=None, currency="EUR")
    assert set(found.values()) == {PageDoubt()}


@pytest.mark.parametrize(
    ("name", "value", "printed"),
    [
        ("bankgiro", "54029618", "54029681"),
        ("amount_due", "12540.00", "12450.00"),
        ("invoice_number", "2026177", "2026117"),
    ],
)
def test_a_slip_is_told_with_what_is_printed(name: str, value: str, printed: str) -> None:
    found = weighed(**{name: value})[name]
    assert found == PageDoubt((Doubt.not_on_page, Doubt.nearly_on_page), printed)


def test_what_stands_nowhere_is_no_slip_of_something_else() -> None:
    assert weighed(bankgiro="9912346")["bankgiro"] == PageDoubt((Doubt.not_on_page,))


def test_what_is_printed_for_another_field_is_no_slip() -> None:
    found = weighed(invoice_date="2026-04-01", due_date="2026-04-02")["due_date"]
    assert found.doubts[0] == Doubt.not_on_page
    assert found.nearest != "2026-04-01"
