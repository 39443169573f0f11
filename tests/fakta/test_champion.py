"""A program that runs for long notices that its alias has moved, and keeps what works."""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
from pathlib import Path

import pytest
from tests.fakta.tiny_model import page_of, write_tiny_bundle

from fakta import Extractor
from fakta.champion import Current
from fakta.documents import Document
from fakta.errors import BundleError

DOCUMENT = Document("faktura.pdf", "0" * 64, (page_of(["Fakturanummer", "12,50"]),))


@pytest.fixture
def alias(tmp_path: Path) -> Path:
    """`champion`, which leads to the first of two bundles beside it."""
    for name in ("first", "second"):
        manifest = write_tiny_bundle(tmp_path / name) / "manifest.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"name": name}), encoding="utf-8")
    (tmp_path / "champion").symlink_to("first")
    return tmp_path / "champion"


def move(alias: Path, target: str) -> None:
    (alias.parent / "fresh").symlink_to(target)
    os.replace(alias.parent / "fresh", alias)


def test_a_moved_alias_is_noticed_at_the_next_document(alias: Path) -> None:
    current = Current(alias)
    assert current.extract(DOCUMENT).model == "fakta/first"
    same = current.extractor()
    assert current.extractor() is same
    move(alias, "second")
    assert current.extract(DOCUMENT).model == "fakta/second"
    move(alias, "first")
    assert current.extract(DOCUMENT).model == "fakta/first"


def test_a_pointer_file_is_followed(alias: Path) -> None:
    def point(target: str) -> None:
        fresh = alias.with_name("fresh")
        fresh.write_text(json.dumps({"format": "fakta-alias", "bundle": target}), encoding="utf-8")
        os.replace(fresh, alias)

    point("first")
    current = Current(alias)
    assert current.extract(DOCUMENT).model == "fakta/first"
    point("second")
    assert current.extract(DOCUMENT).model == "fakta/second"


def test_a_bundle_that_cannot_be_loaded_leaves_the_old_one_in_use(
    alias: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (alias.parent / "second" / "model.onnx").write_bytes(b"damaged")
    current = Current(alias)
    move(alias, "second")
    with caplog.at_level(logging.ERROR):
        assert current.extract(DOCUMENT).model == "fakta/first"
        assert current.extract(DOCUMENT).model == "fakta/first"
    [told] = caplog.messages  # once, and not for every document
    assert told.startswith(f"{alias}: cannot be loaded, fakta/first stays in use: second: model.onnx is damaged")
    shutil.rmtree(alias.parent / "second")
    write_tiny_bundle(alias.parent / "second")
    assert current.extract(DOCUMENT).model == "fakta/first"
    monkeypatch.setattr("fakta.champion.RETRY_S", 0.0)
    monkeypatch.setattr("fakta.champion.monotonic", lambda: 1e12)
    assert current.extract(DOCUMENT).model == "fakta/tiny"


def test_an_alias_that_is_gone_leaves_the_old_one_in_use(alias: Path) -> None:
    current = Current(alias)
    alias.unlink()
    assert current.extract(DOCUMENT).model == "fakta/first"
    with pytest.raises(BundleError, match="no such bundle"):
        Current(alias)


def test_the_files_of_the_bundle_in_use_are_not_needed(alias: Path) -> None:
    current = Current(alias)
    shutil.rmtree(alias.parent / "first")
    assert current.extract(DOCUMENT).model == "fakta/first"


def test_other_threads_go_on_with_the_old_bundle_meanwhile(alias: Path) -> None:
    loading, go_on = threading.Event(), threading.Event()

    def load(path: Path) -> Extractor:
        loaded = Extractor.load(path)
        if loaded.name == "fakta/second":
            loading.set()
            assert go_on.wait(20)
        return loaded

    current = Current(alias, load=load)
    move(alias, "second")
    thread = threading.Thread(target=current.extractor)
    thread.start()
    assert loading.wait(20)
    assert current.extract(DOCUMENT).model == "fakta/first"
    go_on.set()
    thread.join()
    assert current.extract(DOCUMENT).model == "fakta/second"
