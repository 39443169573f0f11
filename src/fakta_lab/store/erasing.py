"""Removing documents and events for good, and remembering that it was done without remembering what."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from fakta_lab.formats.correction import SHA256
from fakta_lab.store import tables
from fakta_lab.store.database import insert_new
from fakta_lab.store.lineage import chunks, datasets_with
from fakta_lab.store.rows import payload_of
from fakta_lab.store.secret import secret

# What stands for a person who corrected and was forgotten.
PSEUDONYM = re.compile(r"user-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased, in numbers.

    Attributes:
        id: random; names the erasure in the log and in what it marks.
        erased_at: UTC, ISO 8601.
        scope: what was asked for: "document", "supplier", "person", "tenant", "user" or "retention".
        documents, events: how many were removed.
        datasets: sha256 of every dataset that was built from any of the documents, sorted.
    """

    id: str
    erased_at: str
    scope: str
    documents: int
    events: int
    datasets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blocked:
    """What must not come back: keyed digests of erased documents.

    Attributes:
        key: of the digests; the store's own.
        digests: hexadecimal.
    """

    key: bytes
    digests: frozenset[str]

    @classmethod
    def load(cls, connection: Connection) -> Blocked:
        """Those of a store."""
        key = connection.scalar(select(tables.secrets.c.value).where(tables.secrets.c.name == "erasure"))
        digests = connection.scalars(select(tables.erased.c.digest)) if key else ()
        return cls(bytes.fromhex(key or ""), frozenset(digests))

    def holds(self, *, sha256: str = "", tenant: str = "", name: str = "") -> bool:
        """Whether the document of these bytes, or of this name, was erased."""
        return bool(self.digests) and not self.digests.isdisjoint(_digests(self.key, sha256, tenant, name))

    def holds_row(self, row: Mapping[str, str]) -> bool:
        """Whether the document that an event is about was erased."""
        named = row["document"]
        return self.holds(sha256=named if SHA256.fullmatch(named) else "", tenant=row["tenant"], name=named)


def was_erased(connection: Connection, *, sha256: str = "", tenant: str = "", name: str = "") -> bool:
    """Whether the document of these bytes, or of this name, was erased: for one document, without loading all."""
    key = connection.scalar(select(tables.secrets.c.value).where(tables.secrets.c.name == "erasure"))
    if key is None:
        return False
    asked = _digests(bytes.fromhex(key), sha256, tenant, name)
    return connection.scalar(select(tables.erased.c.digest).where(tables.erased.c.digest.in_(asked))) is not None


def erase(
    connection: Connection,
    *,
    scope: str,
    documents: Collection[str],
    names: Collection[tuple[str, str]],
    events: Collection[int],
) -> Erasure:
    """Removes documents, their names and events from the database, and writes the log.

    Args:
        connection: in a transaction: all of it happens or nothing.
        scope: for the log.
        documents: sha256 of each document to remove.
        names: tenant and name of each; also of documents that the store never had.
        events: sequence numbers of the events to remove.
    """
    key = secret(connection, "erasure")
    digests = {_document(key, sha256) for sha256 in documents} | {_name(key, *name) for name in names}
    if digests:
        connection.execute(insert_new(connection, tables.erased), [{"digest": digest} for digest in sorted(digests)])
    held = datasets_with(connection, documents)
    for dataset, n_documents in held.items():
        connection.execute(
            update(tables.datasets)
            .where(tables.datasets.c.sha256 == dataset)
            .values(erased=tables.datasets.c.erased + n_documents)
        )
    for chunk in chunks(sorted(events)):
        connection.execute(delete(tables.events).where(tables.events.c.sequence.in_(chunk)))
    known = tables.document_names
    if names:
        statement = delete(known).where(known.c.tenant == bindparam("owner"), known.c.name == bindparam("called"))
        connection.execute(statement, [{"owner": tenant, "called": name} for tenant, name in sorted(names)])
    for chunk in chunks(sorted(documents)):
        connection.execute(delete(tables.dataset_documents).where(tables.dataset_documents.c.document.in_(chunk)))
        connection.execute(delete(known).where(known.c.sha256.in_(chunk)))
        connection.execute(delete(tables.documents).where(tables.documents.c.sha256.in_(chunk)))
    done = Erasure(
        id=secrets.token_hex(8),
        erased_at=datetime.now(UTC).isoformat(timespec="seconds"),
        scope=scope,
        documents=len(documents),
        events=len(events),
        datasets=tuple(held),
    )
    connection.execute(
        insert(tables.erasures).values(
            id=done.id,
            erased_at=done.erased_at,
            scope=done.scope,
            documents=done.documents,
            events=done.events,
            datasets=json.dumps(done.datasets),
        )
    )
    return done


def forget_user(connection: Connection, user: str) -> int:
    """Replaces a person's name in the events that the person made by a pseudonym; returns how many.

    The corrections stay: they are facts about documents. Their digests stay too, so a second import does not bring the
    name back.
    """
    key = secret(connection, "erasure")
    pseudonym = f"user-{hmac.new(key, user.encode(), hashlib.sha256).hexdigest()[:8]}"
    events = tables.events
    changed = []
    for row in connection.execute(select(events.c.sequence, events.c.payload).where(events.c.corrected_by == user)):
        payload, _ = payload_of(json.loads(row.payload) | {"corrected_by": pseudonym})
        changed.append({"number": row.sequence, "pseudonym": pseudonym, "text": payload})
    if changed:
        statement = update(events).where(events.c.sequence == bindparam("number"))
        values = statement.values(corrected_by=bindparam("pseudonym"), payload=bindparam("text"))
        connection.execute(values, changed)
    return len(changed)


def log(connection: Connection) -> list[Erasure]:
    """Every erasure of the store, oldest first."""
    rows = connection.execute(select(tables.erasures).order_by(tables.erasures.c.erased_at, tables.erasures.c.id))
    return [
        Erasure(row.id, row.erased_at, row.scope, row.documents, row.events, tuple(json.loads(row.datasets)))
        for row in rows
    ]


def datasets_with_erased(connection: Connection) -> dict[str, int]:
    """The datasets that held documents erased since they were built: sha256 to how many."""
    datasets = tables.datasets
    query = select(datasets.c.sha256, datasets.c.erased).where(datasets.c.erased > 0).order_by(datasets.c.sha256)
    return {row.sha256: row.erased for row in connection.execute(query)}


def known_documents(connection: Connection) -> Iterable[str]:
    """The sha256 of every document that the store may keep."""
    return connection.scalars(select(tables.documents.c.sha256))


def _digests(key: bytes, sha256: str, tenant: str, name: str) -> list[str]:
    return ([_document(key, sha256)] if sha256 else []) + ([_name(key, tenant, name)] if name else [])


def _document(key: bytes, sha256: str) -> str:
    return hmac.new(key, f"document:{sha256}".encode(), hashlib.sha256).hexdigest()


def _name(key: bytes, tenant: str, name: str) -> str:
    return hmac.new(key, f"name:{tenant}\0{name}".encode(), hashlib.sha256).hexdigest()
