"""The steps that bring a store's tables to the form that this version of fakta works with.

A step is a file in `versions/`, made for every change of `fakta_lab.store.tables`:
its `revision` and `down_revision` name it and the one before it, and `HEAD` here names the last one.
Stores only move forward: there are no downgrades.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from fakta.errors import InputError

# The last revision. Stated here so that opening a store that is up to date needs no alembic (0.3 s to import).
HEAD = "0002"
# Alembic's own table.
_versions = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def revision_of(connection: Connection) -> str | None:
    """The revision of a database's tables; None where it has none."""
    if not inspect(connection).has_table(_versions.name):
        return None
    return connection.scalar(select(_versions.c.version_num))


def upgrade(connection: Connection, *, where: str, steps: Path | None = None, head: str = HEAD) -> None:
    """Brings the tables up to date, all steps or none, and does nothing where they are.

    Args:
        connection: in a transaction that keeps other writers out.
        where: the database in words, for the error.
        steps: folder of the steps; this package's by default.
        head: their last revision.

    Raises:
        InputError: a newer fakta made these tables.
    """
    # Another process may have migrated while this one waited for the lock.
    current = revision_of(connection)
    if current == head:
        return
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    folder = Path(__file__).parent
    scripts = ScriptDirectory(str(folder), version_locations=[str(steps or folder / "versions")])
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise InputError(f"{where}: made by a newer fakta (revision {current}; this one knows {head}); upgrade fakta")
    # What alembic's `upgrade` command does, without its files for the command line.
    with EnvironmentContext(
        Config(), scripts, fn=lambda revision, _: scripts._upgrade_revs(head, revision), destination_rev=head
    ) as environment:
        environment.configure(connection=connection)
        environment.run_migrations()
