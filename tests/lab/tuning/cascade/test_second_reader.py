"""Logged answers of a second reader: both forms of lines, and what comes of answers that are none."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakta.errors import DatasetError
from fakta.fields.base import Value
from fakta.schema import invoice_schema
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.tuning.cascade.documents import SecondAnswer
from fakta_lab.tuning.cascade.second_reader import SecondReader

TRUTH = {"amount_due": "1250.00", "invoice_date": "2026-04-05", "supplier_name": "Norra Exempel AB", "iban": None}
READ: dict[str, Value | None] = {
    "amount_due": Decimal("1250.00"),
    "invoice_date": date(2026, 4, 6),
    "supplier_name": "Norra Exempel AB",
    "iban": None,
}


def log(folder: Path, *lines: Any) -> SecondReader:
    path = folder / "second.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return SecondReader(path)


def answers(reader: SecondReader, name: str = "documents/1.pdf", folder: Path = Path("nowhere")) -> Any:
    return reader.answers(BenchmarkDocument(name, folder / name, TRUTH), READ, invoice_schema())


def test_predictions_and_correction_events_are_read_alike(tmp_path: Path) -> None:
    fields = {
        "amount_due": "1 250,00 kr",
        "invoice_date": "2026-04-05",
        "supplier_name": "Norra  Exempel AB",
        "iban": None,
    }
    expected = {
        "amount_due": SecondAnswer(agrees=True, right=True),
        "invoice_date": SecondAnswer(agrees=False, right=True),
        "supplier_name": SecondAnswer(agrees=True, right=True),
        "iban": SecondAnswer(agrees=True, right=True, found=False),
    }
    as_prediction = log(tmp_path, {"document": "documents/1.pdf", "fields": fields})
    assert answers(as_prediction) == expected
    wrapped = {name: {"value": value, "confidence": 1} for name, value in fields.items()}
    assert answers(log(tmp_path, {"document": "elsewhere/1.pdf", "fields": wrapped})) == expected
    event = {"document": "documents/1.pdf", "extracted": fields, "corrected": {"iban": "DE1"}, "extractor": "gpt-4"}
    assert answers(log(tmp_path, event)) == expected
    assert answers(as_prediction, "documents/2.pdf") is None


def test_documents_are_found_by_their_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"bytes")
    line = {"document": hashlib.sha256(b"bytes").hexdigest(), "extracted": {"amount_due": 1250}, "corrected": {}}
    assert answers(log(tmp_path, line), "a.pdf", tmp_path) == {"amount_due": SecondAnswer(agrees=True, right=True)}


def test_what_is_no_value_was_not_answered(tmp_path: Path) -> None:
    fields = {"amount_due": "a lot", "invoice_date": ["2026-04-05"], "iban": "", "no_such_field": "1"}
    assert answers(log(tmp_path, {"document": "documents/1.pdf", "fields": fields})) == {
        "iban": SecondAnswer(agrees=True, right=True, found=False)
    }


def test_the_same_answers_may_stand_twice_and_others_may_not(tmp_path: Path) -> None:
    line = {"document": "1.pdf", "extracted": {"iban": None}, "corrected": {}}
    log(tmp_path, line, {**line, "corrected": {"iban": "DE1"}})
    with pytest.raises(DatasetError, match=r"line 2: document: '1.pdf' has another answer in an earlier line"):
        log(tmp_path, line, {**line, "extracted": {"iban": "DE1"}})


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"fields": {}}, "document: expected a path or a sha256, found null"),
        ({"document": "1.pdf"}, "neither fields"),
        ({"document": "1.pdf", "extracted": []}, "expected an object, found a list"),
        ([], "line 1"),
    ],
)
def test_lines_that_cannot_be_used_are_named(tmp_path: Path, line: Any, said: str) -> None:
    with pytest.raises(DatasetError, match=said):
        log(tmp_path, line)
