"""Which datasets were built from which documents, and where the supplier memories lie that learned from them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, select

from fakta_lab.store import tables
from fakta_lab.store.database import insert_new

# Parameters of one statement: SQLite takes 32,766.
CHUNK = 10_000


def record_dataset(connection: Connection, *, sha256: str, name: str, documents: Iterable[str]) -> None:
    """Remembers that a dataset of this content holds these documents; saying so twice changes nothing.

    Args:
        connection: in a transaction.
        sha256: of the dataset's rows, as in its `dataset.json`.
        name: of its folder.
        documents: sha256 of each document.
    """
    connection.execute(insert_new(connection, tables.datasets), [{"sha256": sha256, "name": name, "erased": 0}])
    rows = [{"dataset": sha256, "document": document} for document in documents]
    for i in range(0, len(rows), CHUNK):
        connection.execute(insert_new(connection, tables.dataset_documents), rows[i : i + CHUNK])


def datasets_with(connection: Connection, documents: Collection[str]) -> dict[str, int]:
    """The datasets that hold any of these documents: sha256 to how many of them, sorted."""
    members = tables.dataset_documents
    found: dict[str, int] = {}
    for chunk in chunks(sorted(documents)):
        for dataset in connection.scalars(select(members.c.dataset).where(members.c.document.in_(chunk))):
            found[dataset] = found.get(dataset, 0) + 1
    return dict(sorted(found.items()))


def documents_of(connection: Connection, dataset: str) -> frozenset[str]:
    """The sha256 of each document of a dataset, which is named by its own; none where the store does not know it."""
    members = tables.dataset_documents
    return frozenset(connection.scalars(select(members.c.document).where(members.c.dataset == dataset)))


def record_memory(connection: Connection, path: str) -> None:
    """Remembers that a supplier memory built from this store lies at an absolute path; twice changes nothing."""
    connection.execute(insert_new(connection, tables.memories), [{"path": path}])


def memories(connection: Connection) -> list[str]:
    """The paths of all memories that were ever built from the store, sorted."""
    return list(connection.scalars(select(tables.memories.c.path).order_by(tables.memories.c.path)))


def chunks(items: list[Any]) -> Iterable[list[Any]]:
    """Pieces small enough for one statement's parameters."""
    for i in range(0, len(items), CHUNK):
        yield items[i : i + CHUNK]
