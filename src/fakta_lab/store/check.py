"""Whether a store is as it was written: every document's bytes, every event's payload."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select, text

from fakta_lab.files import sha256_of
from fakta_lab.store.erasing import PSEUDONYM
from fakta_lab.store.tables import documents, events
from fakta_lab.store.vault import Vault


@dataclass(frozen=True, slots=True)
class Damage:
    """Something in a store that is not as it was stored.

    Attributes:
        kind: "damaged": other bytes than were stored; "missing": a document that is known, and not there; "orphaned":
            a file among the documents that no document is.
        subject: the file, or the event's digest.
        message: what is wrong, in words.
    """

    kind: Literal["damaged", "missing", "orphaned"]
    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"


def damages(connection: Connection, vault: Vault) -> Iterator[Damage]:
    """Everything that is not as it was stored: the database's file, then documents, then events.

    A document whose import is going on at this moment may be found to be orphaned.
    """
    if connection.dialect.name == "sqlite":
        for row in connection.execute(text("PRAGMA quick_check(5)")):
            if row[0] != "ok":
                yield Damage("damaged", "corrections.db", f"SQLite: {row[0]}")
    known = set()
    for row in connection.execute(select(documents).order_by(documents.c.sha256)):
        known.add(row.sha256)
        path = vault.path(row.sha256)
        if not path.is_file():
            yield Damage("missing", str(path), "the document is not there; import it again")
        elif sha256_of(path) != row.sha256:
            yield Damage("damaged", str(path), "other bytes than were stored; remove the file and import it again")
    for name in vault:
        if name not in known:
            yield Damage("orphaned", str(vault.path(name)), "no document of this store; import it again, or remove it")
    for row in connection.execution_options(yield_per=1000).execute(select(events).order_by(events.c.sequence)):
        # The digest stays that of the event as it was imported.
        if PSEUDONYM.fullmatch(row.corrected_by):
            continue
        if hashlib.sha256(row.payload.encode()).hexdigest() != row.digest:
            yield Damage("damaged", f"event {row.digest}", f"other than was stored (from {row.source}, {row.place})")
