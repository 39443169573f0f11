"""Correction events: what counts as a label, and what is said about lines that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta.errors import DatasetError, FieldError
from fakta.fields import KINDS, canonical
from fakta_lab.corrections import Correction, read_corrections
from fakta_lab.formats.correction import to_canonical
from fakta_lab.formats.jsonl import Problem

GOOD = {"document": "a.pdf", "corrected": {"invoice_number": "17"}}


def write(tmp_path: Path, *lines: Any) -> Path:
    path = tmp_path / "corrections.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


def test_only_what_a_person_looked_at_is_a_label(tmp_path: Path) -> None:
    event = {
        "document": "a.pdf",
        "extracted": {"invoice_number": "17", "due_date": "2026-05-01", "iban": None, "amount_due": "10.00"},
        "corrected": {"amount_due": "12 450,00 kr", "bankgiro": None},
        "confirmed": ["invoice_number", "iban", "plusgiro", "amount_due"],
        "extractor": "gpt-4o-2024-08-06",
        "corrected_at": "2026-04-02T10:00:00+02:00",
        "corrected_by": "anna",
        "tenant": "t",
    }
    [correction] = read_corrections(write(tmp_path, event))
    # The due date was not looked at; plusgiro was, and there was none; a corrected value outranks a confirmed one.
    assert correction.labels == {
        "invoice_number": "17",
        "iban": None,
        "plusgiro": None,
        "amount_due": "12450.00",
        "bankgiro": None,
    }
    assert (correction.extractor, correction.corrected_by, correction.tenant) == ("gpt-4o-2024-08-06", "anna", "t")
    assert correction.corrected_at is not None
    assert correction.corrected_at.isoformat() == "2026-04-02T10:00:00+02:00"
    assert not correction.is_sha256


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"document": "b"', "line 2: not valid JSON (Expecting ',' delimiter at column 17)"),
        ('"b"', "line 2: expected a JSON object, found a text"),
        ({"corrected": {}}, "line 2: document: expected a path or a sha256, found nothing"),
        ({"document": "", "corrected": {}}, "line 2: document: expected a path or a sha256, found an empty text"),
        ({"document": 7, "corrected": {}}, "line 2: document: expected a path or a sha256, found a number"),
        ({"document": "b"}, "line 2: corrected: missing, and confirmed too; an event needs one of them"),
        ({"document": "b", "corrected": []}, "line 2: corrected: expected an object, found a list"),
        ({"document": "b", "corrected": {}, "extracted": "x"}, "line 2: extracted: expected an object, found a text"),
        ({"document": "b", "confirmed": "iban"}, "line 2: confirmed: expected a list of field names"),
        ({"document": "b", "confirmed": [], "tenant": 4}, "line 2: tenant: expected a text, found a number"),
        (
            {"document": "b", "confirmed": [], "corrected_at": "i går"},
            "line 2: corrected_at: expected an ISO 8601 time, found 'i går'",
        ),
        (
            {"document": "b", "corrected": {}, "confirmd": []},
            "line 2: unknown key 'confirmd'; did you mean 'confirmed'?",
        ),
    ],
)
def test_a_bad_line_is_named_and_costs_no_other_line(tmp_path: Path, line: Any, message: str) -> None:
    path = write(tmp_path, GOOD, line, {**GOOD, "document": "c.pdf"})
    problems: list[Problem] = []
    assert [c.document for c in read_corrections(path, on_problem=problems.append)] == ["a.pdf", "c.pdf"]
    assert [str(problem) for problem in problems] == [message]
    read: list[Correction] = []
    with pytest.raises(DatasetError) as caught:
        read.extend(read_corrections(path))
    assert str(caught.value) == f"{path}: {message}"


@pytest.mark.parametrize(
    ("corrected", "message"),
    [
        ({"bankgrio": "1"}, "corrected.bankgrio: no field of schema 'invoice'; did you mean 'bankgiro'?"),
        ({"amount_due": {"value": 1}}, "corrected.amount_due: expected a text or null, found an object"),
        ({"amount_due": True}, "corrected.amount_due: expected a text or null, found a truth value"),
        ({"due_date": "någon gång"}, "corrected.due_date: 'någon gång' is no date"),
    ],
)
def test_a_bad_value_leaves_its_field_unknown_and_the_rest_standing(
    tmp_path: Path, corrected: dict[str, Any], message: str
) -> None:
    problems: list[Problem] = []
    path = write(tmp_path, {"document": "a", "corrected": {"iban": None, **corrected}})
    [correction] = read_corrections(path, on_problem=problems.append)
    assert correction.labels == {"iban": None}
    [problem] = problems
    assert str(problem).startswith(f"line 1: {message}")


def test_keys_of_other_systems_and_tables_are_passed_over(tmp_path: Path) -> None:
    event = {**GOOD, "corrected": {"line_items": [{"quantity": "1"}]}, "session_id": 4}
    [correction] = read_corrections(write(tmp_path, event))
    assert correction.labels == {}


def test_a_document_may_be_named_by_its_bytes(tmp_path: Path) -> None:
    [correction] = read_corrections(write(tmp_path, {**GOOD, "document": "ab" * 32}))
    assert correction.is_sha256


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such file"):
        list(read_corrections(tmp_path / "none.jsonl"))


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("12450.00", "amount", "12450.00"),
        (12450, "amount", "12450.00"),
        (12450.5, "amount", "12450.50"),
        ("2026-04-05", "date", "2026-04-05"),
        ("5 april 2026", "date", "2026-04-05"),
        ("5402-9681", "bankgiro", "54029681"),
        ("559994-1209", "org_number", "5599941209"),
        ("  ", "iban", None),
        (None, "iban", None),
        (4711, "identifier", "4711"),
    ],
)
def test_values_are_taken_as_people_write_them(value: Any, kind: str, expected: str | None) -> None:
    assert to_canonical(value, kind) == expected


@given(st.decimals(-(10**7), 10**7, places=2), st.dates())
def test_canonical_values_stay_as_they_are(amount: Any, day: Any) -> None:
    assert to_canonical(canonical(amount), "amount") == canonical(amount)
    assert to_canonical(canonical(day), "date") == canonical(day)


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=20))
def test_any_text_is_refused_or_becomes_a_value_that_stays(kind: str, text: str) -> None:
    try:
        value = to_canonical(text, kind)
    except FieldError:
        return
    assert value is None or to_canonical(value, kind) == value
