"""Tables read off typed sheets."""

from __future__ import annotations

from decimal import Decimal

from tests.fakta.typed_page import typed_page

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.fields.base import canonical
from fakta.schema import invoice_schema
from fakta.tables import read_line_items, read_vat_breakdown


def views(*sheets: str) -> list[PageView]:
    """The pages that sheets of text show, without a model."""
    lexicon = Lexicon.shipped()
    return [PageView.of(typed_page(sheet, number=i), lexicon, None) for i, sheet in enumerate(sheets, 1)]


def items(*sheets: str, net: str | None = None) -> list[dict[str, str]]:
    """The rows of the sheets' tables of line items, canonical."""
    rows = read_line_items(views(*sheets), invoice_schema(), (), net=Decimal(net) if net else None)
    return [{column: canonical(value) for column, value in row.items()} for row in rows]


def breakdown(*sheets: str, net: str | None = None, vat: str | None = None) -> list[tuple[str, ...]]:
    """Rate, taxable amount and tax amount of each part of the VAT breakdown; "" for what is absent."""
    known = [Decimal(value) if value else None for value in (net, vat)]
    rows = read_vat_breakdown(views(*sheets), invoice_schema(), *known)
    columns = ("rate", "taxable_amount", "tax_amount")
    return [tuple(canonical(row[column]) if column in row else "" for column in columns) for row in rows]
