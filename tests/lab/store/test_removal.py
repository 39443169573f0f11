"""What is erased is gone from the database's files, too."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lab.store.conftest import on_postgres
from tests.lab.store.writing import event, placed

from fakta.errors import InputError
from fakta_lab.store import Added, Store, erasing

SECRET = "Hemlighetsfulla Exempelbolaget"


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("corrections.db*")))


def remove_events(store: Store, supplier: str, *, documents: tuple[str, ...] = ()) -> None:
    """Removes the events about a supplier, and documents with all their names."""
    doomed = [stored.sequence for stored in store.events() if stored.correction.supplier == supplier]
    names = {name for sha256 in documents for name in store.names()[sha256]}
    with store.database.writing() as connection:
        erasing.erase(connection, scope="supplier", documents=documents, names=names, events=doomed)


def test_removed_events_are_gone_and_the_others_stay(store: Store) -> None:
    events = [event(number, supplier=SECRET if number % 7 == 0 else "other") for number in range(1500)]
    store.add_events(placed(events), source="a.jsonl")
    assert store.counts("supplier")[SECRET] == 215
    remove_events(store, SECRET)
    store.compact()
    assert store.counts("supplier") == {"other": 1500 - 215}
    assert store.check() == []


def test_what_was_erased_does_not_come_back(store: Store) -> None:
    sha256 = store.add_document(b"one", name="1.pdf", tenant="åkeri")
    store.add_events(placed([event(1, supplier=SECRET), event(2)]), source="a.jsonl")
    remove_events(store, SECRET, documents=(sha256,))
    again = [event(1, supplier=SECRET), event(2), event(3), event(4, document=sha256)]
    assert store.add_events(placed(again), source="a.jsonl") == Added(new=1, known=1, erased=2)


def test_removed_text_is_not_in_the_sqlite_files(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        long = {"text": f"{SECRET} " * 2000}
        events = [event(n, supplier=SECRET if n % 3 == 0 else "other") for n in range(3000)]
        events.append(event(1, supplier=SECRET, extracted=long, document=f"{SECRET}.pdf"))
        store.add_events(placed(events), source="a.jsonl")
        sha256 = store.add_document(b"one", name=f"{SECRET}.pdf")
        assert SECRET.encode() in bytes_on_disk(tmp_path)
        remove_events(store, SECRET, documents=(sha256,))
        store.compact()
        # Of a text that a page's end cuts in two, its beginning would be left.
        assert b"Hemlighets" not in bytes_on_disk(tmp_path)
        assert store.totals().events == 2000


def test_removed_text_is_not_in_the_tables_of_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with Store.open(on_postgres(tmp_path / "store", postgres_url), create=True) as store:

        def found_in_table() -> int:
            with store.database.unbound() as connection:
                connection.exec_driver_sql("CHECKPOINT")
                file = connection.exec_driver_sql("SELECT pg_relation_filepath('events')").scalar()
                content = connection.exec_driver_sql(f"SELECT pg_read_binary_file('{file}')").scalar()
                return bytes(content).count(b"Hemlighets")

        store.add_events(placed(event(n, supplier=SECRET) for n in range(300)), source="a.jsonl")
        assert found_in_table() >= 300
        remove_events(store, SECRET)
        # Deleting alone leaves the rows where they were.
        assert found_in_table() >= 300
        store.compact()
        assert found_in_table() == 0


def test_compacting_says_that_another_process_keeps_the_removed_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fakta_lab.store.database.PATIENCE", 0.2)
    with Store.open(tmp_path, create=True) as store, Store.open(tmp_path) as reader:
        store.add_events(placed(event(number, supplier=SECRET) for number in range(2000)), source="a.jsonl")
        reading = reader.events()
        next(reading)
        remove_events(store, SECRET)
        with pytest.raises(InputError) as caught:
            store.compact()
        assert str(caught.value) == (
            f"{tmp_path}/corrections.db: what was removed is still in the write-ahead log, because another process is "
            "using the store; run this again when it is done"
        )
        reading.close()
        store.compact()
        assert b"Hemlighets" not in bytes_on_disk(tmp_path)


def test_compacting_waits_for_a_reader_of_postgresql_no_longer_than_it_must(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fakta_lab.store.database.PATIENCE", 0.2)
    folder = on_postgres(tmp_path / "store", postgres_url)
    with Store.open(folder, create=True) as store, Store.open(folder) as reader:
        store.add_events(placed(event(number) for number in range(2000)), source="a.jsonl")
        reading = reader.events()
        next(reading)
        with pytest.raises(InputError, match=r"another process has kept the store locked for 0\.2 s"):
            store.compact()
        reading.close()
        store.compact()


def test_a_person_who_is_forgotten_is_in_no_column_and_the_event_is_not_damaged(store: Store) -> None:
    events = [event(1, corrected_by="anna"), event(2, corrected_by="annan"), event(3)]
    store.add_events(placed(events), source="a.jsonl")
    with store.database.writing() as connection:
        assert erasing.forget_user(connection, "anna") == 1
    users = sorted(store.counts("corrected_by"))
    assert users[:2] == ["", "annan"]
    assert erasing.PSEUDONYM.fullmatch(users[2])
    assert sorted(stored.correction.corrected_by for stored in store.events()) == users
    assert store.check() == []
    assert store.add_events(placed(events), source="a.jsonl") == Added(new=0, known=3)
