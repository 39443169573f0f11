"""Importing and exporting as a whole: nothing is doubled, nothing is half done, and formats hold what they promise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.lab.corrections.importers import NOW, OTHER_PDF, PDF, events_in, exported, imported, write_lines

from fakta.errors import DatasetError, InputError
from fakta.schema import invoice_schema
from fakta_lab.corrections.erasure import erase, of_document
from fakta_lab.corrections.exporting import ExportKind, export_corrections
from fakta_lab.corrections.importing import import_corrections
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.base import Item, Source
from fakta_lab.corrections.sources.choose import open_source
from fakta_lab.corrections.stats import correction_stats
from fakta_lab.store import Store
from fakta_lab.store.store import BATCH

EVENTS: list[dict[str, Any]] = [
    {
        "document": "2026/a.pdf",
        "extracted": {"invoice_number": "17", "amount_due": 12450.5, "due_date": None, "iban": "X", "odd": [1, "å"]},
        "corrected": {"amount_due": "12 451,50 kr", "iban": None, "supplier_name": " Å;\"B\"\nAB ", "bic": ""},
        "confirmed": ["invoice_number", "due_date", "plusgiro"],
        "extractor": "gpt-4o-2024-08-06",
        "corrected_at": "2026-03-01T10:00:00+01:00",
        "corrected_by": "anna",
        "tenant": "t",
        "supplier": "s",
        "selection": "audit",
        "id": "e-1",
    },
    {"document": "2026/a.pdf", "tenant": "t", "corrected": {"document_type": "credit_note"}, "session_id": 4},
    {"document": "b.pdf", "confirmed": [], "corrected_by": "erik"},
    {"document": "missing.pdf", "corrected": {"line_items": [{"quantity": "1"}], "bic": None}},
]  # fmt: skip


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "documents" / "2026").mkdir(parents=True)
    (tmp_path / "documents" / "2026" / "a.pdf").write_bytes(PDF)
    (tmp_path / "documents" / "b.pdf").write_bytes(OTHER_PDF)
    return write_lines(tmp_path / "corrections.jsonl", *EVENTS)


@pytest.fixture
def store(source: Path, tmp_path: Path) -> Path:
    report = imported(source, tmp_path / "store", documents=tmp_path / "documents")
    assert (report.events_new, report.documents_new, report.missing) == (4, 2, ["missing.pdf"])
    return tmp_path / "store"


def test_importing_twice_changes_nothing(source: Path, store: Path, tmp_path: Path) -> None:
    once = exported(store, tmp_path / "once.jsonl").read_bytes()
    report = imported(source, store, documents=tmp_path / "documents")
    assert (report.events_new, report.events_known) == (0, 4)
    assert (report.documents_new, report.documents_known, report.n_missing) == (0, 2, 1)
    assert exported(store, tmp_path / "twice.jsonl").read_bytes() == once


def test_another_content_under_the_same_id_is_a_new_version(store: Path, tmp_path: Path) -> None:
    changed = {**EVENTS[0], "corrected": {"iban": None}}
    report = imported(write_lines(tmp_path / "later.jsonl", changed), store)
    assert (report.events_new, report.documents_known, report.missing) == (1, 1, [])
    assert [event["corrected"] for event in events_in(store) if event.get("id") == "e-1"] == [{"iban": None}]


def test_other_bytes_under_a_known_name_are_refused(store: Path, tmp_path: Path) -> None:
    (tmp_path / "documents" / "b.pdf").write_bytes(PDF)
    report = imported(write_lines(tmp_path / "c.jsonl", EVENTS[2]), store, documents=tmp_path / "documents")
    [problem] = report.problems
    assert "b.pdf: other bytes were stored under that name before" in problem.message
    assert (report.documents_known, report.missing) == (1, [])


def test_a_dry_run_says_the_same_and_writes_nothing(source: Path, tmp_path: Path) -> None:
    opened = open_source(str(source), mapping=ImportMapping(), schema=invoice_schema())
    report = import_corrections(opened, None, documents=tmp_path / "documents", dry_run=True, now=NOW)
    real = imported(source, tmp_path / "store", documents=tmp_path / "documents")
    assert {**report.to_dict(), "dry_run": False} == real.to_dict()
    more = write_lines(tmp_path / "more.jsonl", *EVENTS, {"document": "c.pdf", "corrected": {}}, EVENTS[1])
    before = exported(tmp_path / "store", tmp_path / "before.jsonl").read_bytes()
    tried = imported(more, tmp_path / "store", dry_run=True)
    assert (tried.events_new, tried.events_known) == (1, 5)
    assert exported(tmp_path / "store", tmp_path / "after.jsonl").read_bytes() == before


@pytest.mark.parametrize("kind", get_args(ExportKind))
def test_an_export_imported_elsewhere_exports_the_same(kind: ExportKind, store: Path, tmp_path: Path) -> None:
    out = {"jsonl": "e.jsonl", "csv": "e.csv", "labelstudio": "e.json"}.get(kind, kind)
    first = exported(store, tmp_path / "first" / out, kind) if kind in ("folder", "donut") else None
    if first is None:
        (tmp_path / "first").mkdir()
        first = exported(store, tmp_path / "first" / out, kind)
    report = imported(first, tmp_path / "other")
    assert report.problems == []
    (tmp_path / "second").mkdir()
    second = exported(tmp_path / "other", tmp_path / "second" / out, kind)
    assert contents(first) == contents(second)


def contents(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


@pytest.mark.parametrize("kind", ["jsonl", "csv", "labelstudio", "folder"])
def test_labels_survive_an_export(kind: ExportKind, store: Path, tmp_path: Path) -> None:
    out = exported(store, tmp_path / {"jsonl": "e.jsonl", "csv": "e.csv", "labelstudio": "e.json"}.get(kind, "e"), kind)
    imported(out, tmp_path / "other")

    def labels(folder: Path) -> list[tuple[str, Any, str]]:
        with Store.open(folder) as opened:
            events = [event.correction for event in opened.events()]
        return [
            (e.document, dict(e.labels), e.corrected_by)
            for e in events
            if kind != "folder" or e.document != "missing.pdf"
        ]

    assert labels(tmp_path / "other") == labels(store)


def test_jsonl_and_folder_keep_what_is_not_the_contracts(store: Path, tmp_path: Path) -> None:
    def by_text(events: list[dict[str, Any]]) -> list[str]:
        return sorted(json.dumps(event, sort_keys=True) for event in events)

    lines = exported(store, tmp_path / "e.jsonl").read_text(encoding="utf-8").split("\n")
    assert by_text([json.loads(line) for line in lines if line]) == by_text(EVENTS)
    imported(exported(store, tmp_path / "folder", "folder"), tmp_path / "other")
    assert by_text(events_in(tmp_path / "other")) == by_text(EVENTS[:3])


def test_names_that_are_no_safe_paths_do_not_become_paths(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.pdf").write_bytes(PDF)
    name = str(tmp_path / "documents" / "a.pdf")
    event = {"document": name, "corrected": {"iban": None}}
    imported(write_lines(tmp_path / "c.jsonl", event), tmp_path / "store", documents=tmp_path / "documents")
    out = exported(tmp_path / "store", tmp_path / "out", "folder")
    assert sorted(len(path.stem) for path in out.iterdir()) == [64, 64]
    assert imported(out, tmp_path / "other").documents_new == 1
    assert events_in(tmp_path / "other") == [event]


def test_an_export_does_not_overwrite_a_folder_and_names_a_missing_one(store: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_bytes(b"")
    with pytest.raises(InputError, match="already exists; name a new folder"):
        exported(store, tmp_path / "full", "donut")
    with pytest.raises(InputError, match="does not exist; make it first"):
        exported(store, tmp_path / "none" / "e.csv", "csv")
    with pytest.raises(InputError, match="is a folder; jsonl is one file"):
        exported(store, tmp_path / "full")


def test_a_mask_sees_every_event_on_its_way_out(store: Path, tmp_path: Path) -> None:
    with Store.open(store) as opened:
        export_corrections(opened, tmp_path / "e.csv", kind="csv", mask=lambda event: {**event, "corrected_by": "***"})
    text = (tmp_path / "e.csv").read_text(encoding="utf-8")
    assert "anna" not in text
    assert "***" in text


class Interrupted(Source):
    """More than a batch of events, and then somebody presses Ctrl-C."""

    def read(self) -> Iterator[Item]:
        for number in range(BATCH + 10):
            yield number, {"document": f"{number}.pdf", "corrected": {"iban": None}}
        raise KeyboardInterrupt


def test_an_interrupted_import_leaves_whole_batches(tmp_path: Path) -> None:
    with Store.open(tmp_path / "store", create=True) as opened, pytest.raises(KeyboardInterrupt):
        import_corrections(Interrupted("typed"), opened, now=NOW)
    assert len(events_in(tmp_path / "store")) == BATCH


def test_what_was_erased_does_not_come_back_with_an_import(source: Path, store: Path, tmp_path: Path) -> None:
    with Store.open(store) as opened:
        erase(opened, of_document(opened, "2026/a.pdf"), scope="document", search=[])
    for dry_run in (True, False):
        report = imported(source, store, documents=tmp_path / "documents", dry_run=dry_run)
        assert (report.events_new, report.events_known, report.events_erased) == (0, 2, 2)
    assert {event["document"] for event in events_in(store)} == {"b.pdf", "missing.pdf"}


def test_a_folder_of_documents_that_is_not_there(source: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"--documents .*none: no such folder"):
        imported(source, tmp_path / "store", documents=tmp_path / "none")


def test_stats_count_what_was_looked_at(store: Path) -> None:
    with Store.open(store) as opened:
        stats = correction_stats(opened.events())
    assert (stats.events, stats.documents, stats.missing) == (4, 3, 1)
    assert (stats.first, stats.last) == ("2026-03-01T10:00:00+01:00", "2026-03-01T10:00:00+01:00")
    assert stats.fields["bic"].to_dict() == {"corrected": 2, "confirmed": 0, "untouched": 0, "error_rate": 1.0}
    assert stats.fields["odd"].to_dict() == {"corrected": 0, "confirmed": 0, "untouched": 1, "error_rate": None}
    # Four of seven: amount_due, iban, supplier_name, bic; against invoice_number, due_date, plusgiro.
    assert stats.extractors["gpt-4o-2024-08-06"].error_rate == pytest.approx(4 / 7)
    assert dict(stats.users) == {"anna": 1, "erik": 1, "": 2}
    assert next(iter(stats.fields)) == "bic"
