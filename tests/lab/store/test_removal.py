"""What is removed is gone: from answers, and from the files on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lab.store.writing import event, placed

from fakta.errors import InputError
from fakta_lab.store import Store

SECRET = "Hemlighetsfulla Exempelbolaget"


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("corrections.db*")))


def digests(store: Store, supplier: str) -> list[str]:
    return [stored.digest for stored in store.events() if stored.correction.supplier == supplier]


def test_removed_events_are_gone_and_the_others_stay(store: Store) -> None:
    events = [event(number, supplier=SECRET if number % 7 == 0 else "other") for number in range(2500)]
    store.add_events(placed(events), source="a.jsonl")
    doomed = digests(store, SECRET)
    assert len(doomed) == 358
    assert store.remove_events(iter([*doomed, "0" * 64])) == 358
    store.scrub()
    assert store.counts("supplier") == {"other": 2500 - 358}
    assert store.remove_events(doomed) == 0
    assert store.check() == []


def test_removed_text_is_not_in_the_sqlite_files(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        long = {"text": f"{SECRET} " * 2000}
        events = [event(n, supplier=SECRET if n % 3 == 0 else "other") for n in range(3000)]
        events.append(event(1, supplier=SECRET, extracted=long, document=f"{SECRET}.pdf"))
        store.add_events(placed(events), source="a.jsonl")
        sha256 = store.add_document(b"one", name=f"{SECRET}.pdf")
        assert SECRET.encode() in bytes_on_disk(tmp_path)
        # The index of documents by name holds it, too; a longer part may be cut by the end of a page.
        store.remove_events(digests(store, SECRET))
        store.remove_document(sha256)
        store.scrub()
        left = bytes_on_disk(tmp_path)
        assert SECRET.encode() not in left
        assert b"Hemlighets" not in left
        assert store.totals().events == 2000


def test_removed_text_is_not_in_the_tables_of_postgresql(
    tmp_path: Path, postgres_url: str, postgres_server: object
) -> None:
    from tests.lab.store.conftest import on_postgres

    def in_tables(store: Store) -> int:
        with store.engine.connect() as connection:
            tables = ("events", "documents", "document_names")
            paths = [connection.exec_driver_sql(f"SELECT pg_relation_filepath('{name}')").scalar() for name in tables]
            return sum(
                bytes(connection.exec_driver_sql(f"SELECT pg_read_binary_file('{path}')").scalar()).count(b"Hemlighets")
                for path in paths
            )

    with Store.open(on_postgres(tmp_path / "store", postgres_url), create=True) as store:
        store.add_events(placed(event(n, supplier=SECRET) for n in range(300)), source="a.jsonl")
        with store.database.unbound() as connection:
            connection.exec_driver_sql("CHECKPOINT")
        assert in_tables(store) >= 300
        store.remove_events(digests(store, SECRET))
        store.scrub()
        assert in_tables(store) == 0


def test_a_scrub_says_that_another_process_keeps_the_removed_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fakta_lab.store.database.PATIENCE", 0.2)
    with Store.open(tmp_path, create=True) as store, Store.open(tmp_path) as reader:
        store.add_events(placed(event(number) for number in range(2000)), source="a.jsonl")
        reading = reader.events()
        next(reading)
        store.remove_events([stored.digest for stored in store.events()])
        with pytest.raises(InputError) as caught:
            store.scrub()
        assert str(caught.value) == (
            f"{tmp_path}/corrections.db: what was removed is still in the write-ahead log, because another process is "
            "using the store; run this again when it is done"
        )
        reading.close()
        store.scrub()
        assert b"2026-03" not in bytes_on_disk(tmp_path)


def test_a_document_stays_while_another_tenant_has_a_name_for_it(store: Store) -> None:
    sha256 = store.add_document(b"one", name="1.pdf", tenant="a")
    store.add_document(b"one", name="en.pdf", tenant="b")
    assert not store.remove_document(sha256, tenant="a")
    assert store.names() == {sha256: [("b", "en.pdf")]}
    assert store.vault.path(sha256).is_file()
    assert store.remove_document(sha256, tenant="b")
    assert not store.vault.path(sha256).exists()
    assert store.names() == {}
    assert store.check() == []


def test_a_removed_document_leaves_the_events_about_it(store: Store) -> None:
    sha256 = store.add_document(b"one", name="1.pdf", tenant="åkeri")
    store.add_events(placed([event(1)]), source="a.jsonl")
    assert store.remove_document(sha256)
    assert store.remove_document(sha256)
    [stored] = store.events()
    assert stored.document_sha256 == ""
    assert store.totals().documents == 0
