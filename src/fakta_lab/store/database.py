"""Connections to a store's database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from fakta.errors import ConfigError, InputError
from fakta_lab.store.tables import metadata

# How long a writer waits for another one, in seconds.
PATIENCE = 60.0


def open_database(folder: Path, url: str | None) -> Engine:
    """The database of a store, its tables made where there are none.

    Args:
        folder: of the store.
        url: of another database than `corrections.db` in the folder.

    Raises:
        ConfigError: the URL is none, or its driver is missing.
        InputError: the database cannot be reached.
    """
    try:
        engine = create_engine(url or URL.create("sqlite", database=str(folder / "corrections.db")))
    except (ArgumentError, ModuleNotFoundError) as error:
        raise ConfigError(f"{folder / 'store.yaml'}: database: {str(error).splitlines()[0]}") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    try:
        metadata.create_all(engine)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise InputError(f"{engine.url.render_as_string()}: the store's database cannot be used: {reason}") from None
    return engine


def insert_new(connection: Connection, table: Table) -> Any:
    """An insert into a table that leaves rows alone that are there already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
    # Readers go on while one process writes, and a killed writer leaves whole transactions only.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What was erased is overwritten, not merely forgotten.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()
