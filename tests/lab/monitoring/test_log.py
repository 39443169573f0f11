"""Logs are read line by line; what is damaged costs no other line, and a line that is being written is no damage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.lab.monitoring.production import extraction

from fakta.errors import DatasetError
from fakta_lab.formats.jsonl import Problem
from fakta_lab.monitoring.log import TORN, Reading, read_log


def read(*paths: Path) -> tuple[list[Reading], list[str]]:
    problems: list[str] = []

    def on_problem(path: Path, problem: Problem) -> None:
        problems.append(f"{path.name}: {problem}")

    return list(read_log(paths, on_problem=on_problem)), problems


def changed(field: str = "iban", **more: Any) -> str:
    data = extraction(0)
    data["fields"][field] |= more
    return json.dumps(data)


def test_files_are_read_in_order(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(json.dumps(extraction(ord(name))) + "\n", encoding="utf-8")
    readings, problems = read(tmp_path / "b", tmp_path / "a")
    assert [reading.document for reading in readings] == ["98.pdf", "97.pdf"]
    assert readings[0].fields["amount_due"].value == "100.00"
    assert not problems


def test_a_torn_last_line_is_told_from_a_bad_one(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    line = json.dumps(extraction(1))
    log.write_text(f"{line}\n{line[:200]}", encoding="utf-8")
    readings, problems = read(log)
    assert len(readings) == 1
    assert problems == [f"log.jsonl: line 2: {TORN}"]
    log.write_text(f"{line}\n{line[:200]}\n", encoding="utf-8")
    [problem] = read(log)[1]
    assert problem.startswith("log.jsonl: line 2: not valid JSON")


def test_a_last_line_without_its_end_that_is_whole_counts(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps(extraction(1)), encoding="utf-8")
    assert len(read(log)[0]) == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("[]", "expected a JSON object, found a list"),
        ("{}", "sha256: expected a text, found nothing"),
        (json.dumps({**extraction(0), "sha256": "abc"}), "sha256: expected 64 hexadecimal digits"),
        (json.dumps({**extraction(0), "fields": []}), "fields: expected an object, found a list"),
        (json.dumps({**extraction(0), "model": 3}), "model: expected a text, found a number"),
        (changed(confidence=1.5), "fields.iban: expected value"),
        (changed(confidence=None), "fields.iban: expected value"),
        (changed(accepted="yes"), "fields.iban: expected value"),
        (changed(value=3), "fields.iban: expected value"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(line: str, says: str, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    good = json.dumps(extraction(1))
    log.write_text(f"{good}\n{line}\n{good}\n", encoding="utf-8")
    readings, problems = read(log)
    assert len(readings) == 2
    [problem] = problems
    assert problem.startswith(f"log.jsonl: line 2: {says}")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such file"):
        read(tmp_path / "nowhere.jsonl")
