"""Rewriting a database, so that what was removed from it is not readable on disk."""

from __future__ import annotations

from sqlalchemy import text

from fakta.errors import InputError
from fakta_lab.store.database import Database
from fakta_lab.store.tables import metadata


def compact(database: Database) -> None:
    """Overwrites what was removed from a database, as far as the database itself can.

    SQLite: afterwards the removed text is neither in `corrections.db` nor in its write-ahead log. PostgreSQL: the
    tables are written anew and the old files unlinked. What remains is out of reach from here: the server's write-ahead
    log until it is recycled, replicas, backups, and blocks that the file system has not used again.

    Raises:
        InputError: another process reads or writes the store, or the database cannot be used.
    """
    with database.unbound() as connection:
        if not database.is_sqlite:
            # An exclusive lock on each table in turn, and its size once more on disk meanwhile.
            for table in metadata.sorted_tables:
                connection.execute(text(f'VACUUM (FULL, ANALYZE) "{table.name}"'))
            return
        connection.execute(text("VACUUM"))
        busy = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
    if busy:
        raise InputError(
            f"{database.where}: what was removed is still in the write-ahead log, because another process is using the "
            "store; run this again when it is done"
        )
