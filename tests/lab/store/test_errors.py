"""What is said when a store cannot be used: one line, what is wrong and where."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.lab.postgres import PostgresServer
from tests.lab.store.conftest import on_postgres
from tests.lab.store.writing import FORK, event, placed

from fakta.errors import ConfigError, InputError
from fakta_lab.store import Store

NOBODY = 65534


def failure(work: Callable[[], object]) -> str:
    """The error of something that must fail."""
    with pytest.raises(InputError) as caught:
        work()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("databse: x", "unknown key 'databse'; did you mean 'database'?"),
        ("database: [x]", "database = ['x']: input should be a valid string"),
        ("database: db.example", "database: no URL; expected postgresql://USER@HOST/NAME"),
        (
            "database: mysql://db.example/fakta",
            "database: expected a postgresql:// URL, found mysql://; without this setting the store keeps its events "
            "in a SQLite file of its own",
        ),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, settings: str, message: str) -> None:
    file = tmp_path / "store.yaml"
    file.write_text(settings, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Store.open(tmp_path)
    assert str(caught.value) == f"{file}: {message}"


def test_a_password_in_the_settings_is_never_shown(tmp_path: Path) -> None:
    on_postgres(tmp_path / "a", "postgresql://fakta:hemligt@localhost:1/fakta")
    on_postgres(tmp_path / "b", "postgresql:fakta:hemligt@localhost:1/fakta")
    for folder in (tmp_path / "a", tmp_path / "b"):
        assert "hemligt" not in failure(lambda folder=folder: Store.open(folder))


def test_no_store(tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    assert failure(lambda: Store.open(folder)) == (
        f"{folder}: no store here; `fakta corrections import FILE --store {folder}` makes one"
    )
    assert not folder.exists()


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert failure(lambda: Store.open(file, create=True)) == f"{file}: no store can be made here: File exists"


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    refused, no_socket = "postgresql://fakta@127.0.0.1:1/fakta", f"postgresql://fakta@/fakta?host={tmp_path}"
    for url, reason in [(refused, "Connection refused"), (no_socket, "No such file or directory")]:
        folder = on_postgres(tmp_path / reason, url)
        message = failure(lambda folder=folder: Store.open(folder))
        assert message.startswith(f"{url.partition('?')[0]}: the store's database cannot be used: connection ")
        assert message.endswith(reason)


def test_a_wrong_password_and_a_database_that_is_not_there(tmp_path: Path, postgres_server: PostgresServer) -> None:
    for user, database, reason in [
        ("locked", "postgres", 'password authentication failed for user "locked"'),
        ("locked:wrong", "postgres", 'password authentication failed for user "locked"'),
        ("fakta", "nothing", 'database "nothing" does not exist'),
    ]:
        folder = on_postgres(tmp_path / f"{user} {database}", postgres_server.url(database, user=user))
        message = failure(lambda folder=folder: Store.open(folder))
        assert "wrong" not in message
        assert reason in message or "fe_sendauth: no password supplied" in message


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be read" * 50, "cut off"])
def test_a_damaged_sqlite_file(tmp_path: Path, content: bytes | str) -> None:
    with Store.open(tmp_path, create=True) as store:
        store.add_events(placed(event(number) for number in range(500)), source="a.jsonl")
        store.compact()
    file = tmp_path / "corrections.db"
    if isinstance(content, bytes):
        file.write_bytes(content)
        assert failure(lambda: Store.open(tmp_path)) == (
            f"{file}: the store's database cannot be used: file is not a database"
        )
        return
    os.truncate(file, file.stat().st_size // 2 // 4096 * 4096)

    def read() -> None:
        with Store.open(tmp_path) as store:
            list(store.events())

    assert failure(read) == f"{file}: the store's database cannot be used: database disk image is malformed"


def test_a_store_that_stays_locked(store_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fakta_lab.store.database.PATIENCE", 0.2)
    with Store.open(store_folder, create=True) as first, Store.open(store_folder) as second:

        def write() -> None:
            second.add_events(placed([event(1)]), source="a.jsonl")

        with first.database.writing():
            assert failure(write) == (
                f"{first.database.where}: another process has kept the store locked for 0.2 s; run this again when it "
                "is done"
            )
            # Readers do not wait.
            assert list(second.events()) == []
        write()
        assert second.totals().events == 1


def test_a_full_disk(tmp_path: Path) -> None:
    with Store.open(tmp_path, create=True) as store:
        store.add_events(placed([event(1)]), source="a.jsonl")

        def fill() -> None:
            events = (event(number, extracted={"text": "x" * 10_000}) for number in range(2, 5000))
            store.add_events(placed(events), source="b.jsonl")

        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 500")
        assert failure(fill) == (
            f"{store.database.where}: the store's database cannot be used: database or disk is full"
        )
        # Only whole transactions were kept.
        assert store.totals().events in {1, 1001}
        assert store.check() == []


def test_a_document_that_does_not_fit(tmp_path: Path) -> None:
    def work() -> str:
        with Store.open(tmp_path, create=True) as store:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
            message = failure(lambda: store.add_document(b"x" * 2_000_000, name="a.pdf"))
            assert list(store.vault) == []
            assert list((store.vault.folder / ".arriving").iterdir()) == []
            return message

    assert in_child(work).endswith(": the document cannot be kept: File too large")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach: pytest's are closed."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


def test_a_folder_that_may_not_be_written(open_folder: Path) -> None:
    folder = open_folder / "store"
    with Store.open(folder, create=True) as store:
        store.add_document(b"one", name="1.pdf")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)

    def work() -> list[str]:
        if os.geteuid() == 0:
            os.seteuid(NOBODY)
        nowhere = open_folder / "store" / "inner"
        return [failure(lambda: Store.open(nowhere, create=True)), failure(lambda: Store.open(folder))]

    try:
        assert in_child(work) == [
            f"{folder}/inner: no store can be made here: Permission denied",
            f"{folder}/corrections.db: the store's database cannot be used: attempt to write a readonly database",
        ]
    finally:
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)


def in_child(work: Callable[[], object]) -> object:
    """What work returns, done in a process of its own."""
    receiver, sender = FORK.Pipe(duplex=False)

    def send() -> None:
        try:
            sender.send(work())
        except BaseException as error:
            sender.send(repr(error))
        os._exit(0)

    process = FORK.Process(target=send)
    process.start()
    process.join()
    return receiver.recv()
