"""Erasure: what goes, what stays, what is named, and that nothing of it is left in the files."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.lab.pdf import pdf_with

from fakta.errors import DatasetError, InputError
from fakta_lab.cli import main
from fakta_lab.corrections.erasure import erase, of_document, of_person, of_supplier, of_tenant, overdue
from fakta_lab.formats.retraining import artifact_at
from fakta_lab.labels import labelled_documents
from fakta_lab.store import Store, erasing
from fakta_lab.store.lineage import record_dataset
from fakta_lab.store.settings import RetentionRule

PERSON = "Maja Exempelsson"
NUMBER = "860422-1234"

SHEETS = {
    "a.pdf": ["Faktura 1001", "Norra Exempel AB", f"Er referens {PERSON}", "Att betala 100,00"],
    "b.pdf": ["Faktura 1002", "Norra Exempel AB", "Er referens inköp", "Att betala 200,00"],
    "c.pdf": ["Faktura 1003", "Södra Provbolaget", f"Org.nr {NUMBER}", "Att betala 300,00"],
    "d.pdf": ["Faktura 1004", "Södra Provbolaget", "Att betala 400,00"],
}
EVENTS: list[dict[str, Any]] = [
    {
        "document": "a.pdf",
        "corrected": {"invoice_number": "1001", "supplier_name": "Norra Exempel AB"},
        "tenant": "skola",
        "corrected_by": "anna",
    },
    {"document": "a.pdf", "confirmed": [], "corrected": {"amount_due": "100,00"}, "tenant": "skola"},
    {
        "document": "b.pdf",
        "corrected": {"supplier_name": "norra  exempel AB", "invoice_date": "2020-03-01"},
        "tenant": "skola",
        "corrected_by": "erik",
        "corrected_at": "2026-03-01T10:00:00Z",
    },
    {"document": "c.pdf", "corrected": {"invoice_number": "1003"}, "supplier": "S-7", "tenant": "vatten"},
    {"document": "d.pdf", "corrected": {"invoice_number": "1004"}, "supplier": "S-7", "tenant": "vatten"},
    {"document": "never-stored.pdf", "corrected": {"buyer_reference": PERSON}, "tenant": "vatten"},
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.open(tmp_path / "data" / "store", create=True)
    for event in EVENTS:
        name = event["document"]
        if name in SHEETS:
            opened.add_document(pdf_with(SHEETS[name]), name=name, tenant=event["tenant"])
    opened.add_events(((event, f"line {i}") for i, event in enumerate(EVENTS, 1)), source="corrections.jsonl")
    return opened


def names_left(store: Store) -> list[str]:
    return sorted(event.correction.document for event in store.events())


def sha256_of(store: Store, name: str) -> str:
    return next(sha256 for sha256, known in store.names().items() if name in [n for _, n in known])


def test_a_document_goes_with_every_event_about_it(store: Store) -> None:
    report = erase(store, of_document(store, "a.pdf"), scope="document", search=[])
    assert (report.documents, report.events) == (1, 2)
    assert names_left(store) == ["b.pdf", "c.pdf", "d.pdf", "never-stored.pdf"]
    assert len(list(store.vault)) == 3


def test_a_supplier_goes_by_name_or_key(store: Store) -> None:
    erase(store, of_supplier(store, "NORRA EXEMPEL AB"), scope="supplier", search=[])
    assert names_left(store) == ["c.pdf", "d.pdf", "never-stored.pdf"]
    erase(store, of_supplier(store, "S-7"), scope="supplier", search=[])
    assert names_left(store) == ["never-stored.pdf"]


@pytest.mark.parametrize(
    ("person", "left"),
    [
        # Named on the page of one document, and in a value of another that the store has no file of.
        ("maja exempelsson", ["b.pdf", "c.pdf", "d.pdf"]),
        ("19860422-1234", ["a.pdf", "a.pdf", "b.pdf", "d.pdf", "never-stored.pdf"]),
        ("8604221234", ["a.pdf", "a.pdf", "b.pdf", "d.pdf", "never-stored.pdf"]),
        ("Maja", ["b.pdf", "c.pdf", "d.pdf"]),
        ("aja", ["a.pdf", "a.pdf", "b.pdf", "c.pdf", "d.pdf", "never-stored.pdf"]),
    ],
)
def test_a_person_is_found_in_values_and_on_pages(store: Store, person: str, left: list[str]) -> None:
    erase(store, of_person(store, person), scope="person", search=[])
    assert names_left(store) == left


def test_a_document_that_cannot_be_read_is_reported(store: Store) -> None:
    sha256 = store.add_document(b"%PDF-1.7 broken", name="e.pdf")
    covered = of_person(store, PERSON)
    [(unread, reason)] = covered.unread
    assert unread == sha256
    assert reason


def test_a_tenant_goes_and_what_it_shares_with_another_stays(store: Store) -> None:
    shared = store.add_document(pdf_with(SHEETS["d.pdf"]), name="kopia.pdf", tenant="skola")
    report = erase(store, of_tenant(store, "vatten"), scope="tenant", search=[])
    assert (report.documents, report.events) == (1, 3)
    assert shared in store.vault
    assert store.names()[shared] == [("skola", "kopia.pdf")]
    assert names_left(store) == ["a.pdf", "a.pdf", "b.pdf"]


def test_nothing_is_left_in_the_files(store: Store) -> None:
    marks = [PERSON, "1001", "a.pdf", sha256_of(store, "a.pdf")]
    erase(store, of_person(store, PERSON), scope="person", search=[])
    store.close()
    content = b"".join(path.read_bytes() for path in sorted(store.folder.rglob("*")) if path.is_file())
    assert b"b.pdf" in content
    assert [mark for mark in marks if mark.encode() in content] == []


def test_the_log_holds_numbers_only(store: Store) -> None:
    erase(store, of_person(store, PERSON), scope="person", search=[])
    with store.engine.connect() as connection:
        [entry] = erasing.log(connection)
    assert (entry.scope, entry.documents, entry.events, entry.datasets) == ("person", 1, 3, ())


def test_what_was_erased_does_not_come_back(store: Store) -> None:
    erase(store, of_document(store, "a.pdf"), scope="document", search=[])
    added = store.add_events([(event, "") for event in EVENTS], source="again")
    assert (added.new, added.known, added.erased) == (0, 4, 2)
    with pytest.raises(DatasetError, match=r"^other\.pdf: was erased from this store and does not come back$"):
        store.add_document(pdf_with(SHEETS["a.pdf"]), name="other.pdf", tenant="skola")
    # The same name of another tenant is another document.
    store.add_document(b"new", name="a.pdf", tenant="vatten")


def _artifact(folder: Path, file: str, content: dict[str, Any]) -> Path:
    folder.mkdir(parents=True)
    (folder / file).write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_everything_that_saw_an_erased_document_is_named_and_marked(store: Store, tmp_path: Path) -> None:
    first, second, third = "1" * 64, "2" * 64, "3" * 64
    with store.engine.begin() as connection:
        for sha256, held in ((first, ["a.pdf", "b.pdf"]), (second, ["b.pdf"]), (third, ["a.pdf"])):
            record_dataset(connection, sha256=sha256, name="d", documents=[sha256_of(store, name) for name in held])
    work = tmp_path / "work"
    dataset = _artifact(work / "data" / "first", "dataset.json", {"sha256": first, "lineage": {}})
    other = _artifact(work / "data" / "second", "dataset.json", {"sha256": second, "lineage": {}})
    run = _artifact(work / "runs" / "1", "run.json", {"lineage": {"datasets": [second, first]}})
    clean = _artifact(work / "runs" / "2", "run.json", {"lineage": {"datasets": [second]}})
    bundle = _artifact(work / "bundle", "manifest.json", {"lineage": {"datasets": [first, third]}, "files": {}})
    shutil.make_archive(str(work / "packed"), "zip", bundle)
    _artifact(work / "page", "manifest.json", {"name": "a web page's"})

    dry = erase(store, of_document(store, "a.pdf"), scope="document", search=[work], dry_run=True)
    expected = {
        ("dataset", dataset, 1),
        ("run", run, 1),
        ("bundle", bundle, 2),
        ("bundle", work / "packed.zip", 2),
    }
    assert {(a.kind, a.path, a.erased) for a in dry.artifacts} == expected
    assert not any((artifact_at(a.path) or a).erased for a in dry.artifacts)
    assert len(list(store.vault)) == 4

    report = erase(store, of_document(store, "a.pdf"), scope="document", search=[work])
    assert {(a.kind, a.path, a.erased) for a in report.artifacts} == expected
    assert report.missing == [third]
    assert {p: (artifact_at(p) or a).erased for a in report.artifacts for p in [a.path]} == {
        path: n for _, path, n in expected
    }
    for untouched in (other, clean):
        found = artifact_at(untouched)
        assert found is not None
        assert found.erased == 0
    with zipfile.ZipFile(work / "packed.zip") as archive:
        assert json.loads(archive.read("manifest.json"))["retrain"]["documents"] == 2

    # Stopped before the marks were set: the next run sets them, whatever it erases.
    late = _artifact(work / "late", "dataset.json", {"sha256": first, "lineage": {}})
    erase(store, of_document(store, "no such document"), scope="document", search=[work])
    found = artifact_at(late)
    assert found is not None
    assert found.erased == 1


def test_files_that_a_stopped_erasure_left_are_removed_by_the_next(store: Store) -> None:
    covered = of_document(store, "a.pdf")
    with store.engine.begin() as connection:
        erasing.erase(
            connection,
            scope="document",
            documents=covered.documents,
            names=covered.names,
            events=covered.events,
        )
    assert len(list(store.vault)) == 4
    erase(store, of_document(store, "no such document"), scope="document", search=[])
    assert len(list(store.vault)) == 3


def test_a_user_becomes_a_pseudonym_and_stays_one(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrections", "erase", "--user", "anna", "--store", str(store.folder), "--yes"]) == 0
    assert "1 events" in capsys.readouterr().err
    users = {event.correction.corrected_by for event in store.events()}
    assert "anna" not in users
    assert any(user.startswith("user-") for user in users)
    added = store.add_events([(event, "") for event in EVENTS], source="again")
    assert (added.new, added.known) == (0, len(EVENTS))


@pytest.mark.parametrize(
    ("rule", "today", "due"),
    [
        # 2020 ended on 31 December; seven years later is 31 December 2027, a day that still counts.
        (RetentionRule(years=7), date(2027, 12, 31), []),
        (RetentionRule(years=7), date(2028, 1, 1), ["b.pdf"]),
        (RetentionRule(months=1, counted_from="corrected_at"), date(2026, 4, 1), []),
        (RetentionRule(months=1, counted_from="corrected_at"), date(2026, 4, 2), ["b.pdf"]),
        (RetentionRule(tenant="vat*", months=1), date(2099, 1, 1), []),
    ],
)
def test_retention_counts_as_the_rule_says(store: Store, rule: RetentionRule, today: date, due: list[str]) -> None:
    events = list(store.events())
    found, undated = overdue(labelled_documents(events), events, rules=[rule], today=today)
    assert [document.name for document in found] == due
    assert undated == (3 if rule.tenant == "vat*" else 4)


def test_the_last_rule_that_fits_counts(store: Store) -> None:
    events = list(store.events())
    rules = [RetentionRule(years=1), RetentionRule(tenant="skola", years=50)]
    found, _ = overdue(labelled_documents(events), events, rules=rules, today=datetime.now(UTC).date())
    assert found == []


def test_retention_from_the_command_line(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(store.folder)
    assert main(["corrections", "retention", "--store", folder]) == 2
    assert "store.yaml: no retention rules" in capsys.readouterr().err
    (store.folder / "store.yaml").write_text("retention: [{months: 1, counted_from: year_end}]\n", encoding="utf-8")
    search = ["--search", folder]
    assert main(["corrections", "retention", "--store", folder, "--dry-run", *search]) == 0
    assert "1 documents and 1 events would be erased" in capsys.readouterr().err
    assert main(["corrections", "retention", "--store", folder, "--yes", "--format", "json", *search]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] == 1
    assert main(["corrections", "erasures", "--store", folder, "--format", "json"]) == 0
    [entry] = json.loads(capsys.readouterr().out)
    assert (entry["scope"], entry["documents"]) == ("retention", 1)


def test_bad_requests_are_told_in_a_line(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(store.folder)
    assert main(["corrections", "erase", "--store", folder]) == 2
    assert "say what to erase" in capsys.readouterr().err
    assert main(["corrections", "erase", "--store", str(tmp_path / "none"), "--tenant", "x"]) == 2
    assert "no store here" in capsys.readouterr().err
    with pytest.raises(InputError, match="no such folder"):
        erase(store, of_tenant(store, "skola"), scope="tenant", search=[tmp_path / "none"])
    assert len(list(store.vault)) == 4
