"""The file of a result cache: an SQLite database that says in its first bytes what it is.

SQLite is imported where it is used: that takes as long as importing all the rest, and most have no cache.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from fakta.errors import CacheFileError

if TYPE_CHECKING:
    import sqlite3

_MAGIC = b"SQLite format 3\0"
# "FAKT": what SQLite's header says a database is for, and where it says so.
_APPLICATION = 0x46414B54
_APPLICATION_BYTES = slice(68, 72)
_VERSION = 1
_TABLES = (
    "DROP TABLE IF EXISTS results",
    """CREATE TABLE results (
        sha256 TEXT NOT NULL, reader TEXT NOT NULL, used_ns INTEGER NOT NULL, value BLOB NOT NULL,
        UNIQUE (sha256, reader)
    )""",
    "CREATE INDEX results_by_use ON results (used_ns)",
)
_WAIT_S = 2.0
_LOG_BYTES = 4 * 1024**2
# What is removed at a time when there is no more room: a fiftieth of the results.
_REMOVED_PART = 50
_REMOVE_OLDEST = "DELETE FROM results WHERE rowid IN (SELECT rowid FROM results ORDER BY used_ns LIMIT ?)"


def is_cache(path: Path) -> bool:
    """Whether a file is a result cache, damaged or not, by its first bytes."""
    try:
        with path.open("rb") as file:
            head = file.read(_APPLICATION_BYTES.stop)
    except OSError:
        return False
    return head.startswith(_MAGIC) and head[_APPLICATION_BYTES] == _APPLICATION.to_bytes(4, "big")


def remove_cache(path: Path) -> None:
    """Removes a cache with SQLite's files beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def open_file(path: Path) -> sqlite3.Connection:
    """A connection to the cache at a path, which is made where there is none.

    Raises:
        CacheFileError: something else lies there.
        sqlite3.Error, OSError: it is damaged, in use, or cannot be read or written.
    """
    import sqlite3

    _check_is_ours(path)
    # Transactions begin where this module says. Threads take turns by the cache's own lock.
    database = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
    try:
        _set_up(database)
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def transaction(database: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """A transaction that takes the right to write at once: one that asks for it later may be refused."""
    database.execute(f"BEGIN {kind}")
    try:
        yield
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def erase(database: sqlite3.Connection, sha256: str) -> int:
    """Removes a document's results, from SQLite's log too; returns how many there were.

    Raises:
        TimeoutError: another process keeps the log in use.
    """
    count = database.execute("DELETE FROM results WHERE sha256 = ?", (sha256,)).rowcount
    # What was removed still stands in the log until that is written back.
    deadline = time.monotonic() + 5 * _WAIT_S
    while database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > deadline:
            raise TimeoutError("another process is reading from it")
        time.sleep(0.05)
    return count


def make_room(database: sqlite3.Connection, *, most_bytes: int) -> None:
    """Removes what was not asked for the longest until the file needs no more than that."""
    size = _pragma(database, "page_size")
    while (_pragma(database, "page_count") - _pragma(database, "freelist_count")) * size > most_bytes:
        count = database.execute("SELECT count(*) FROM results").fetchone()[0]
        if not count:
            break
        database.execute(_REMOVE_OLDEST, (-(-count // _REMOVED_PART),))


def shrink(database: sqlite3.Connection, *, most_bytes: int) -> None:
    """Gives free room back where the file has grown beyond that: the bound was higher the last time."""
    if _pragma(database, "page_count") * _pragma(database, "page_size") > most_bytes:
        # Steps through all of it, which `execute` does not; it ends a transaction, so there may be none.
        database.executescript("PRAGMA incremental_vacuum")


def file_errors() -> tuple[type[Exception], ...]:
    """What opening and using the file may raise."""
    import sqlite3

    # Messages about damage hold damaged text.
    return (sqlite3.Error, OSError, UnicodeError, OverflowError)


def is_damage(error: Exception) -> bool:
    """Whether what the file holds is not what was written."""
    import sqlite3

    if isinstance(error, UnicodeError | OverflowError):
        return True
    # What is asked never changes, so that an error in it is one of the tables.
    kinds = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in kinds


def is_busy(error: Exception) -> bool:
    """Whether another process is just writing."""
    import sqlite3

    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _check_is_ours(path: Path) -> None:
    """Refuses whatever else lies there, and makes an empty file that only its owner can read where nothing does."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    deadline = time.monotonic() + _WAIT_S
    while path.is_file() and path.stat().st_size and not is_cache(path):
        # Another process may just be making it: its first page is written before the one that says what it is.
        if not _says_nothing(path) or time.monotonic() > deadline:
            raise CacheFileError(f"{path}: no result cache but something else; name another file")
        time.sleep(0.02)
    if not path.is_file():
        raise CacheFileError(f"{path}: no result cache but something else; name another file")
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def _says_nothing(path: Path) -> bool:
    """Whether a file is a database that does not say what it is for."""
    with path.open("rb") as file:
        head = file.read(_APPLICATION_BYTES.stop)
    return head.startswith(_MAGIC) and not any(head[_APPLICATION_BYTES])


def _set_up(database: sqlite3.Connection) -> None:
    for pragma in ("secure_delete = ON", f"journal_size_limit = {_LOG_BYTES}"):
        database.execute(f"PRAGMA {pragma}").fetchall()
    if _pragma(database, "user_version") != _VERSION:
        # Counts only before the first table is made.
        database.execute("PRAGMA auto_vacuum = INCREMENTAL")
        # Not yet in WAL mode, so that the header says at once what the file is.
        with transaction(database, "EXCLUSIVE"):
            if _pragma(database, "user_version") != _VERSION:
                for statement in _TABLES:
                    database.execute(statement)
                database.execute(f"PRAGMA application_id = {_APPLICATION}")
                database.execute(f"PRAGMA user_version = {_VERSION}")
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL"):
        database.execute(f"PRAGMA {pragma}").fetchall()


def _pragma(database: sqlite3.Connection, name: str) -> int:
    return int(database.execute(f"PRAGMA {name}").fetchone()[0])
