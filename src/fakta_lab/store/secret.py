"""Random bytes that a store makes up for itself."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, select

from fakta_lab.store import tables
from fakta_lab.store.database import insert_new


def secret(connection: Connection, name: str) -> bytes:
    """32 random bytes that the store keeps under a name; made when first asked for.

    Args:
        connection: in a transaction that may write.
        name: what they are for.
    """
    table = tables.secrets
    connection.execute(insert_new(connection, table), [{"name": name, "value": secrets.token_hex(32)}])
    return bytes.fromhex(str(connection.scalar(select(table.c.value).where(table.c.name == name))))
