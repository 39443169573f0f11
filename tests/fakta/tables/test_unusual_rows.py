"""Rows that are not one line of a number under each head."""

from __future__ import annotations

import pytest
from tests.fakta.tables.reading import items


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
    first, second = items(sheet)
    assert (first["quantity"], first["line_amount"]) == ("-7.00", "-294.00")
    assert (second["quantity"], second["line_amount"]) == ("-3.00", "-25.50")


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


def test_a_heading_under_the_longest_row_would_have_had_room_on_its_line() -> None:
    sheet = """
    Uppdrag                                Utfört        Taxa      Kr exkl. moms
    Solgläntan
    Undersköterska kväll                   10 tim      300,00           3 000,00
    Kullen
    Barnskötare                             5 tim      300,00           1 500,00
    """
    assert [row["description"] for row in items(sheet)] == ["Undersköterska kväll", "Barnskötare"]
    narrow = """
    Uppdrag                  Utfört        Taxa      Kr exkl. moms
    Solgläntan
    Undersköterska kväll     10 tim      300,00           3 000,00
    Måndagar
    Barnskötare               5 tim      300,00           1 500,00
    """
    assert [row["description"] for row in items(narrow)] == ["Undersköterska kväll Måndagar", "Barnskötare"]


def test_a_letterhead_beside_the_table_does_not_end_a_description() -> None:
    sheet = """
    Bankgiro         Sträcka                 Antal        Taxa       Frakt
    123-4566         Bud med bärhjälp            1      922,00      922,00
    Org.nummer       till tredje våningen
                     Lastbil                     2      500,00    1 000,00
                     Kranbil                     3      700,00    2 100,00
                     Släp                        2      100,00      200,00
    """
    assert items(sheet)[0]["description"] == "Bud med bärhjälp till tredje våningen"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Snickare 8 tim à 450 kr", ("8.00", "tim", "450.00")),
        ("Snickare vecka 12, 8 x 450,00", ("8.00", "", "450.00")),
        ("450 kr × 8 timmar arbete", ("8.00", "timmar", "450.00")),
        ("Snickare 9 tim à 450 kr", ("", "", "")),
        ("Skruv 4 x 40, 500 st", ("", "", "")),
    ],
)
def test_quantity_and_price_in_the_words_of_a_description(text: str, expected: tuple[str, str, str]) -> None:
    sheet = f"""
    Beskrivning                                                Belopp
    {text:<40}                  3 600,00
    Resa                                                       200,00
    """
    row = items(sheet)[0]
    assert row["description"] == text
    assert (row.get("quantity", ""), row.get("unit", ""), row.get("unit_price", "")) == expected


LIST = """
    Vi fakturerar för april:

    Hyra lokal                                  8 500,00
    Uppvärmning                                   640,00
    enligt avtal
    Bredband                                      200,00
    Summa                                       9 340,00
"""


def test_a_list_of_texts_and_amounts_that_comes_to_the_net() -> None:
    assert items(LIST, net="9340.00") == [
        {"description": "Hyra lokal", "line_amount": "8500.00"},
        {"description": "Uppvärmning enligt avtal", "line_amount": "640.00"},
        {"description": "Bredband", "line_amount": "200.00"},
    ]
    assert items(LIST, net="9000.00") == []
    assert items(LIST) == []


def test_totals_are_no_list_of_rows() -> None:
    totals = """
    Netto                                       8 000,00
    Frakt                                         500,00
    """
    assert items(totals, net="8500.00") == []


@pytest.mark.parametrize("mark", [" kr", ":- ", "   "])
def test_whole_amounts(mark: str) -> None:
    sheet = f"""
    Beskrivning            Antal         Pris         Belopp
    Storstädning               4       350{mark}       1 400{mark}
    Fönsterputs                2       300{mark}         600{mark}
    Netto                                           2 000,00
    """
    assert [row["line_amount"] for row in items(sheet)] == ["1400.00", "600.00"]


@pytest.mark.parametrize(("net", "rows"), [("2350.00", 4), ("2400.00", 2)])
def test_a_list_without_prices_goes_on_where_only_so_it_comes_to_the_net(net: str, rows: int) -> None:
    first = """
    Beskrivning                                  Belopp
    Hyra maskin                                1 200,00
    Transport av maskin                          700,00
    """
    second = """
    Faktura 1042                                Sida 2

    Bränsle                                      300,00
    Försäkring                                   150,00
    Netto                                      2 350,00
    Moms                                         587,50
    """
    assert len(items(first, second, net=net)) == rows
