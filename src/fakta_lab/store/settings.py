"""`store.yaml`: where a store's database is."""

from __future__ import annotations

from fakta_lab.config import ConfigModel


class StoreSettings(ConfigModel):
    """The settings of a store; every one has a default, so the file may be missing.

    Attributes:
        database: SQLAlchemy URL of a PostgreSQL database, such as `postgresql+psycopg://fakta@db.example/fakta`; by
            default the SQLite file `corrections.db` in the store's folder. A password does not belong here: libpq takes
            it from `PGPASSWORD` or `~/.pgpass`.
    """

    database: str | None = None
