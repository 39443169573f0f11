"""VAT breakdown, known by the tax being right."""

from __future__ import annotations

import pytest
from tests.fakta.tables.reading import breakdown

PARTS = [("25.00", "1000.00", "250.00"), ("12.00", "500.00", "60.00")]


@pytest.mark.parametrize(
    "sheet",
    [
        """
        Momssats      Underlag       Momsbelopp
        25 %          1 000,00         250,00
        12 %            500,00          60,00
        """,
        """
        Alv           Veroton          Vero         Verollinen
        25,00         1 000,00       250,00           1 250,00       Yhteensä     1 500,00
        12,00           500,00        60,00             560,00       Vero           310,00
        """,
        """
        Moms 25 % av 1 000,00: 250,00
        Moms 12 % av 500,00: 60,00
        """,
        """
        zzgl. 25 % MwSt. auf 1.000,00      250,00
        zzgl. 12 % MwSt. auf   500,00       60,00
        """,
    ],
    ids=["table", "table beside totals", "sentences", "German"],
)
def test_parts_of_two_rates(sheet: str) -> None:
    assert breakdown(sheet, net="1500.00", vat="310.00") == PARTS


def test_parts_whose_sums_are_printed_count_although_another_net_amount_was_read() -> None:
    sheet = """
    25 %     1 000,00      250,00     1 250,00
    12 %       500,00       60,00       560,00
    Summa    1 500,00      310,00     1 810,00
    """
    assert breakdown(sheet, net="1000.00", vat="250.00") == PARTS


def test_rates_with_their_tax_alone() -> None:
    sheet = """
    Moms 25 %       250,00
    Moms 12 %        60,00
    """
    assert breakdown(sheet, net="1500.00", vat="310.00") == [("25.00", "", "250.00"), ("12.00", "", "60.00")]


def test_a_row_of_line_items_is_no_part() -> None:
    sheet = "Kaffe     25 st     100,00     25 %     2 500,00"
    assert breakdown(sheet, net="2500.00", vat="625.00") == [("25.00", "2500.00", "625.00")]


def test_one_rate_follows_from_the_totals() -> None:
    assert breakdown("x", net="1000.00", vat="120.00") == [("12.00", "1000.00", "120.00")]


def test_a_foreign_rate_follows_from_the_totals_where_it_is_printed() -> None:
    assert breakdown("VAT @ 20 %", net="1000.00", vat="200.00") == [("20.00", "1000.00", "200.00")]
    assert breakdown("x", net="1000.00", vat="200.00") == []


def test_a_mix_of_rates_does_not_follow_from_the_totals() -> None:
    assert breakdown("x", net="1000.00", vat="187.00") == []


def test_credit_notes() -> None:
    assert breakdown("Moms 25 % av -1 000,00: -250,00", net="-1000.00", vat="-250.00") == [
        ("25.00", "-1000.00", "-250.00")
    ]


@pytest.mark.parametrize("percent", ["procent", "Prozent", "per cent", "percent", "pour cent", "prosenttia", "pct"])
def test_rates_in_words(percent: str) -> None:
    sheet = f"""
    Mervärdesskatt 25 {percent} på 1 000,00 .......... 250,00
    Mervärdesskatt 12 {percent} på 500,00 .............. 60,00
    """
    assert breakdown(sheet, net="1500.00", vat="310.00") == PARTS


def test_taxable_amounts_under_their_rates() -> None:
    sheet = """
         Netto    Underlag 25 %    Underlag 0 %       Moms     Valuta
      1 200,00         1 000,00          200,00     250,00        SEK
    """
    assert breakdown(sheet, net="1200.00", vat="250.00") == [("25.00", "1000.00", ""), ("0.00", "200.00", "")]


def test_taxable_amounts_and_taxes_on_lines_of_their_own() -> None:
    sheet = """
    Momsunderlag 25 %      1 000,00
    Momsunderlag 12 %        500,00
    Netto                  1 500,00
    Moms 25 %                250,00
    Moms 12 %                 60,00
    Dröjsmålsränta 8 %, påminnelse 60,00
    """
    assert breakdown(sheet, net="1500.00", vat="310.00") == PARTS


def test_sums_beside_rates_that_do_not_come_to_the_totals_are_no_parts() -> None:
    sheet = """
    Rabatt 25 %      1 000,00
    Ränta 12 %         500,00
    """
    assert breakdown(sheet, net="1500.00", vat="300.00") == []
