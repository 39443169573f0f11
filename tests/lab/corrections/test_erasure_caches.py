"""Results that a cache keeps go with the documents that they are of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.pdf import pdf_with

from fakta import Extractor, ResultCache
from fakta_lab.cli import main
from fakta_lab.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with two documents, and a cache with a result of each and of one that the store does not have."""
    folder = tmp_path / "data" / "store"
    extractor = Extractor(None, cache=tmp_path / "below" / "results.cache")
    (tmp_path / "below").mkdir()
    extractor.extract(pdf_with(["Faktura 1003", "Att betala 300,00"]))
    with Store.open(folder, create=True) as opened:
        for name, number in (("a.pdf", 1001), ("b.pdf", 1002)):
            data = pdf_with([f"Faktura {number}", "Norra Exempel AB", "Att betala 100,00"])
            opened.add_document(data, name=name, tenant="skola")
            extractor.extract(data)
        events = [
            {"document": name, "corrected": {"amount_due": "100,00"}, "tenant": "skola"} for name in ("a.pdf", "b.pdf")
        ]
        opened.add_events(((event, name) for event, name in zip(events, "ab", strict=True)), source="corrections.jsonl")
    assert extractor.cache is not None
    extractor.cache.close()
    return folder


def erase(store: Path, folder: Path, *options: str) -> int:
    options = ("--store", str(store), "--search", str(folder), *options)
    return main(["corrections", "erase", "--document", "a.pdf", "--yes", *options])


def test_results_of_erased_documents_go(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "below" / "results.cache"
    (tmp_path / "link").symlink_to(path)
    assert erase(store, tmp_path, "--dry-run") == 0
    assert f"results of 1 documents would be erased in the cache {path}" in capsys.readouterr().err
    cache = ResultCache(path)
    before = cache.documents()
    assert len(before) == 3
    assert erase(store, tmp_path, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["caches"] == [{"path": str(path), "documents": 1}]
    (gone,) = before - cache.documents()
    assert gone.encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert erase(store, tmp_path) == 0
    assert "in the cache" not in capsys.readouterr().err


def test_a_cache_that_cannot_be_emptied_is_named(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "below" / "results.cache"
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * (len(data) - 100))
    assert erase(store, tmp_path) == 0
    assert f"not erased: {path}: the result cache is damaged: remove it" in capsys.readouterr().err
