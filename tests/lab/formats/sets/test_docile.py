"""DocILE: fields and line items in terms of the invoice schema."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lab.public_sets import DOCILE_FIELDS, kile, write_docile, write_json

from fakta.errors import DatasetError
from fakta.schema import invoice_schema
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.given import given_document
from fakta_lab.formats.sets.mapping import LabelMapping, packaged


def test_classes_become_canonical_fields(tmp_path: Path) -> None:
    (document,) = Benchmark.load(write_docile(tmp_path)).documents
    assert document.document == "pdfs/aa11.pdf"
    assert (document.layout, document.supplier) == ("cluster 554", "Nordly Tools Inc.")
    assert {name: value for name, value in document.fields.items() if value is not None} == {
        "invoice_number": "A-1001",
        "invoice_date": "2026-04-15",
        "supplier_name": "Nordly Tools Inc.",
        "document_type": "invoice",
    }


def test_absent_means_null_but_where_something_else_may_be_meant(tmp_path: Path) -> None:
    (document,) = Benchmark.load(write_docile(tmp_path)).documents
    assert document.fields["net_amount"] is None
    # No amount due, but a total with tax; no currency, which is labelled beside the amount due only; a due date that
    # is no date; two different customers; and what the set has no class for.
    unknown = {"amount_due", "currency", "due_date", "customer_name", "bankgiro", "buyer_reference"}
    assert not unknown & set(document.fields)
    (bare,) = Benchmark.load(write_docile(tmp_path / "bare", field_extractions=[])).documents
    assert bare.fields["amount_due"] is None


def test_what_is_not_scored_is_counted(tmp_path: Path) -> None:
    benchmark = Benchmark.load(write_docile(tmp_path))
    assert benchmark.notices == (
        "read as DocILE: 1 document, fields of the schema invoice",
        "unknown, as no parser reads them: due_date 1, line_items.quantity 1",
        "unknown, as one document states several values: customer_name 1",
        "not scored, as the schema has no field for them: amount_total_gross 1, vendor_address 1",
    )


def test_line_items_are_rows_and_a_cell_that_is_unknown_takes_its_column_out(tmp_path: Path) -> None:
    (document,) = Benchmark.load(write_docile(tmp_path)).documents
    assert document.tables == {
        "line_items": (
            {"description": "Drill with case", "line_amount": "1000.00"},
            {"description": "Less discount", "line_amount": "-250.00"},
        )
    }


def test_places_count_pages_from_one(tmp_path: Path) -> None:
    (document,) = Benchmark.load(write_docile(tmp_path)).documents
    assert [place["page"] for place in document.extra["places"]["supplier_name"]] == [1, 2]
    assert document.extra["places"]["invoice_number"] == [{"page": 1, "box": [0.1, 0.2, 0.3, 0.25]}]


def test_the_sets_words_are_used_where_there_are_any(tmp_path: Path) -> None:
    (document,) = Benchmark.load(write_docile(tmp_path)).documents
    given = given_document(document)
    assert given is not None
    assert [word.text for word in given.pages[0].words] == ["A-1001"]
    (tmp_path / "ocr" / "aa11.json").unlink()
    (tmp_path / "pdfs" / "aa11.pdf").touch()
    (without,) = Benchmark.load(tmp_path).documents
    assert given_document(without) is None


def test_a_file_of_ids_is_a_split(tmp_path: Path) -> None:
    write_docile(tmp_path / "docile", "aa11", "bb22", "cc33")
    split = write_json(tmp_path / "docile" / "val.json", ["cc33", "aa11"])
    benchmark = Benchmark.load(split)
    assert [document.document for document in benchmark.documents] == ["pdfs/cc33.pdf", "pdfs/aa11.pdf"]
    assert benchmark.name == "docile val"
    assert len(Benchmark.load(tmp_path / "docile").documents) == 3
    write_json(split, ["dd44"])
    with pytest.raises(DatasetError, match=r"dd44: annotations/dd44\.json: no such file; the truth of the set's test"):
        Benchmark.load(split)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"field_extractions": None}, "field_extractions: expected a list, found null"),
        ({"field_extractions": [{"text": "x"}]}, r"field_extractions\[0\].fieldtype: expected the name of a class"),
        ({"field_extractions": [DOCILE_FIELDS[0] | {"bbox": [1]}]}, r"field_extractions\[0\]: expected page"),
        ({"field_extractions": [DOCILE_FIELDS[0] | {"text": 7}]}, r"field_extractions\[0\].text: expected a text"),
        (
            {"line_item_extractions": [kile("line_item_code", "1")]},
            r"line_item_extractions\[0\].line_item_id: expected an id, found null",
        ),
    ],
)
def test_a_broken_annotation_is_named_with_its_key(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(DatasetError, match=f"aa11: {message}"):
        Benchmark.load(write_docile(tmp_path, **changes))


def test_broken_words_and_missing_files_are_named(tmp_path: Path) -> None:
    write_docile(tmp_path, "aa11", "bb22")
    write_json(tmp_path / "ocr" / "aa11.json", {"pages": [{}]})
    (tmp_path / "ocr" / "bb22.json").unlink()
    with pytest.raises(DatasetError, match=r"aa11: ocr/aa11.json: not what docTR writes.*bb22: pdfs/bb22.pdf: no such"):
        Benchmark.load(tmp_path)


def test_a_place_without_a_text_is_unknown(tmp_path: Path) -> None:
    (document,) = Benchmark.load(write_docile(tmp_path, field_extractions=[kile("document_id", None)])).documents
    assert "invoice_number" not in document.fields


def test_the_mapping_knows_the_schema() -> None:
    mapping, schema = LabelMapping.from_dict(packaged("docile.yaml")), invoice_schema()
    assert mapping.fields.keys() <= schema.fields.keys()
    assert all(columns.keys() <= schema.tables[table].keys() for table, columns in mapping.tables.items())
