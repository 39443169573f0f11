"""Stated values are found where a page prints them."""

from __future__ import annotations

import pytest

from fakta import documents
from fakta.documents import Box, Document, Page, Word
from fakta.schema import Field, invoice_schema
from fakta_lab.evaluation import Benchmark
from fakta_lab.evaluation.page.places import Finder, Place

FIELDS = invoice_schema().fields
KINDS = {name: column.kind for name, column in invoice_schema().tables["line_items"].items()}


@pytest.fixture(scope="module")
def document(benchmark_with_files: Benchmark) -> Document:
    return documents.read(benchmark_with_files.documents[0].path)


@pytest.fixture(scope="module")
def finder(document: Document) -> Finder:
    return Finder(document)


def words_at(document: Document, place: Place | None) -> str:
    """The words whose middle the place holds."""
    assert place is not None
    box = place.box
    page = document.pages[place.page - 1]
    inside = (w for w in page.words if box.left <= w.box.center <= box.right and box.top <= w.box.middle <= box.bottom)
    return " ".join(word.text for word in inside)


@pytest.mark.parametrize(
    ("field", "value", "printed"),
    [
        ("invoice_number", "F-1042", "F-1042"),
        ("due_date", "2026-05-15", "2026-05-15"),
        ("amount_due", "500.00", "500,00"),
        ("supplier_name", "Norra Exempel AB", "Norra Exempel AB"),
        ("supplier_name", "norra  exempel ab", "Norra Exempel AB"),
    ],
)
def test_a_value_is_found_by_its_canonical_form(
    document: Document, finder: Finder, field: str, value: str, printed: str
) -> None:
    assert words_at(document, finder.find(FIELDS[field], value)).removesuffix(" kr") == printed


def test_what_is_not_there_is_not_found(finder: Finder) -> None:
    assert finder.find(FIELDS["amount_due"], "501.00") is None
    assert finder.find(FIELDS["supplier_name"], "Södra Exempel AB") is None


def test_of_several_places_the_one_with_the_fields_label_is_taken() -> None:
    # One amount three times; the page says of the last one what it is.
    rows = (("Netto", 0.2), ("Summa", 0.4), ("Att betala", 0.6))
    words = [
        word
        for text, top in rows
        for word in (
            *(Word(part, Box(0.1 + 0.1 * i, top, 0.18 + 0.1 * i, top + 0.012)) for i, part in enumerate(text.split())),
            Word("500,00", Box(0.32, top, 0.4, top + 0.012)),
        )
    ]
    finder = Finder(Document("a.pdf", "", (Page(1, 595, 842, tuple(words)),)))
    place = finder.find(FIELDS["amount_due"], "500.00")
    assert place is not None
    assert place.box.top == pytest.approx(0.6)
    # Nothing tells the places of a field without labels apart: the nearest to what was read instead, else the first.
    unlabelled = Field("something", "amount")
    assert finder.find(unlabelled, "500.00", near=Place(1, Box(0.3, 0.42, 0.4, 0.44))).box.top == pytest.approx(0.4)  # type: ignore[union-attr]
    assert finder.find(unlabelled, "500.00").box.top == pytest.approx(0.2)  # type: ignore[union-attr]


def test_a_long_text_is_found_over_the_ends_of_lines() -> None:
    lines = (("Solbacka", "Fastighetsskötsel", "och"), ("Trädgård", "Aktiebolag"))
    words = tuple(
        Word(text, Box(0.1 + 0.2 * column, 0.1 + 0.02 * row, 0.28 + 0.2 * column, 0.112 + 0.02 * row))
        for row, line in enumerate(lines)
        for column, text in enumerate(line)
    )
    finder = Finder(Document("a.pdf", "", (Page(1, 595, 842, words),)))
    place = finder.find(FIELDS["supplier_name"], "Solbacka Fastighetsskötsel och Trädgård Aktiebolag")
    assert place == Place(1, Box(0.1, 0.1, 0.68, 0.132))


def test_a_row_is_the_line_with_most_of_its_cells(document: Document, finder: Finder) -> None:
    row = {"description": "Hammare", "quantity": "1.00", "unit_price": "310.00"}
    assert words_at(document, finder.find_row(row, KINDS)).startswith("Hammare 1 310,00")
    assert finder.find_row({"description": "Skruv", "quantity": "9"}, KINDS) is None
    # One cell alone may be anything.
    assert finder.find_row({"description": "Skruv", "quantity": "2"}, KINDS) is None


def test_a_page_without_words_holds_nothing() -> None:
    finder = Finder(Document("a.png", "", (Page(1, 595, 842, ()),)))
    assert finder.find(FIELDS["invoice_number"], "F-1042") is None
    assert finder.find_row({"quantity": "1", "description": "Hammare"}, KINDS) is None
