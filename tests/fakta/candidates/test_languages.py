"""Which languages a document speaks, and that labels are looked up in those only."""

from __future__ import annotations

from tests.fakta.typed_page import typed_page

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import view_pages

SWEDISH = """
    Fakturanummer   1042        Förfallodatum  2026-05-30
    Fakturadatum    2026-04-30  Att betala     1 250,00
"""
DANISH = """
    Fakturanummer   1042        Forfaldsdato   2026-05-30
    Fakturadato     2026-04-30  Momsbeløb        250,00
    CVR-nr          12345678    At betale      1 250,00
"""
GERMAN_AND_ENGLISH = """
    Rechnungsnummer / Invoice number   1042
    Rechnungsdatum / Invoice date      30.04.2026
    Fälligkeitsdatum / Due date        30.05.2026
    Bestellnummer / Order number       77
"""


def languages(*sheets: str) -> set[str]:
    pages = [(typed_page(sheet, number=i + 1), None) for i, sheet in enumerate(sheets)]
    return set(view_pages(pages, Lexicon.shipped())[1].languages)


def test_neighbours_with_words_in_common_are_told_apart() -> None:
    assert languages(SWEDISH) == {"sv", "en"}
    assert languages(DANISH) == {"da", "en"}


def test_a_bilingual_form_has_two_languages() -> None:
    assert languages(GERMAN_AND_ENGLISH) == {"de", "en"}
    assert languages(SWEDISH, DANISH.replace("Fakturanummer", "Leveringsdato")) == {"sv", "da", "en"}


def test_too_few_labels_say_nothing() -> None:
    assert languages("    Tack för besöket!    Fakturanummer 12") == Lexicon.shipped().languages


def test_labels_of_other_languages_are_not_found() -> None:
    lexicon = Lexicon.shipped().only(frozenset({"sv"}))
    assert lexicon.meanings("Rechnungsnummer") == ()
    assert lexicon.meanings("Fakturanummer") != ()
    assert lexicon is Lexicon.shipped().only(frozenset({"sv"}))
