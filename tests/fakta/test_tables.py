"""Line items and VAT tables, read from heads and alignment."""

from __future__ import annotations

from decimal import Decimal

from tests.fakta.typed_page import typed_page

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.schema import invoice_schema
from fakta.tables import read_line_items, read_vat_breakdown

ROWS = """
    Artnr     Benämning                    Antal     Enhet      À-pris          Summa
    1001      Målare                          10     tim        500,00       5 000,00
    1002      Väggfärg vit 10 l                2     st         750,00       1 500,00
              matt, tål att torkas
                                                                Summa        6 500,00
"""


def view(sheet: str) -> list[PageView]:
    return [PageView.of(typed_page(sheet), Lexicon.shipped(), None)]


def test_rows_under_their_heads() -> None:
    first, second = read_line_items(view(ROWS), invoice_schema(), ())
    assert first == {
        "article_number": "1001",
        "description": "Målare",
        "quantity": Decimal(10),
        "unit": "tim",
        "unit_price": Decimal("500.00"),
        "line_amount": Decimal("5000.00"),
    }
    assert second["description"] == "Väggfärg vit 10 l matt, tål att torkas"


def test_quantity_and_unit_in_one_cell() -> None:
    sheet = """
    Beskrivning            Antal        Pris       Belopp
    Storstädning           4 tim      350,00     1 400,00
    """
    (row,) = read_line_items(view(sheet), invoice_schema(), ())
    assert (row["quantity"], row["unit"]) == (Decimal(4), "tim")


def test_no_table_no_rows() -> None:
    assert read_line_items(view("Fakturanr  12345\nAtt betala  500,00"), invoice_schema(), ()) == ()


def test_a_vat_table_is_read() -> None:
    sheet = """
    Momssats      Underlag       Momsbelopp
    25 %          1 000,00         250,00
    12 %            500,00          60,00
    """
    rows = read_vat_breakdown(view(sheet), invoice_schema(), None, None)
    assert [(row["rate"], row["taxable_amount"], row["tax_amount"]) for row in rows] == [
        (Decimal(25), Decimal("1000.00"), Decimal("250.00")),
        (Decimal(12), Decimal("500.00"), Decimal("60.00")),
    ]


def test_one_rate_follows_from_the_totals() -> None:
    rows = read_vat_breakdown(view("x"), invoice_schema(), Decimal("1000.00"), Decimal("120.00"))
    assert [row["rate"] for row in rows] == [Decimal(12)]


def test_a_mix_of_rates_does_not_follow_from_the_totals() -> None:
    assert read_vat_breakdown(view("x"), invoice_schema(), Decimal("1000.00"), Decimal("187.00")) == ()
