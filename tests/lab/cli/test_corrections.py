"""`fakta corrections import | export | list | stats`: what is printed where, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.corrections.importers import PDF, write_lines

from fakta_lab.cli import main
from fakta_lab.store import Store


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two events, one of them with a value that cannot be used, and a line that is none."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.pdf").write_bytes(PDF)
    return write_lines(
        tmp_path / "corrections.jsonl",
        {
            "document": "a.pdf",
            "tenant": "t",
            "extracted": {"amount_due": "1.00", "bic": None},
            "corrected": {"amount_due": "2.00", "due_date": "2026-02-30"},
            "confirmed": ["bic"],
            "corrected_by": "anna",
        },
        {"document": "b.pdf", "corrected": {"iban": None}},
        "{",
    )


@pytest.fixture
def store(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "store"
    arguments = ["--store", str(folder), "--documents", str(tmp_path / "documents")]
    assert main(["corrections", "import", str(source), *arguments]) == 0
    capsys.readouterr()
    return folder


@pytest.mark.parametrize("format", ["table", "json"])
def test_an_import_reports_on_stdout_and_says_on_stderr_what_it_could_not_use(
    format: str, source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "store"
    arguments = ["--store", str(folder), "--documents", str(tmp_path / "documents"), "--format", format]
    assert main(["corrections", "import", str(source), *arguments]) == 0
    printed = capsys.readouterr()
    assert printed.err.splitlines() == [
        "not used: line 1: corrected.due_date: '2026-02-30' is no date: "
        "expected a day that exists, 1990-2079, such as 2026-04-15",
        "not used: line 3: not valid JSON (Expecting property name enclosed in double quotes at column 2)",
        "no document: b.pdf",
        f"imported into {folder}",
    ]
    if format == "json":
        report = json.loads(printed.out)
        assert report["events"] == {"new": 2, "known": 0, "erased": 0, "refused": 1}
        assert report["documents"] == {"new": 1, "known": 0, "missing": 1}
        assert report["fields"]["due_date"] == {"corrected": 0, "confirmed": 0, "refused": 1}
        assert [(one["place"], one["field"]) for one in report["problems"]] == [(1, "corrected.due_date"), (3, None)]
    else:
        assert "amount_due" in printed.out


def test_strict_ends_with_1_and_imports_all_the_same(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "store"
    assert main(["corrections", "import", str(source), "--store", str(folder), "--strict"]) == 1
    assert f"error: {source}: 2 problems, and --strict allows none" in capsys.readouterr().err
    assert main(["corrections", "list", "--store", str(folder), "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_a_dry_run_makes_no_store(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "store"
    assert main(["corrections", "import", str(source), "--store", str(folder), "--dry-run", "--format", "json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["events"]["new"] == 2
    assert f"dry run: nothing written to {folder}" in printed.err
    assert not folder.exists()


def test_a_source_that_is_not_there_makes_no_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "store"
    assert main(["corrections", "import", str(tmp_path / "none.csv"), "--store", str(folder)]) == 2
    assert capsys.readouterr().err.splitlines() == [f"error: {tmp_path / 'none.csv'}: no such file or folder"]
    assert not folder.exists()


def test_what_was_imported_is_listed(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrections", "list", "--store", str(store)]) == 0
    out = capsys.readouterr().out
    assert "missing" in out
    assert "2 documents, 1 of them missing from the store" in out
    for options, names in {
        ("--tenant", "t"): ["a.pdf"],
        ("--document", "b."): ["b.pdf"],
        ("--missing",): ["b.pdf"],
        (): ["b.pdf", "a.pdf"],
    }.items():
        assert main(["corrections", "list", "--store", str(store), "--format", "json", *options]) == 0
        assert [one["document"] for one in json.loads(capsys.readouterr().out)] == names


def test_stats_are_printed(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrections", "stats", "--store", str(store)]) == 0
    assert "2 events about 2 documents (1 missing from the store)" in capsys.readouterr().out
    assert main(["corrections", "stats", "--store", str(store), "--format", "json"]) == 0
    stats = json.loads(capsys.readouterr().out)
    assert stats["fields"]["bic"] == {"corrected": 0, "confirmed": 1, "untouched": 0, "error_rate": 0.0}
    assert stats["users"] == {"anna": 1, "": 1}


@pytest.mark.parametrize("to", ["jsonl", "csv", "labelstudio", "folder", "donut"])
def test_every_export_is_written(to: str, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "export"
    assert main(["corrections", "export", "--store", str(store), "--to", to, "--out", str(out)]) == 0
    assert out.exists()
    lines = capsys.readouterr().err.splitlines()
    assert f"written to {out}" in lines[-1]
    left_out = ["left out: b.pdf: the store does not have the document"] if to in ("folder", "donut") else []
    assert lines[:-1] == left_out


def test_a_store_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["list"], ["stats"], ["export", "--out", str(tmp_path / "x")]):
        assert main(["corrections", *command, "--store", str(tmp_path / "none")]) == 2
        [line] = capsys.readouterr().err.splitlines()
        assert "no store here" in line


def test_stats_tell_the_rates_of_all_documents_where_some_were_drawn_at_random(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {"extracted": {"invoice_number": "1"}, "corrected": {"invoice_number": "2"}}
    right = {"extracted": {"invoice_number": "1"}, "confirmed": ["invoice_number"]}
    events = [{"document": f"{i}.pdf", **wrong, "selection": "sample"} for i in range(10)]
    events += [{"document": f"a{i}.pdf", **(wrong if i == 0 else right), "selection": "audit"} for i in range(10)]
    command = ["corrections", "stats", "--store", str(tmp_path / "store")]
    with Store.open(tmp_path / "store", create=True) as store:
        store.add_events(((event, "") for event in events[:10]), source="a")
        assert main([*command, "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["selection"] is None
        assert main(command) == 0
        assert "nobody knows the rates of all documents" in capsys.readouterr().err
        store.add_events(((event, "") for event in events[10:]), source="a")
    assert main([*command, "--format", "json"]) == 0
    overall = json.loads(capsys.readouterr().out)["selection"]["fields"][0]
    assert (overall["audit"], overall["naive"]) == (0.1, 0.55)
    assert main(command) == 0
    out = capsys.readouterr().out
    assert "by the 10 that were drawn at random (20 were looked at)" in out
    assert "10.0%" in out
