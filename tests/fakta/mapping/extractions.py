"""Any extraction of an invoice, for hypothesis, and one that is the same every time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from fakta.extraction import ExtractedField, Extraction
from fakta.fields.base import Value
from fakta.schema import Field, Schema, invoice_schema

AMOUNTS = st.integers(-(10**10), 10**10).map(lambda cents: Decimal(cents).scaleb(-2))
PRICES = st.integers(-(10**7), 10**9).map(lambda parts: Decimal(parts).scaleb(-4).normalize())
NAMES = st.sampled_from(["Norra Exempel Måleri AB", "Söderby Rör & Värme HB", 'Zoë "Citat" Förening', "Ähtäri Oy, Åbo"])


def digits(*lengths: int) -> st.SearchStrategy[str]:
    """Texts of so many digits."""
    return st.one_of(st.integers(10 ** (length - 1), 10**length - 1).map(str) for length in lengths)


KINDS: dict[str, st.SearchStrategy[Value]] = {
    "amount": AMOUNTS | PRICES,
    "percent": st.sampled_from([Decimal(rate) for rate in ("25", "12", "6", "0", "11.5")]),
    "quantity": PRICES,
    "date": st.dates(date(2000, 1, 1), date(2089, 12, 31)),
    "currency": st.sampled_from(["SEK", "EUR", "NOK"]),
    "document_type": st.sampled_from(["invoice", "credit_note"]),
    "bankgiro": digits(7, 8),
    "plusgiro": digits(5, 7, 8),
    "org_number": digits(10),
    "payment_reference": digits(7, 10, 16),
    "iban": digits(22).map("SE".__add__),
    "vat_number": digits(12).map("SE".__add__),
    "bic": st.just("EXEMSESS"),
    "identifier": digits(5).map("F/2026-".__add__),
    "name": NAMES,
    "text": NAMES,
}
PROBABILITIES = st.sampled_from([0.0, 0.12345, 0.5, 0.999, 1.0])


def fields(schema: Schema) -> st.SearchStrategy[dict[str, ExtractedField]]:
    """What was read for each field of a schema: found or not, accepted or held."""
    return st.fixed_dictionaries({name: _field(spec) for name, spec in schema.fields.items()})


def rows(columns: Mapping[str, Field]) -> st.SearchStrategy[tuple[dict[str, Value], ...]]:
    """Rows of a table, some cells missing."""
    cells = {name: KINDS[spec.kind] for name, spec in columns.items()}
    return st.lists(st.fixed_dictionaries({}, optional=cells), max_size=3).map(tuple)


def extractions(schema: Schema | None = None) -> st.SearchStrategy[Extraction]:
    """Extractions as a model may give them."""
    schema = schema or invoice_schema()
    return st.builds(
        Extraction,
        document=st.just("faktura.pdf"),
        sha256=st.just("0" * 64),
        pages=st.integers(1, 9),
        model=st.just("fakta/base"),
        needs_review=st.booleans(),
        fields=fields(schema),
        confidence=PROBABILITIES,
        line_items=rows(schema.tables["line_items"]),
        vat_breakdown=rows(schema.tables["vat_breakdown"]),
        explanation=NAMES,
    )


def extraction(values: Mapping[str, Value], *, held: tuple[str, ...] = (), needs_review: bool = False) -> Extraction:
    """An extraction with these values, sure of all but the held ones, with one line item and one VAT rate."""
    read = {}
    for name in invoice_schema().fields:
        value = values.get(name)
        read[name] = ExtractedField(
            name, value, text="…", confidence=0.5 if name in held else 0.99, accepted=name not in held, page=1
        )
    return Extraction(
        document="faktura.pdf",
        sha256="0" * 64,
        pages=1,
        model="fakta/base",
        needs_review=needs_review,
        fields=read,
        confidence=0.9,
        line_items=({"description": "Målning", "quantity": Decimal(10), "vat_rate": Decimal(25)},),
        vat_breakdown=({"rate": Decimal(25), "taxable_amount": Decimal("100.00"), "tax_amount": Decimal("25.00")},),
        explanation="Accepted.",
    )


def _field(spec: Field) -> st.SearchStrategy[ExtractedField]:
    def made(value: Value | None, confidence: float, accepted: bool) -> ExtractedField:
        if value is None:
            return ExtractedField(spec.name, None, confidence=confidence, accepted=accepted)
        box = (0.1, 0.2, 0.3, 0.4)
        return ExtractedField(spec.name, value, "…", confidence, accepted, 1, box, ("label beside it",), "Sure.")

    return st.builds(made, st.none() | KINDS[spec.kind], PROBABILITIES, st.booleans())
