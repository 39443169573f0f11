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


def test_a_row_whose_words_are_heads_elsewhere_is_no_head() -> None:
    sheet = """
    Item                           Qty        Rate    Line total
    Postage at cost                1 each    30.47         30.47
    Proofreading                   6 hours   41.00        246.00
    """
    assert [row["description"] for row in items(sheet)] == ["Postage at cost", "Proofreading"]


def test_a_head_of_two_phrases_over_one_column() -> None:
    sheet = """
    Nimike               Määrä    à-hinta    Veroton yht.
    Asennus                 12     100,00        1 200,00
    Ruuvit                   3       6,50           19,50
    """
    assert [row["line_amount"] for row in items(sheet)] == ["1200.00", "19.50"]


def test_the_head_of_descriptions_outweighs_longer_texts_of_places() -> None:
    sheet = """
    Avser         Placering                      Antal    Pris     Belopp
    Bilhyra       Fritidsgården Norra Backen         1   400,00    400,00
    Biltvätt      Ishallen och sporthallen           2   150,00    300,00
    """
    assert [row["description"] for row in items(sheet)] == ["Bilhyra", "Biltvätt"]


def test_a_fee_first_does_not_hide_the_columns_of_the_rows_below() -> None:
    sheet = """
                                   tid      per tim.         kronor
    Ansökningsavgift                                       1 900,00
    Möte med motpart               4,5         2 000       9 000,00
    Kopior                                                   120,00
    Summa arvode ...............................          11 020,00
    """
    rows = items(sheet, net="11020.00")
    assert [row["line_amount"] for row in rows] == ["1900.00", "9000.00", "120.00"]
    assert (rows[1]["quantity"], rows[1]["unit_price"]) == ("4.50", "2000.00")


CODES = """
    Pos     Material                    Kvantitet        Pris        Värde
    00010   10012245                         2 ST      250,00       500,00
            Membranventil DN 25 för{} kall{} olja
            Ursprungsland DE
    00020   10012251                        12 KG       10,50       126,00
            Packning
"""


def test_codes_with_their_text_below() -> None:
    first, second = items(CODES.format("", ""))
    assert (first["article_number"], first["description"]) == (
        "10012245",
        "Membranventil DN 25 för kall olja Ursprungsland DE",
    )
    assert (second["article_number"], second["description"], second["unit"]) == ("10012251", "Packning", "KG")


def test_a_text_below_codes_may_run_over_the_columns_behind() -> None:
    rows = items(CODES.format(" varm och", ""))
    assert rows[0]["description"].startswith("Membranventil DN 25 för varm och kall olja")


@pytest.mark.parametrize(
    "sheet",
    [
        """
        Tack för ditt köp!
        3 × Anteckningsbok A5                    à 42,00         126,00
        12 × Blyertspenna                        à  8,50         102,00
        1 × Pennvässare                          à 31,00          31,00
        """,
        """
        Artikel                                   Pris           Summa
        3 x Anteckningsbok A5                    42,00          126,00
        12 x Blyertspenna                         8,50          102,00
        1 x Pennvässare                          31,00           31,00
        """,
    ],
    ids=["no head", "head"],
)
def test_counts_in_front_of_the_texts(sheet: str) -> None:
    rows = items(sheet)
    assert [row["quantity"] for row in rows] == ["3.00", "12.00", "1.00"]
    assert [row["description"] for row in rows] == ["Anteckningsbok A5", "Blyertspenna", "Pennvässare"]
    assert [row["unit_price"] for row in rows] == ["42.00", "8.50", "31.00"]
    assert not any("unit" in row for row in rows)


def test_counts_of_what_was_sent_back() -> None:
    sheet = """
    Din retur är registrerad
    -7 × Anteckningsbok A5                   à 42,00        -294,00
    -3 × Blyertspenna                        à  8,50         -25,50
    """
    assert [(row["quantity"], row["line_amount"]) for row in items(sheet)] == [("-7.00", "-294.00"), ("-3.00", "-25.50")]


def test_rows_without_a_price_may_be_called_like_a_sum_and_cost_as_much_as_those_above() -> None:
    sheet = """
    Beskrivning               Antal    Enhet       Belopp
    Container                     1      mån       900,00
    Tömning                       1       st       900,00
    Transport                     1      tim       700,00
    Sortering                     2      tim     1 100,00
    Summa                                        3 600,00
    """
    assert [row["description"] for row in items(sheet)] == ["Container", "Tömning", "Transport", "Sortering"]


def test_two_rows_of_one_amount_are_two_where_they_come_to_the_net() -> None:
    sheet = """
    Beskrivning                                 Belopp
    Kopior                                      120,00
    Porto                                       120,00
    Resa                                        300,00
    """
    assert len(items(sheet, net="540.00")) == 3


def test_a_row_of_totals_below_is_no_row() -> None:
    sheet = """
    Beskrivning            Antal    Enhet    Moms %         Pris        Belopp
    Hyra skylift               2      dag        25       900,00      1 800,00
    Bränsle                   10        l        25        20,00        200,00

    Drivmedel ingår ej        20   500,00    625,00        -0,40      2 625,00
    """
    assert len(items(sheet)) == 2


def test_amounts_may_be_whole_where_prices_are_not() -> None:
    sheet = """
    Tjänst                         Enh      Pris exkl. moms       Belopp
    Rondering                      mån             1 360,00        1 360
    """
    (row,) = items(sheet)
    assert (row["unit_price"], row["line_amount"]) == ("1360.00", "1360.00")


def test_headings_are_told_by_standing_as_far_apart_as_rows() -> None:
    """Lines of one row stand closer than rows do, and headings as far."""
    rows = """
    Uppdrag                        Utfört        Taxa      Kr exkl. moms

    Solgläntan

    Barnskötare                    10 tim      300,00           3 000,00
    Enligt tidrapport

    Barnskötare                     5 tim      300,00           1 500,00

    Kullen

    Undersköterska                  4 tim      350,00           1 400,00

    Undersköterska                  2 tim      350,00             700,00
    """
    assert [row["description"] for row in items(rows)] == [
        "Barnskötare Enligt tidrapport",
        "Barnskötare",
        "Undersköterska",
        "Undersköterska",
    ]


def test_a_letterhead_beside_the_table_does_not_end_a_description() -> None:
    sheet = """
    Bankgiro         Sträcka                 Antal        Taxa       Frakt
    123-4566         Bud med bärhjälp            1      922,00      922,00
    Org.nummer       till tredje våningen
                     Lastbil                     2      500,00    1 000,00
                     Kranbil                     3      700,00    2 100,00
                     Släp                        2      100,00      200,00
    """
    assert [row["description"] for row in items(sheet)][0] == "Bud med bärhjälp till tredje våningen"
