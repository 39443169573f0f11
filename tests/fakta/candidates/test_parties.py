"""Names of parties and what on the page speaks for which."""

from __future__ import annotations

from tests.fakta.typed_page import typed_page

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.candidates.parties import find_parties
from fakta.candidates.search import field_columns
from fakta.schema import invoice_schema

COLUMNS = """
              Säljare                                   Köpare

    Norrbygda Kontor AB                  Ekängens Skola AB
    Storgatan 4                          Skolvägen 1
    852 30 Sundsvall                     703 61 Örebro
"""


def headings(sheet: str) -> dict[str, dict[str, float]]:
    """Name -> the headings that belong to it."""
    lexicon = Lexicon.shipped()
    parties = find_parties(
        [PageView.of(typed_page(sheet), lexicon, None)], lexicon, field_columns(invoice_schema(), ())
    )
    return {
        party.value: {
            feature.removeprefix("heading_"): quality
            for mention in party.mentions
            for feature, quality in mention.features.items()
            if feature.startswith("heading_")
        }
        for party in parties
    }


def test_two_headings_on_a_line_part_the_page_below_into_columns() -> None:
    found = headings(COLUMNS)
    assert found["Norrbygda Kontor AB"].keys() == {"supplier"}
    assert found["Ekängens Skola AB"].keys() == {"customer"}


def test_a_name_across_both_columns_belongs_to_neither() -> None:
    sheet = COLUMNS.replace(
        "    Norrbygda Kontor AB                  Ekängens Skola AB", " " * 28 + "Norrbygda Kontor AB"
    )
    assert headings(sheet)["Norrbygda Kontor AB"] == {}


def test_a_single_heading_parts_nothing() -> None:
    assert headings(COLUMNS.replace("Köpare", "      "))["Ekängens Skola AB"] == {}


def test_what_stands_far_below_is_in_no_column() -> None:
    assert headings(COLUMNS + "\n" * 14 + "    Sundets Frakt AB")["Sundets Frakt AB"] == {}


def test_a_legal_name_is_found_behind_a_web_address_and_in_front_of_one() -> None:
    assert "Norrbygda Kontor AB" in headings("www.norrbygda.se drivs av Norrbygda Kontor AB, Storgatan 4")
    assert "Norrbygda Kontor AB" in headings("Betjänas av Norrbygda Kontor AB via info@norrbygda.se")


def test_a_legal_name_is_found_at_the_end_of_a_sentence_and_across_lines() -> None:
    assert "Norrbygda Kontor AB" in headings("Arbetet utfördes enligt gällande bestämmelser. Norrbygda Kontor AB.")
    found = headings("""
        Betalning sker till bolagets konto. Butiken drivs av Norrbygda
        Kontor AB med säte i Sundsvall och är godkänd för F-skatt.
    """)
    assert "Norrbygda Kontor AB" in found


def test_a_logo_that_is_the_web_address_is_the_legal_name_of_the_footer() -> None:
    sheet = """
        Norrbygda Kontor

        Ekängens Skola AB
        703 61 Örebro

        www.norrbygdakontor.se      Norrbygda Kontor Sverige AB
    """
    assert {"Norrbygda Kontor Sverige AB", "Ekängens Skola AB"} <= set(headings(sheet))
    assert "Norrbygda Kontor" not in headings(sheet)
    # Nothing says that these two are one.
    assert "Norrbygda Kontor" in headings(sheet.replace("www.norrbygdakontor.se", "www.norrlandsgruppen.se"))
