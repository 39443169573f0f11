"""What a pool holds: files that the store's events do not speak of yet."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from fakta.errors import InputError
from fakta_lab.review.sampling import find_pool
from fakta_lab.store import Store


def test_events_without_their_documents_are_known_by_name_or_sha256(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.pdf", "b.pdf", "c.pdf")]
    for file in files:
        file.write_bytes(file.name.encode())
    named = hashlib.sha256(b"b.pdf").hexdigest()
    with Store.open(tmp_path / "store", create=True) as store:
        labels = {"corrected": {"invoice_number": "17"}}
        events = [({"document": str(files[0]), **labels}, "line 1"), ({"document": named, **labels}, "line 2")]
        store.add_events(events, source="test")
        pool = find_pool([str(file) for file in files], store)
    assert [document.name for document in pool.documents] == [str(files[2])]
    assert (pool.left_out, pool.corrected, pool.unread) == (2, {}, {})


def test_a_copy_of_a_corrected_file_is_left_out_too(tmp_path: Path) -> None:
    for name in ("a.pdf", "copy.pdf", "other.pdf"):
        (tmp_path / name).write_bytes(b"same" if name != "other.pdf" else b"other")
    with Store.open(tmp_path / "store", create=True) as store:
        sha256 = store.add_document(b"same", name="first.pdf")
        store.add_events([({"document": "first.pdf", "corrected": {"invoice_number": "1"}}, "line 1")], source="test")
        pool = find_pool([str(tmp_path / name) for name in ("a.pdf", "copy.pdf", "other.pdf")], store)
    assert [document.name for document in pool.documents] == [str(tmp_path / "other.pdf")]
    assert pool.left_out == 1
    assert list(pool.corrected) == [sha256]


def test_files_that_cannot_be_opened_are_told(tmp_path: Path) -> None:
    pool = find_pool([str(tmp_path), str(tmp_path / "missing.pdf")], None)
    assert pool.documents == ()
    assert len(pool.unread) == 2
    assert all("cannot be opened" in message for message in pool.unread.values())


def test_nothing_to_choose_from() -> None:
    with pytest.raises(InputError, match="name files or folders"):
        find_pool([], None)
