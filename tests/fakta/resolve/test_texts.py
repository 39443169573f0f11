"""Texts that nothing but a label announces: where they begin and end."""

from __future__ import annotations

import pytest
from tests.fakta.typed_page import typed_page

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.candidates.search import field_columns
from fakta.resolve.texts import text_candidates
from fakta.schema import invoice_schema


def references(sheet: str) -> list[str]:
    lexicon = Lexicon.shipped()
    view = PageView.of(typed_page(sheet), lexicon, None)
    found = text_candidates("buyer_reference", [view], lexicon, field_columns(invoice_schema(), ()))
    return [candidate.text for candidate in found]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Er referens: Anna Ek", "Anna Ek"),
        ("Er märkning 4711. Avser städning under maj månad", "4711"),
        ("Er märkning Anna Berg. Arbetet utfördes enligt offert", "Anna Berg"),
        # No sentence ends behind an initial or an abbreviation.
        ("Er referens Anna K. Ek och Bo Ål", "Anna K. Ek och Bo Ål"),
        ("Er referens Ekon. avd. 3 plan 2", "Ekon. avd. 3 plan 2"),
        ("Märkt: Hus 7, trappa B", "Hus 7, trappa B"),
    ],
)
def test_a_text_ends_with_its_sentence(line: str, text: str) -> None:
    assert references(line) == [text]


def test_a_text_ends_at_the_next_label_of_its_line() -> None:
    assert references("Er referens Anna Ek Kundnr 8812") == ["Anna Ek"]
    assert references("Er referens: Anna Ek, Telefon 013-12 34 56") == ["Anna Ek"]


def test_one_head_over_two_values_has_its_text_below() -> None:
    assert references("Er referens / Kundnr\nAnna Ek") == ["Anna Ek"]
