"""`fakta report` from end to end: files in, page and figures out, and one line for what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.analytics.ten import event, extraction, write

from fakta_lab.analytics.page.words import Words
from fakta_lab.cli import main

COSTS = Path(__file__).resolve().parents[3] / "configs" / "costs.yaml"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write(tmp_path / "log.jsonl", [extraction(i) for i in range(10)])


@pytest.fixture
def corrections(tmp_path: Path) -> Path:
    return write(tmp_path / "corrections.jsonl", [event(i) for i in range(10)])


def test_a_page_and_the_same_figures(
    log: Path, corrections: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report.html"
    command = ["report", str(log), "--corrections", str(corrections), "--costs", str(COSTS), "--out", str(out)]
    assert main([*command, "--language", "sv"]) == 0
    printed = capsys.readouterr()
    assert printed.err == f"report: {out}\n"
    assert printed.out.splitlines()[0] == "70,0\u00a0% av fakturorna gick helt automatiskt"
    assert "70,0\u00a0%" in out.read_text(encoding="utf-8")

    assert main([*command, "--format", "json", "--period", "month", "--anonymous"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["automation"]["passed"] == 7
    assert figures["periods"] == ["2026-08"]
    assert figures["suppliers"]["shown"][0]["supplier"] is None


def test_a_store_says_what_a_file_says(
    log: Path, corrections: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "store"
    assert main(["corrections", "import", str(corrections), "--store", str(store)]) == 0
    capsys.readouterr()
    found = []
    for source in (store, corrections):
        assert main(["report", str(log), "--corrections", str(source), "--format", "json"]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0] == found[1]
    assert found[0]["accuracy"]["audited"]["accepted"]["right"] == 20


def test_lines_that_cannot_be_read_are_told_and_counted(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(extraction(10, extracted_at="yesterday")) + '\n{"document": "torn')
    assert main(["report", str(log), "--format", "json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["log"]["unreadable_lines"] == 2
    assert printed.err.splitlines()[0] == f"error: {log}: line 11: extracted_at: expected an ISO 8601 time or null"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl: no such file"),
        (["LOG", "--since", "yesterday"], "--since yesterday: expected an ISO 8601"),
        (["LOG", "--corrections", "nowhere.jsonl"], "nowhere.jsonl: no such file"),
        (["LOG", "--costs", "nowhere.yaml"], "nowhere.yaml: no such configuration file"),
        (["LOG", "--out", "nowhere/report.html"], "nowhere/report.html: the folder nowhere does not exist"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_code_2(
    arguments: list[str], says: str, log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *(str(log) if argument == "LOG" else argument for argument in arguments)]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ")
    assert says in printed.err
    assert len(printed.err.splitlines()) == 1


def test_what_a_figure_rests_on_is_a_sentence_of_its_own(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(log)]) == 0
    assert "- How right it is: not known. No invoice" in capsys.readouterr().out


def test_thousands_are_apart_as_the_language_has_it() -> None:
    assert Words("en").number(6215) == "6,215"
    assert Words("sv").number(-6215.5, 1) == "−6\u00a0215,5"
