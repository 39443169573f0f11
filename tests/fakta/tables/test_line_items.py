"""Line items, read from heads, alignment, and what multiplies."""

from __future__ import annotations

import pytest
from tests.fakta.tables.reading import items

HEAD = "    Artnr     Benämning                    Antal     Enhet      À-pris          Summa\n"
PAINTERS = "    1001      Målare                          10     tim        500,00       5 000,00\n"
PAINT = "    1002      Väggfärg vit 10 l                2     st         750,00       1 500,00\n"
ROLLERS = "    1003      Roller                           4     st          25,00         100,00\n"


def test_rows_under_their_heads() -> None:
    first, second = items(HEAD + PAINTERS + PAINT)
    assert first == {
        "article_number": "1001",
        "description": "Målare",
        "quantity": "10.00",
        "unit": "tim",
        "unit_price": "500.00",
        "line_amount": "5000.00",
    }
    assert second["article_number"] == "1002"


def test_a_description_goes_on_below_and_ends_with_the_totals() -> None:
    wrapped = "              matt, tål att torkas\n"
    totals = "                                                                Summa        6 500,00\n"
    rows = items(HEAD + PAINTERS + PAINT + wrapped + totals)
    assert [row["description"] for row in rows] == ["Målare", "Väggfärg vit 10 l matt, tål att torkas"]


def test_a_line_that_only_sounds_like_a_head_is_none() -> None:
    assert items("Antal 12345     À-pris 67890     Summa 24680\nMålare     500,00     5 000,00") == []


def test_no_table_no_rows() -> None:
    assert items("Fakturanr  12345\nAtt betala  500,00") == []


@pytest.mark.parametrize(
    "head",
    [
        "    Tuote     Nimike                       Määrä     Yks.       à-hinta     Veroton yht\n",
        "    Abc       Defgh                        Ijklm     Nop        Qrstuv           Wxyz\n",
    ],
    ids=["Finnish", "no language"],
)
def test_heads_that_no_lexicon_knows_are_known_by_what_stands_under_them(head: str) -> None:
    assert items(head + PAINTERS + PAINT) == items(HEAD + PAINTERS + PAINT)
    assert items(head + PAINTERS) == items(HEAD + PAINTERS)


def test_a_table_without_a_head_is_known_by_what_multiplies() -> None:
    assert items("Vi debiterar:\n" + PAINTERS + PAINT) == items(HEAD + PAINTERS + PAINT)


def test_heads_over_two_lines_are_one() -> None:
    sheet = """
    Art       Varuslag                       Lev     Enh        Brutto          Netto
    nr        beteckning                    kvant                 pris         belopp
    1001      Målare                          10     tim        500,00       5 000,00
    """
    assert items(sheet) == items(HEAD + PAINTERS)


def test_a_head_that_goes_on_over_one_column() -> None:
    sheet = """
    Benämning                    Antal      À-pris         Belopp
                                                       exkl. moms
    Målare                          10      500,00       5 000,00
    """
    (row,) = items(sheet)
    assert (row["description"], row["line_amount"]) == ("Målare", "5000.00")


def test_quantity_and_unit_in_one_cell() -> None:
    sheet = """
    Beskrivning            Antal        Pris       Belopp
    Storstädning           4 tim      350,00     1 400,00
    """
    (row,) = items(sheet)
    assert (row["quantity"], row["unit"]) == ("4.00", "tim")


def test_a_unit_that_stands_closer_to_the_price_than_to_its_head() -> None:
    sheet = """
    Ydelse                       Antal  Enhed Pris           I alt
    Svendetimer                      4  timer 481         1 924,00
    Skruer                           3  sæt   316         948,00
    """
    first, second = items(sheet)
    assert (first["unit"], first["unit_price"]) == ("timer", "481.00")
    assert (second["unit"], second["unit_price"]) == ("sæt", "316.00")


def test_a_column_of_texts_without_a_head() -> None:
    sheet = """
                                        timmar          à             kr
    Arkitekturarbete                       4,5      1 471       6 619,50
    Restid                                   1        624         624,00
    """
    rows = items(sheet)
    assert [(row["description"], row["quantity"]) for row in rows] == [("Arkitekturarbete", "4.50"), ("Restid", "1.00")]


def test_discounts_and_rates_are_told_from_quantities() -> None:
    sheet = """
    Artikel   Benämning                    Antal    Pris      Rab    Moms       Summa
    AB12-7    Kullager                        10   60,00     10 %      25      540,00
    AB13-9    Kilrem                           2  100,00               25      200,00
    """
    first, second = items(sheet)
    assert (first["article_number"], first["quantity"], first["unit_price"]) == ("AB12-7", "10.00", "60.00")
    assert (first["vat_rate"], first["line_amount"]) == ("25.00", "540.00")
    assert second["line_amount"] == "200.00"


def test_a_position_is_no_article_number() -> None:
    sheet = """
    Pos     Artikel     Text                  Menge       Preis        Wert
    10      A25-17      Mutter M10              100        0,40       40,00
    20      C52-84      Absperrband               2        9,00       18,00
    30      F43-80      Verpackung                1       13,63       13,63
    """
    assert [row["article_number"] for row in items(sheet)] == ["A25-17", "C52-84", "F43-80"]


def test_a_position_close_to_the_article_number_is_divided_from_it() -> None:
    sheet = """
    Pos Artikel       Text                  Menge       Preis        Wert
    10  A25-17        Mutter M10              100        0,40       40,00
    20  C52-84        Absperrband               2        9,00       18,00
    """
    close = sheet.replace("10  A25", " 10 A25").replace("20  C52", " 20 C52")
    assert [row.get("article_number") for row in items(close)] == ["A25-17", "C52-84"]


def test_an_article_number_under_the_description() -> None:
    sheet = """
    Bezeichnung                   Menge     Einzelpreis        Gesamt
    Winkelgetriebe                5 Stk          413,94      2 069,70
    Art.-Nr. 27-446A
    """
    (row,) = items(sheet)
    assert (row["description"], row["article_number"]) == ("Winkelgetriebe", "27-446A")


def test_thousands_that_look_like_decimals_are_told_by_the_product() -> None:
    sheet = """
    Ydelse                        Antal       Pris          I alt
    Opsætning af dør                  2      6.818      13.636,00
    Kørsel                          102       4,21         429,42
    """
    assert [row["unit_price"] for row in items(sheet)] == ["6818.00", "4.21"]


def test_headings_and_sums_of_groups_are_no_rows() -> None:
    sheet = (
        HEAD
        + "              Arbete\n"
        + PAINTERS
        + "              Summa arbete                                                   5 000,00\n"
        + "              Material\n"
        + PAINT
        + ROLLERS
        + "              Summa material                                                 1 600,00\n"
        + "              Summa                                                          6 600,00\n"
    )
    assert [row["description"] for row in items(sheet)] == ["Målare", "Väggfärg vit 10 l", "Roller"]


def test_a_sum_is_known_without_its_label() -> None:
    sheet = HEAD.replace("Benämning", "Nimike   ") + PAINTERS + PAINT
    total = "              Yhteensä                                                       6 500,00\n"
    assert len(items(sheet + total + total)) == 2


def test_a_row_without_quantity_between_others_is_kept() -> None:
    freight = "              Miljöavgift                                                      120,00\n"
    rows = items(HEAD + PAINTERS + freight + PAINT, net="6620.00")
    assert [row["line_amount"] for row in rows] == ["5000.00", "120.00", "1500.00"]


def test_a_table_goes_on_where_its_head_is_repeated() -> None:
    carried = "              Transport                                                      5 000,00\n"
    rows = items(HEAD + PAINTERS + carried, "    Faktura 17       Sida 2\n" + HEAD + carried + PAINT)
    assert [row["description"] for row in rows] == ["Målare", "Väggfärg vit 10 l"]


def test_a_sum_that_was_carried_over_is_no_row_where_the_head_stands_elsewhere() -> None:
    carried = "              Transport                                                      5 000,00\n"
    shifted = "Faktura 17       Sida 2\n" + HEAD + carried + PAINT
    assert [row["description"] for row in items(shifted)] == ["Väggfärg vit 10 l"]


def test_a_table_goes_on_without_its_head() -> None:
    second = "    Faktura 17       Sida 2\n\n\n" + PAINT + ROLLERS + "\n    Att betala 8 250,00"
    rows = items(HEAD + PAINTERS + PAINT, second)
    assert [row["description"] for row in rows] == ["Målare", "Väggfärg vit 10 l", "Väggfärg vit 10 l", "Roller"]


def test_what_stands_beside_the_table_is_left_out() -> None:
    sheet = """
    Kundtjänst                Beskrivning            Antal        Pris       Belopp
    010-12 34 56              Storstädning           4 tim      350,00     1 400,00
    Vardagar 8-17             Fönsterputs            2 tim      300,00       600,00
    """
    assert [row["description"] for row in items(sheet)] == ["Storstädning", "Fönsterputs"]


def test_totals_in_a_grid_are_no_table_of_line_items() -> None:
    totals = """
    Summa exkl. moms     Moms %     Momsbelopp     Valuta       Att betala
            6 500,00       25 %       1 625,00        SEK         8 125,00
    """
    assert len(items(HEAD + PAINTERS + PAINT + totals)) == 2


def test_negative_rows_of_a_credit_note() -> None:
    sheet = """
    Beskrivning            Antal        Pris       Belopp
    Storstädning           -4 tim      350,00    -1 400,00
    Fönsterputs            2,00-       300,00      600,00-
    """
    assert [(row["quantity"], row["line_amount"]) for row in items(sheet)] == [
        ("-4.00", "-1400.00"),
        ("-2.00", "-600.00"),
    ]
