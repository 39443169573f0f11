"""Several writers at once, and writers that are killed: every event once, every document whole."""

from __future__ import annotations

import itertools
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.postgres import PostgresServer
from tests.lab.store.conftest import on_postgres
from tests.lab.store.writing import document, event, import_all, placed, start

from fakta_lab.store import Store
from fakta_lab.store.vault import Vault

N_DOCUMENTS = 12
N_EVENTS = 1500


def add_some(folder: Path, *, seed: int, n_events: int) -> None:
    """Adds two thirds of the events in an order of the process's own, and documents."""
    rng = random.Random(seed)
    mine = rng.sample(range(n_events), k=n_events * 2 // 3)
    with Store.open(folder, create=True) as store:
        for number in rng.sample(range(20), k=15):
            store.add_document(document(number), name=f"{number}.pdf", tenant="åkeri")
        store.add_events(placed(event(number) for number in mine), source=f"process {seed}")


def test_four_writers_at_once_lose_nothing_and_store_nothing_twice(store_folder: Path) -> None:
    processes = [start(add_some, store_folder, seed=seed, n_events=N_EVENTS) for seed in range(4)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    expected = set()
    for seed in range(4):
        expected |= set(random.Random(seed).sample(range(N_EVENTS), k=N_EVENTS * 2 // 3))
    with Store.open(store_folder) as store:
        stored = [stored.correction.extracted["invoice_number"] for stored in store.events()]
        assert sorted(stored) == sorted(f"F{number}" for number in expected)
        assert store.check() == []


@pytest.fixture
def short_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """More moments at which a kill makes a difference."""
    monkeypatch.setattr("fakta_lab.store.store.BATCH", 200)


@pytest.mark.slow
@pytest.mark.usefixtures("short_transactions")
def test_an_import_killed_at_any_moment_and_run_again_gives_the_same_store(tmp_path: Path) -> None:
    folders = (tmp_path / f"store{number}" for number in itertools.count())
    _kill_imports(folders, n_kills=50, seed=1)


@pytest.mark.slow
@pytest.mark.usefixtures("short_transactions")
def test_an_import_into_postgresql_killed_at_any_moment_and_run_again_gives_the_same_store(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    folders = (on_postgres(tmp_path / f"store{i}", postgres_server.new_database()) for i in itertools.count())
    _kill_imports(folders, n_kills=10, seed=2)


def test_what_a_killed_writer_left_behind_is_removed_and_never_a_document(store: Store) -> None:
    sha256 = store.add_document(b"one", name="1.pdf")
    arriving = store.vault.folder / ".arriving"
    (arriving / "left-behind").write_bytes(b"%PDF half a docu")
    assert list(store.vault) == [sha256]
    assert store.check() == []
    with Store.open(store.folder):
        assert list(arriving.iterdir()) == []


def test_a_sweep_leaves_a_running_writer_alone(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    content = b"x" * 20_000_000
    process = start(vault.add, content)
    deadline = time.monotonic() + 30
    while process.is_alive() and time.monotonic() < deadline:
        vault.sweep()
    process.join()
    assert process.exitcode == 0
    [sha256] = vault
    assert vault.path(sha256).stat().st_size == len(content)


def test_a_document_that_was_cut_off_is_written_again(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    sha256 = vault.add(b"whole")
    os.truncate(vault.path(sha256), 3)
    assert vault.add(b"whole") == sha256
    assert vault.path(sha256).read_bytes() == b"whole"


def _kill_imports(folders: Iterator[Path], *, n_kills: int, seed: int) -> None:
    """Kills imports at random moments; each store is then imported to the end, and must be as if never disturbed."""
    start_s = time.perf_counter()
    expected = _finished(next(folders))
    duration_s = time.perf_counter() - start_s
    rng = random.Random(seed)
    n_killed = 0
    while n_killed < n_kills:
        folder = next(folders)
        # Several kills in a row on the way: at the first documents, between transactions, near the end.
        for _ in range(5):
            process = start(import_all, folder, n_documents=N_DOCUMENTS, n_events=N_EVENTS)
            process.join(rng.uniform(0, 0.6) * duration_s)
            process.kill()
            process.join()
            n_killed += process.exitcode != 0
            _assert_sound(folder)
        assert _finished(folder) == expected


def _finished(folder: Path) -> list[str]:
    import_all(folder, n_documents=N_DOCUMENTS, n_events=N_EVENTS)
    with Store.open(folder) as store:
        assert store.check() == []
        assert [path.name for path in (store.vault.folder / ".arriving").iterdir()] == []
        return list(store.dump())


def _assert_sound(folder: Path) -> None:
    """After a kill every document is whole; one whose name was not yet written is all that may be amiss."""
    if not (folder / "corrections.db").is_file() and not (folder / "store.yaml").is_file():
        return
    with Store.open(folder) as store:
        assert {damage.kind for damage in store.check()} <= {"orphaned"}
