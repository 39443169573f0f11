"""A store's database: connections, transactions, and what is said when it cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError

from fakta.errors import ConfigError, InputError, MissingExtra
from fakta_lab.store import migrations

# How long a writer waits for another one, in seconds.
PATIENCE = 60.0
# How long a server may take to answer, in seconds; `connect_timeout` in the URL says otherwise.
CONNECT_TIMEOUT = 10
# Key of the advisory lock that PostgreSQL's writers take turns with; any number does.
_WRITERS = 5_402_969
# How a connection's next transaction begins on SQLite; "" is none at all.
_BEGIN = "fakta_begin"


class Database:
    """The database of a store.

    Attributes:
        where: file or address, without password, for messages.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self.engine = engine
        self.where = where

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a file of the store's own."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the database as it is at its first query.

        Raises:
            InputError: the database cannot be used.
        """
        with self._explained(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: all of it is kept, or nothing. One writer at a time; the others wait for `PATIENCE`.

        PostgreSQL could take several at once, but two that bring the same events in different orders would wait for
        each other for ever; and taking turns makes events visible in the order of their sequence.

        Raises:
            InputError: the database cannot be used.
        """
        with self._explained(), self.engine.connect() as connection:
            connection.execution_options(**{_BEGIN: "IMMEDIATE"})
            with connection.begin():
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITERS})
                yield connection

    @contextmanager
    def unbound(self) -> Iterator[Connection]:
        """A connection without transaction, for what databases do only outside of one.

        Raises:
            InputError: the database cannot be used.
        """
        with self._explained(), self.engine.connect() as connection:
            connection.execution_options(**{_BEGIN: ""} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"})
            yield connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            reason = _reason(error)
            if "database is locked" in reason or "lock timeout" in reason:
                raise InputError(
                    f"{self.where}: another process has kept the store locked for {PATIENCE:g} s; run this again when "
                    "it is done"
                ) from None
            raise InputError(f"{self.where}: the store's database cannot be used: {reason}") from None


def open_database(folder: Path, url: str | None) -> Database:
    """The database of a store, its tables made or brought up to date where that is needed.

    Args:
        folder: of the store.
        url: of another database than `corrections.db` in the folder.

    Raises:
        ConfigError: the URL is none of a PostgreSQL database.
        MissingExtra: PostgreSQL's driver is not installed.
        InputError: the database cannot be reached or used, or a newer fakta made it.
    """
    database = _postgres(folder / "store.yaml", url) if url else _sqlite(folder / "corrections.db")
    try:
        with database.reading() as connection:
            current = migrations.revision_of(connection)
        if current != migrations.HEAD:
            with database.writing() as connection:
                migrations.upgrade(connection, where=database.where)
    except BaseException:
        database.engine.dispose()
        raise
    return database


def insert_new(connection: Connection, table: Table) -> Any:
    """An insert into a table that leaves rows alone that are there already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def _sqlite(path: Path) -> Database:
    engine = create_engine(URL.create("sqlite", database=str(path)))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, str(path))


def _postgres(settings: Path, written: str) -> Database:
    try:
        url = make_url(written)
    except (ArgumentError, ValueError):
        # Not the text itself: it may hold a password.
        raise ConfigError(f"{settings}: database: no URL; expected postgresql://USER@HOST/NAME") from None
    if url.drivername not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise ConfigError(
            f"{settings}: database: expected a postgresql:// URL, found {url.drivername}://; without this setting the "
            "store keeps its events in a SQLite file of its own"
        )
    url = url.set(drivername="postgresql+psycopg")
    arguments = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT}
    try:
        engine = create_engine(url, connect_args=arguments)
    except ModuleNotFoundError:
        raise MissingExtra("psycopg", "lab", purpose="a store on PostgreSQL") from None
    event.listen(engine, "connect", _prepare_postgres)
    return Database(engine, url.set(drivername="postgresql", query={}).render_as_string())


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # Transactions begin where `_begin_sqlite` says, not where Python's sqlite3 guesses.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
    # Readers go on while one process writes, and a killed writer leaves whole transactions only.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What was erased is overwritten, not merely forgotten.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _prepare_postgres(connection: Any, _: Any) -> None:
    connection.execute(f"SET lock_timeout = {int(PATIENCE * 1000)}")
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: one that reads first cannot wait for it any more.
    begin = connection.get_execution_options().get(_BEGIN, "DEFERRED")
    if begin:
        connection.exec_driver_sql(f"BEGIN {begin}")


def _reason(error: DBAPIError) -> str:
    """What the driver says, in one line."""
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    if lines and lines[0].startswith("Multiple connection attempts failed"):
        # One line for each address of the host.
        lines = [line.lstrip("- ") for line in lines if line.startswith("- ")] or lines
    return lines[0] if lines else type(error.orig).__name__
