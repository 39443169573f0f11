"""The JSON form of a result and back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta.documents.model import Box
from fakta.errors import ExtractionError
from fakta.extraction import ExtractedField, Extraction
from fakta.fields import DECIMAL_KINDS
from fakta.fields.base import Check, Value
from fakta.schema import Field, invoice_schema

SCHEMA = invoice_schema()

shares = st.floats(0, 1)
texts = st.text(max_size=12)
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=None).map(
    lambda number: Decimal(f"{number:.8f}")
)


def values(spec: Field) -> st.SearchStrategy[Value]:
    if spec.kind in DECIMAL_KINDS:
        return numbers
    return st.dates() if spec.kind == "date" else texts


def fields(spec: Field) -> st.SearchStrategy[ExtractedField]:
    return st.builds(
        ExtractedField,
        name=st.just(spec.name),
        value=st.none() | values(spec),
        text=texts,
        confidence=shares,
        accepted=st.booleans(),
        page=st.none() | st.integers(1, 99),
        box=st.none() | st.builds(Box, shares, shares, shares, shares),
        reasons=st.lists(texts, max_size=3).map(tuple),
        explanation=texts,
    )


def rows(table: str) -> st.SearchStrategy[tuple[dict[str, Value], ...]]:
    cells = {name: values(spec) for name, spec in SCHEMA.tables[table].items()}
    return st.lists(st.fixed_dictionaries({}, optional=cells), max_size=2).map(tuple)


extractions = st.builds(
    Extraction,
    document=texts,
    sha256=texts,
    pages=st.integers(1, 1000),
    model=texts,
    needs_review=st.booleans(),
    fields=st.fixed_dictionaries({name: fields(spec) for name, spec in SCHEMA.fields.items()}),
    confidence=shares,
    known_supplier=st.booleans(),
    line_items=rows("line_items"),
    vat_breakdown=rows("vat_breakdown"),
    checks=st.lists(st.builds(Check, texts, st.booleans(), texts), max_size=2).map(tuple),
    timings_ms=st.dictionaries(texts, st.floats(0, 1e6), max_size=2),
    explanation=texts,
    extracted_at=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(extractions)
def test_the_json_form_comes_back_as_it_was(extraction: Extraction) -> None:
    written = extraction.to_dict()
    parsed = json.loads(json.dumps(written))
    assert Extraction.from_dict(parsed, SCHEMA).to_dict() == written


def one() -> Extraction:
    read = {"amount_due": Decimal("1340"), "due_date": date(2026, 4, 15), "supplier_name": "Exempel AB"}
    return Extraction(
        document="faktura.pdf",
        sha256="0" * 64,
        pages=1,
        model="fakta/base",
        needs_review=False,
        fields={
            name: ExtractedField(name, read.get(name), confidence=0.5, page=1, box=Box(0.1, 0.2, 0.3, 0.4))
            for name in SCHEMA.fields
        },
        line_items=({"description": "Kaffe", "unit_price": Decimal("0.8934")},),
        checks=(Check("sums", True, "1 + 1 = 2"),),
        timings_ms={"read": 1.5},
    )


def test_values_have_the_types_of_the_schema() -> None:
    extraction = Extraction.from_dict(one().to_dict(), SCHEMA)
    assert extraction == one()
    assert extraction.fields["amount_due"].value == Decimal(1340)
    assert extraction.fields["due_date"].value == date(2026, 4, 15)
    assert extraction.line_items[0]["unit_price"] == Decimal("0.8934")


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ((), None, "the extraction: expected an object, found NoneType"),
        (("sha256",), 1, "sha256: expected a text, found int"),
        (("pages",), True, "pages: expected a whole number, found bool"),
        (("needs_review",), 0, "needs_review: expected true or false, found int"),
        (("confidence",), 1.5, "confidence: expected 0 to 1, found 1.5"),
        (("confidence",), float("nan"), "confidence: expected a finite number"),
        (("surprise",), 1, "the extraction: has 'surprise', which is not known"),
        (("fields", "total"), {}, "fields: has 'total', which is not known"),
        (("fields", "amount_due"), {}, "fields.amount_due: lacks value"),
        (("fields", "amount_due", "value"), "1 340,00", "fields.amount_due.value: '1 340,00' is no canonical amount"),
        (("fields", "amount_due", "value"), "1340.000", "is not written as amount values are: 1340.00"),
        (("fields", "due_date", "value"), "20260415", "is not written as date values are: 2026-04-15"),
        (("fields", "due_date", "value"), 20260415, "fields.due_date.value: expected a text, found int"),
        (("fields", "iban", "page"), "1", "fields.iban.page: expected a whole number, found str"),
        (("fields", "iban", "box"), [0, 0, 1], "fields.iban.box: expected four numbers, found 3"),
        (("fields", "iban", "box"), [0, 0, 1, "1"], "fields.iban.box.3: expected a finite number, found str"),
        (("fields", "iban", "reasons"), [1], "fields.iban.reasons: expected a list of texts"),
        (("line_items",), [{"colour": "red"}], "line_items[0]: expected an object with columns among description"),
        (("line_items",), [{"quantity": "2"}], "line_items[0].quantity: '2' is not written as quantity values are"),
        (("vat_breakdown",), "none", "vat_breakdown: expected a list, found str"),
        (("checks",), [{"name": "sums"}], "checks[0]: lacks passed"),
        (("timings_ms", "read"), None, "timings_ms.read: expected a finite number, found NoneType"),
        (("extracted_at",), "2026-04-15T08:00:00", "extracted_at: expected an ISO 8601 time with its time zone, found '2026"),
        (("extracted_at",), "i dag", "extracted_at: expected an ISO 8601 time with its time zone, found 'i dag'"),
        (("extracted_at",), 1776240000, "extracted_at: expected a text, found int"),
    ],
)
def test_what_is_damaged_is_named(path: tuple[str, ...], value: Any, says: str) -> None:
    data: Any = one().to_dict()
    if not path:
        data = value
    place = data
    for key in path[:-1]:
        place = place[key]
    if path:
        place[path[-1]] = value
    with pytest.raises(ExtractionError) as caught:
        Extraction.from_dict(data, SCHEMA)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.recursive(st.none() | st.booleans() | st.floats() | texts, lambda s: st.lists(s) | st.dictionaries(texts, s)))
def test_anything_else_is_refused(data: Any) -> None:
    with pytest.raises(ExtractionError):
        Extraction.from_dict(data, SCHEMA)


def test_results_of_an_older_fakta_do_not_say_when_they_were_read() -> None:
    data = replace(one(), extracted_at=datetime(2026, 4, 15, 8, 0, 1, tzinfo=UTC)).to_dict()
    assert data["extracted_at"] == "2026-04-15T08:00:01+00:00"
    assert Extraction.from_dict(data, SCHEMA).extracted_at == datetime(2026, 4, 15, 8, 0, 1, tzinfo=UTC)
    del data["extracted_at"]
    older = Extraction.from_dict(data, SCHEMA)
    assert older.extracted_at is None
    assert older == one()


def test_a_field_may_not_be_missing() -> None:
    data = one().to_dict()
    del data["fields"]["iban"]
    with pytest.raises(ExtractionError, match="fields: lacks iban; is it of another schema"):
        Extraction.from_dict(data, SCHEMA)
