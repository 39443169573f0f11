"""Paths that cannot be used: a line that says which and what to do, before anything is computed; never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakta_lab.cli import main

EVALUATE = ["evaluate", "set", "--predictions", "answers.jsonl"]
COMPARE = ["compare", "answers.jsonl", "answers.jsonl", "--on"]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a set, answers about it, and corrections."""
    monkeypatch.chdir(tmp_path)
    Path("set/documents").mkdir(parents=True)
    truth = {"document": "documents/a.pdf", "fields": {"currency": "SEK"}}
    Path("set/truth.jsonl").write_text(json.dumps(truth) + "\n", encoding="utf-8")
    Path("answers.jsonl").write_text(json.dumps(truth) + "\n", encoding="utf-8")
    event = {"document": "a.pdf", "extracted": {"currency": "SEK"}, "corrected": {"currency": "NOK"}}
    Path("corrections.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")


@pytest.mark.usefixtures("workplace")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([*EVALUATE, "--gate", "set"], "set: cannot be read (Is a directory)"),
        ([*EVALUATE, "--save-baseline", "set"], "set: is a folder; name the file to write"),
        ([*EVALUATE, "--save-baseline", "no/b.json"], "no/b.json: the folder no does not exist; make it first"),
        ([*EVALUATE, "--report", "answers.jsonl"], "--report answers.jsonl: is a file; name a folder to write into"),
        ([*COMPARE, "set", "--report", "set"], "set: is a folder; name the file to write"),
        ([*COMPARE, "corrections.jsonl", "--documents", "no"], "--documents no: no such folder"),
        ([*COMPARE, "set", "--costs", "set"], "set: cannot be read (Is a directory)"),
        (["report", "answers.jsonl", "--out", "set"], "set: is a folder; name the file to write"),
        (
            ["report", "corrections.jsonl"],
            "corrections.jsonl: no line is an extraction; `fakta extract --format jsonl` writes them",
        ),
    ],
)
def test_a_wrong_path_is_one_line(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", f"error: {says}\n")


@pytest.mark.usefixtures("workplace")
def test_a_folder_that_cannot_be_written_is_no_fault_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    """`/proc` refuses everybody, the superuser too."""
    assert main([*EVALUATE, "--save-baseline", "/proc/baseline.json"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: /proc/")
    assert len(said.splitlines()) == 1


@pytest.mark.usefixtures("workplace")
def test_an_import_without_its_documents_says_where_it_looked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrections", "import", "corrections.jsonl"]) == 0
    assert "no document at all: none was looked for; --documents DIR is the folder" in capsys.readouterr().err
    assert main(["corrections", "import", "corrections.jsonl", "--documents", "set"]) == 0
    assert "no document at all: set/a.pdf is not there; --documents DIR" in capsys.readouterr().err


@pytest.mark.usefixtures("workplace")
def test_an_import_of_something_else_fails(capsys: pytest.CaptureFixture[str]) -> None:
    Path("notes.jsonl").write_text("not JSON\n", encoding="utf-8")
    assert main(["corrections", "import", "notes.jsonl"]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("error: notes.jsonl: nothing in it can be used")


@pytest.mark.usefixtures("workplace")
def test_a_choice_that_there_is_not_is_told_without_names_of_exceptions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*COMPARE, "set", "--require", "sure"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: Invalid value for '--require': 'sure' is not one of 'safe', 'review'")
    assert main([*COMPARE, "set", "--field", "currency"]) == 2
    assert "--field goes with --require" in capsys.readouterr().err
