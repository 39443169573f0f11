"""Memories from a store: built, brought up to date, kept in bundles, and emptied of what was erased."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.fakta.tiny_model import write_tiny_bundle
from tests.lab.pdf import pdf_with

from fakta.bundle import Bundle
from fakta.errors import MemoryFileError
from fakta.extract import bundled_memory
from fakta.memory import Memory
from fakta_lab.cli import main
from fakta_lab.corrections.erasure import erase, of_document, of_supplier
from fakta_lab.formats.memories import is_memory, read_memory, write_memory
from fakta_lab.memory import known_suppliers, update_memory
from fakta_lab.store import Store, lineage

SHEETS = {
    "a.pdf": ["Norra Exempel AB", "Talongnr 1001", "Kvarstår 100,00", "Bankgiro 5997-4105"],
    "b.pdf": ["Norra Exempel AB", "Talongnr 1002", "Kvarstår 200,00", "Bankgiro 5997-4105"],
    "c.pdf": ["Södra Provbolaget AB", "Nota 1003", "Fordran 300,00", "Bankgiro 5402-9681"],
    "d.pdf": ["Talongnr 1004"],
}


def event(document: str, number: str, total: str, name: str, bankgiro: str, tenant: str = "skola") -> dict[str, Any]:
    corrected = {"invoice_number": number, "amount_due": total, "supplier_name": name, "bankgiro": bankgiro}
    return {"document": document, "tenant": tenant, "corrected": corrected, "corrected_at": "2026-03-01T10:00:00Z"}


EVENTS = [
    event("a.pdf", "1001", "100.00", "Norra Exempel AB", "59974105"),
    event("b.pdf", "1002", "200.00", "Norra Exempel AB", "59974105"),
    event("c.pdf", "1003", "300.00", "Södra Provbolaget AB", "54029681", tenant="vatten"),
    {"document": "d.pdf", "tenant": "skola", "corrected": {"invoice_number": "1004"}},
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.open(tmp_path / "store", create=True)
    for each in EVENTS:
        opened.add_document(pdf_with(SHEETS[each["document"]]), name=each["document"], tenant=each["tenant"])
    opened.add_events(((each, f"line {i}") for i, each in enumerate(EVENTS, 1)), source="corrections.jsonl")
    return opened


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "elsewhere").mkdir()
    return tmp_path / "elsewhere" / "suppliers.json"


def sha256_of(store: Store, name: str) -> str:
    return next(sha256 for sha256, known in store.names().items() if name in [n for _, n in known])


def test_a_store_becomes_a_memory(store: Store, out: Path) -> None:
    report = update_memory(store, Memory(), out)
    assert (report.suppliers, report.documents, report.learned, report.nameless) == (2, 3, 3, 1)
    [first, second] = known_suppliers(Memory.load(out))
    assert (first.name, len(first.documents), first.fields["amount_due"].labels) == (
        "Norra Exempel AB",
        2,
        ("kvarstår",),
    )
    assert (second.name, second.identifiers) == (
        "Södra Provbolaget AB",
        ("bankgiro:54029681", "name:södraprovbolaget"),
    )
    with store.database.reading() as connection:
        assert lineage.memories(connection) == [str(out)]


def test_a_tenants_memory_holds_its_documents_only(store: Store, out: Path) -> None:
    update_memory(store, Memory(), out, tenant="vatten")
    assert list(Memory.load(out).documents) == [sha256_of(store, "c.pdf")]


def test_an_update_learns_only_what_is_new(store: Store, out: Path) -> None:
    update_memory(store, Memory(), out)
    assert update_memory(store, Memory.load(out), out).unchanged == 3
    again = event("a.pdf", "1001", "100.00", "Norra Exempel AB", "59974105") | {"corrected_at": "2026-04-01T10:00:00Z"}
    again["corrected"] = {**again["corrected"], "currency": "SEK"}
    store.add_events([(again, "")], source="later")
    report = update_memory(store, Memory.load(out), out)
    assert (report.learned, report.unchanged) == (1, 2)
    update_memory(store, fresh := Memory(), out)
    assert set(fresh.documents) == set(Memory.load(out).documents)


def test_nothing_of_an_erased_document_is_left_in_a_registered_memory(store: Store, out: Path) -> None:
    update_memory(store, Memory(), out)
    sha256 = sha256_of(store, "c.pdf")
    report = erase(store, of_document(store, "c.pdf"), scope="document", search=[])
    assert [(path, count) for path, count in report.memories] == [(out, 1)]
    text = out.read_text(encoding="utf-8").casefold()
    assert [mark for mark in (sha256, "södra", "54029681", "fordran", "nota") if mark in text] == []
    assert "kvarstår" in text
    erase(store, of_supplier(store, "Norra Exempel AB"), scope="supplier", search=[])
    assert Memory.load(out).to_text() == Memory().to_text()


def test_a_dry_run_says_so_and_leaves_the_memory_as_it_is(store: Store, out: Path) -> None:
    update_memory(store, Memory(), out)
    before = out.read_bytes()
    report = erase(store, of_document(store, "c.pdf"), scope="document", search=[], dry_run=True)
    assert report.to_dict()["memories"] == [{"path": str(out), "documents": 1}]
    assert out.read_bytes() == before


def test_a_bundles_memory_is_counted_once(store: Store, tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path / "models" / "tiny")
    update_memory(store, Memory(), bundle)
    found = of_document(store, "c.pdf")
    report = erase(store, found, scope="document", search=[tmp_path / "models"], dry_run=True)
    assert report.memories == [(bundle, 1)]


def test_copies_and_bundles_where_is_searched_are_reached(store: Store, out: Path, tmp_path: Path) -> None:
    update_memory(store, Memory(), out)
    models = tmp_path / "models"
    bundle = write_tiny_bundle(models / "tiny")
    write_memory(bundle, Memory.load(out))
    archive = Path(shutil.make_archive(str(models / "zipped"), "zip", bundle))
    copy = Path(shutil.copy(out, models / "copy.json"))
    (models / "other.json").write_text("{}", encoding="utf-8")
    report = erase(store, of_document(store, "c.pdf"), scope="document", search=[models])
    assert {path for path, _ in report.memories} == {out, bundle, archive, copy}
    for path in (bundle, archive):
        held = bundled_memory(Bundle.load(path))
        assert held is not None
        assert held.to_text() == read_memory(path).to_text() == Memory.load(copy).to_text()
        assert len(held.documents) == 2


def test_a_stopped_erasure_is_completed_by_the_next(store: Store, out: Path) -> None:
    update_memory(store, Memory(), out)
    before = out.read_bytes()
    erase(store, of_document(store, "c.pdf"), scope="document", search=[])
    out.write_bytes(before)  # as if it had been stopped before it came here
    erase(store, of_document(store, "d.pdf"), scope="document", search=[])
    assert len(Memory.load(out).documents) == 2


def test_an_update_forgets_what_was_erased(store: Store, out: Path) -> None:
    update_memory(store, Memory(), out)
    known = Memory.load(out)
    erase(store, of_document(store, "c.pdf"), scope="document", search=[])
    assert update_memory(store, known, out).forgotten == 1


def test_a_memory_that_is_gone_is_named(store: Store, out: Path) -> None:
    update_memory(store, Memory(), out)
    out.unlink()
    report = erase(store, of_document(store, "c.pdf"), scope="document", search=[])
    assert report.to_dict()["memories_not_found"] == [str(out)]


def test_what_is_no_memory_is_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text('{"format": "other"}', encoding="utf-8")
    assert not is_memory(file)
    assert not is_memory(tmp_path)
    assert not is_memory(tmp_path / "nothing.json")
    with pytest.raises(MemoryFileError, match="is not its format"):
        read_memory(file)


def run(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


def test_the_commands(store: Store, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = store.folder
    store.close()
    assert run("memory", "build", "--store", folder, "--out", out) == 0
    assert "2 suppliers from 3 documents written to" in capsys.readouterr().err
    assert run("memory", "update", out, "--store", folder) == 0
    assert "3 had nothing new" in capsys.readouterr().err
    assert run("memory", "show", out) == 0
    assert "Norra Exempel AB" in capsys.readouterr().out
    assert run("memory", "show", out, "--supplier", "5402-9681", "--format", "json") == 0
    [known] = json.loads(capsys.readouterr().out)
    assert known["name"] == "Södra Provbolaget AB"
    assert run("memory", "show", out, "--supplier", "Södra Provbolaget AB") == 0
    assert "fordran" in capsys.readouterr().out
    assert run("memory", "forget", out, "--supplier", "Norra Exempel AB") == 0
    assert "forgot 2 documents; 1 suppliers" in capsys.readouterr().err
    assert run("memory", "forget", out, "--document", known["documents"][0]) == 0
    assert capsys.readouterr().err
    assert run("memory", "forget", out, "--document", known["documents"][0]) == 2
    assert "knows no such document" in capsys.readouterr().err
    assert run("memory", "forget", out) == 2
    assert run("memory", "show", out) == 0
    assert "the memory is empty" in capsys.readouterr().err


def test_a_benchmark_set_teaches_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from fakta_lab.synth.write import write_set

    folder = write_set(tmp_path / "set", count=4, seed=5, profile="demo", suppliers=2)
    out = tmp_path / "memory.json"
    assert run("memory", "build", "--from-benchmark", folder, "--out", out) == 0
    assert len(Memory.load(out)) == 2
    assert run("memory", "build", "--from-benchmark", folder, "--role", "correct", "--out", out) == 2
    assert "no documents with role 'correct'" in capsys.readouterr().err
    document = folder / "documents" / "00001.pdf"
    assert run("extract", document, "--memory", out, "--format", "json") == 0
    [extraction] = json.loads(capsys.readouterr().out)
    assert any("earlier invoice" in reason for f in extraction["fields"].values() for reason in f["reasons"])
    assert run("extract", document, "--memory", tmp_path / "nothing.json") == 2
    assert "the memory cannot be read" in capsys.readouterr().err
