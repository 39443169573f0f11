"""Benchmark sets: what is read, and how a set that cannot be used says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakta.errors import ConfigError, DatasetError
from fakta_lab.formats.benchmark import Benchmark

GOOD = {"document": "documents/a.pdf", "layout": "one", "fields": {"invoice_number": "17", "bankgiro": None}}


def write_set(folder: Path, *lines: object, settings: str | None = None) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "truth.jsonl").write_text(text, encoding="utf-8")
    if settings is not None:
        (folder / "benchmark.yaml").write_text(settings, encoding="utf-8")
    return folder


def test_null_absent_tables_and_extra_keys_are_kept_apart(tmp_path: Path) -> None:
    line = {**GOOD, "role": "score", "supplier": "s", "line_items": [{"quantity": "2", "unit": None}]}
    [document] = Benchmark.load(write_set(tmp_path, line)).documents
    assert document.fields == {"invoice_number": "17", "bankgiro": None}
    assert "iban" not in document.fields
    assert document.tables == {"line_items": ({"quantity": "2"},)}
    assert document.extra == {"role": "score"}
    assert document.path == tmp_path / "documents/a.pdf"


def test_settings_name_the_set_its_schema_and_its_gates(tmp_path: Path) -> None:
    (tmp_path / "receipt.yaml").write_text("fields: {total: {kind: amount}}\n", encoding="utf-8")
    settings = "name: receipts\nschema: receipt.yaml\ngates:\n  micro: {f1: 0.9}\n"
    loaded = Benchmark.load(write_set(tmp_path, {"document": "a", "fields": {"total": "9.00"}}, settings=settings))
    assert (loaded.name, list(loaded.schema.fields), loaded.gates) == ("receipts", ["total"], {"micro.f1": 0.9})
    assert loaded.unknown_fields == ()


def test_fields_outside_the_schema_are_named(tmp_path: Path) -> None:
    assert Benchmark.load(write_set(tmp_path, {"document": "a", "fields": {"company": "X"}})).unknown_fields == (
        "company",
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: not valid JSON (Expecting property name enclosed in double quotes at column 2)"),
        ("[1]", "line 2: expected a JSON object, found a list"),
        ({"fields": {}}, "line 2: document: missing"),
        ({"dokument": "a", "fields": {}}, "line 2: document: missing (the line has 'dokument')"),
        ({"document": 3, "fields": {}}, "line 2: document: expected a path, found a number"),
        ({"document": "b"}, "line 2: fields: missing"),
        ({"document": "b", "fields": []}, "line 2: fields: expected an object, found a list"),
        ({"document": "b", "fields": {}, "layout": 4}, "line 2: layout: expected a text, found a number"),
        (
            {"document": "b", "fields": {"amount_due": 12.5}},
            "line 2: fields.amount_due: expected a canonical text or null, found a number",
        ),
        (
            {"document": "b", "fields": {"amount_due": "12,50"}},
            "line 2: fields.amount_due: '12,50' is not canonical, expected a form like '12450.00'",
        ),
        (
            {"document": "b", "fields": {"due_date": "15/4 2026"}},
            "line 2: fields.due_date: '15/4 2026' is not canonical, expected a form like '2026-04-15'",
        ),
        (
            {"document": "b", "fields": {"iban": " "}},
            "line 2: fields.iban: empty text; write null for what is not on the document",
        ),
        (
            {"document": "b", "fields": {}, "line_items": [{"quantity": 2}]},
            "line 2: line_items[0].quantity: expected a canonical text or null, found a number",
        ),
        (GOOD, "line 2: document: 'documents/a.pdf' stands in line 1 already"),
    ],
)
def test_a_bad_line_is_named_with_its_key(tmp_path: Path, line: object, message: str) -> None:
    with pytest.raises(DatasetError) as caught:
        Benchmark.load(write_set(tmp_path, GOOD, line))
    assert str(caught.value) == f"{tmp_path / 'truth.jsonl'}: {message}"


def test_all_bad_lines_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"line 1: .*; line 2: .*; and 2 more$"):
        Benchmark.load(write_set(tmp_path, *["x"] * 7))


def test_a_folder_without_truth_and_a_set_without_documents_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no benchmark set here"):
        Benchmark.load(tmp_path)
    with pytest.raises(DatasetError, match="no documents"):
        Benchmark.load(write_set(tmp_path, ""))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("gate: {}", "unknown key 'gate'; known are name, schema, gates, baseline; did you mean 'gates'?"),
        ("gates: {micro.f1: 90}", "micro.f1: expected a floor from 0 to 1, found 90"),
        ("[", "not valid YAML"),
        ("baseline: {}", "baseline: expected the path of a file, found an object"),
    ],
)
def test_bad_settings_are_named(tmp_path: Path, settings: str, message: str) -> None:
    with pytest.raises((DatasetError, ConfigError)) as caught:
        Benchmark.load(write_set(tmp_path, GOOD, settings=settings))
    assert message in str(caught.value)
