"""One invoice of a family, typeset, with the truth of what its pages print."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from fakta.schema import invoice_schema
from fakta_lab.synth.families.content import Content, invent
from fakta_lab.synth.families.family import Family
from fakta_lab.synth.families.printing import page_data

# Fields that the schema defines for Swedish numbers alone: what a foreign page says about them is not scored.
_SWEDISH_ONLY = ("supplier_org_number", "customer_org_number", "bankgiro", "plusgiro")


@dataclass(frozen=True)
class FamilyInvoice:
    """One invoice.

    Attributes:
        family: name of the design.
        supplier: name as registered.
        pdf: the document.
        fields: canonical value of every scored field; None where the pages do not state it.
        line_items, vat_breakdown: the printed cells of each row, canonical.
        texts: what the page shows for each stated field, for tests.
    """

    family: str
    supplier: str
    pdf: bytes = field(repr=False)
    fields: dict[str, str | None]
    line_items: list[dict[str, str]]
    vat_breakdown: list[dict[str, str]]
    texts: dict[str, str]


def make_family_invoice(family: Family, seed: str, turn: int = 0) -> FamilyInvoice:
    """The invoice of that family, seed and turn; see `invent`.

    Raises:
        MissingExtraError: typst is not installed.
    """
    content = invent(family, seed, turn)
    data = page_data(family, content)
    pdf, marks = _typeset(family.name, json.dumps(data))
    fields = _fields(family, content, marks)
    return FamilyInvoice(
        family=family.name,
        supplier=content.supplier.name,
        pdf=pdf,
        fields=fields,
        line_items=_table("line_items", _line_cells(content), marks),
        vat_breakdown=_table("vat_breakdown", _rate_cells(content), marks),
        texts={name: data["fields"][name] for name in fields if name in marks},
    )


def _typeset(name: str, data: str) -> tuple[bytes, set[str]]:
    """The PDF, and the marks that `put` and `cell` left on it."""
    import typst

    designs = resources.files("fakta_lab.synth.families").joinpath("designs")
    with resources.as_file(designs) as folder:
        compiler = typst.Compiler(folder / f"{name}.typ", root=folder, font_paths=_fonts(), sys_inputs={"data": data})
        # No time of writing: the same seed gives the same bytes.
        pdf = compiler.compile(format="pdf", pdf_tags=False, timestamp=0)
        marks = json.loads(compiler.query("<printed>", field="value"))
    assert isinstance(pdf, bytes)
    return pdf, set(marks)


@cache
def _fonts() -> Any:
    """Typst's own fonts and reportlab's sans; not the machine's, so that pages are the same everywhere."""
    import reportlab
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[Path(reportlab.__file__).parent / "fonts"])


def _fields(family: Family, content: Content, marks: set[str]) -> dict[str, str | None]:
    fields: dict[str, str | None] = {}
    for name in invoice_schema().fields:
        value = content.fields.get(name)
        fields[name] = _canonical(value) if value is not None and name in marks else None
    fields["document_type"] = _canonical(content.fields["document_type"])
    if len(content.rates) == 1:
        # With a single rate the VAT breakdown states the totals.
        for name, column in (("net_amount", "taxable_amount"), ("vat_amount", "tax_amount")):
            if f"vat_breakdown.0.{column}" in marks:
                fields[name] = _canonical(content.fields[name])
    elif "vat_breakdown.0.tax_amount" in marks:
        # The parts are printed: whether their unprinted sum should be given is not scored.
        fields = {n: v for n, v in fields.items() if v is not None or n not in ("net_amount", "vat_amount")}
    if family.country != "SE":
        return {name: value for name, value in fields.items() if name not in _SWEDISH_ONLY}
    # What a Swedish reader knows although it is not printed by itself.
    fields["currency"] = family.currency
    if fields["supplier_vat_number"] is not None:
        fields["supplier_org_number"] = _canonical(content.fields["supplier_org_number"])
    return fields


def _canonical(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _line_cells(content: Content) -> Iterable[dict[str, str]]:
    for line in content.lines:
        yield {
            "description": line.description,
            "more": line.more,
            "article_number": line.article_number,
            "quantity": f"{line.quantity.normalize():f}",
            "unit": line.unit,
            "unit_price": f"{line.unit_price:f}",
            "vat_rate": f"{line.vat_rate.normalize():f}",
            "line_amount": f"{line.line_amount:.2f}",
        }


def _rate_cells(content: Content) -> Iterable[dict[str, str]]:
    for rate, base, tax in content.rates:
        yield {"rate": f"{rate.normalize():f}", "taxable_amount": f"{base:.2f}", "tax_amount": f"{tax:.2f}"}


def _table(name: str, rows: Iterable[dict[str, str]], marks: set[str]) -> list[dict[str, str]]:
    printed = []
    for index, row in enumerate(rows):
        cells = {column: cell for column, cell in row.items() if cell and f"{name}.{index}.{column}" in marks}
        more = cells.pop("more", "")
        if more:
            cells["description"] = f"{cells['description']} {more}"
        if cells:
            printed.append(cells)
    return printed
