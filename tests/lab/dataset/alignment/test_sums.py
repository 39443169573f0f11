"""Sums that no label tells, and values of two fields: told by what else is known to stand around them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakta.typed_page import typed_page

from fakta.documents.model import Document
from fakta.schema import invoice_schema
from fakta_lab.dataset.alignment.align import align

SCHEMA = invoice_schema()
NOTHING: dict[str, str | None] = dict.fromkeys(SCHEMA.fields)
SUMS: dict[str, str | None] = {"net_amount": "1000.00", "vat_amount": "250.00", "amount_due": "1250.00"}


def places(
    values: dict[str, str | None], sheet: str, *, scanned: bool = False
) -> dict[str, list[tuple[str, list[str]]]]:
    """By field, for each of its places, the word that leads its line and the place's own words."""
    page = replace(typed_page(sheet), source="ocr" if scanned else "text")
    result = align(Document("a.pdf", "0" * 64, (page,)), NOTHING | values, schema=SCHEMA)
    leads = {}
    for word in sorted(page.words, key=lambda word: word.box.left):
        leads.setdefault(word.box.top, word.text)
    return {
        alignment.field: [
            (leads[page.words[words[0]].box.top], [page.words[word].text for word in words])
            for _, words in alignment.places
        ]
        for alignment in result.alignments
    }


def test_sums_under_house_words_in_a_table_are_told_by_each_other() -> None:
    found = places(
        SUMS,
        """
        Beskrivning        Antal    Pris         Belopp
        Konsult            2        500,00       1000,00
        Grundvärde                  Tack!        1000,00
        Statens del                 Tack!         250,00
        Kvarstår                    Tack!        1250,00
        """,
    )
    assert found["net_amount"] == [("Grundvärde", ["1000,00"])]
    assert found["vat_amount"] == [("Statens", ["250,00"])]
    assert found["amount_due"] == [("Kvarstår", ["1250,00"])]


def test_sums_beside_a_vat_table_are_told_from_its_row() -> None:
    found = places(
        SUMS,
        """
        Grundvärde     1000,00       Sats     Underlag     Moms
        Statens del     250,00       25 %     1000,00      250,00
        Kvarstår       1250,00
        """,
    )
    assert found["net_amount"] == [("Grundvärde", ["1000,00"])]
    assert found["vat_amount"] == [("Statens", ["250,00"])]


def test_a_line_with_the_rounding_is_no_row_of_a_vat_breakdown() -> None:
    found = places(
        SUMS | {"vat_amount": "250.40", "rounding_amount": "-0.40"},
        """
        Grundvärde      %        Pålägg      Jämkning      Kvarstår
        1000,00         25 %     250,40      -0,40         1250,00
        """,
    )
    assert {field: words for field, [(_, words)] in found.items()} == {
        "net_amount": ["1000,00"],
        "vat_amount": ["250,40"],
        "rounding_amount": ["-0,40"],
        "amount_due": ["1250,00"],
    }


def test_a_net_amount_that_is_all_that_is_due_stands_above_it() -> None:
    found = places(
        {"net_amount": "1000.00", "vat_amount": "0.00", "amount_due": "1000.00"},
        """
        Grundvärde      1000,00
        Kvarstår        1000,00
        """,
    )
    assert found["net_amount"] == [("Grundvärde", ["1000,00"])]
    assert found["amount_due"] == [("Kvarstår", ["1000,00"])]


def test_a_price_before_it_makes_an_amount_an_items() -> None:
    found = places(
        {"amount_due": "1250.00"},
        """
        Servicebil     2     625,00     1250,00

        Kvarstår       1250,00
        """,
    )
    assert found["amount_due"] == [("Kvarstår", ["1250,00"])]


def test_a_rate_is_no_amount() -> None:
    found = places({"vat_amount": "0.00", "net_amount": "1000.00"}, "VAT   0.00 %   0.00")
    assert found["vat_amount"] == [("VAT", ["0.00"])]


def test_a_day_beside_a_sum_is_no_cell() -> None:
    found = places(
        SUMS | {"due_date": "2026-05-15"},
        """
        Beskrivning        Antal    Pris         Belopp
        Konsult            2        500,00       1000,00
        Regleras den   2026-05-15   Grundvärde   1000,00
        Konto          x            Statens del   250,00
        """,
    )
    assert found["due_date"] == [("Regleras", ["2026-05-15"])]


TWINS: dict[str, str | None] = {"invoice_number": "482829", "payment_reference": "482829"}


def test_a_reference_stands_with_what_a_payment_needs() -> None:
    found = places(
        TWINS | {"invoice_date": "2026-04-15", "due_date": "2026-05-15", "bankgiro": "54029681"},
        """
        Dagtecknad     2026-04-15
        Akt            482829



        Slipkod        482829
        Likviddag      2026-05-15
        Konto          5402-9681
        """,
    )
    assert found["invoice_number"] == [("Akt", ["482829"])]
    assert found["payment_reference"] == [("Slipkod", ["482829"])]


def test_places_under_one_caption_are_one_fields() -> None:
    found = places(
        TWINS | {"bankgiro": "54029681"},
        """
        Slipkod        482829




        Akt            482829




        Slipkod        482829
        Konto          5402-9681
        """,
    )
    assert found["invoice_number"] == [("Akt", ["482829"])]
    assert [lead for lead, _ in found["payment_reference"]] == ["Slipkod", "Slipkod"]


@pytest.mark.parametrize(
    ("caption", "field"), [("OCR/Fakturanr", "payment_reference"), ("Fakturanr/OCR", "invoice_number")]
)
def test_a_caption_that_names_both_is_its_first_ones(caption: str, field: str) -> None:
    found = places(TWINS, f"{caption}:   482829")
    assert {name for name, found_places in found.items() if found_places} == {field}


def test_of_one_day_for_two_dates_the_one_without_a_label_is_the_due_date() -> None:
    found = places(
        {"invoice_date": "2026-04-15", "due_date": "2026-04-15"},
        """
        Fakturadatum   2026-04-15



        Likviddag      2026-04-15
        """,
    )
    assert found["invoice_date"] == [("Fakturadatum", ["2026-04-15"])]
    assert found["due_date"] == [("Likviddag", ["2026-04-15"])]


def test_a_rounding_is_no_rate() -> None:
    found = places(
        {"net_amount": "44.00", "vat_amount": "11.00", "rounding_amount": "0.00", "amount_due": "55.00"},
        """
        Nettobelopp      Moms 25 %      Avr.      Total
        44.00            11.00          0.00      55.00
        """,
    )
    assert [words for [(_, words)] in found.values()] == [["44.00"], ["11.00"], ["0.00"], ["55.00"]]


def test_where_there_is_no_vat_the_net_amount_stands_over_the_sum_of_both() -> None:
    found = places(
        {"net_amount": "1000.00", "vat_amount": "0.00", "amount_due": "600.00"},
        """
        Grundvärde      1000,00
        Brutto          1000,00
        Förskott        -400,00
        Kvarstår         600,00
        """,
    )
    assert found["net_amount"] == [("Grundvärde", ["1000,00"])]
