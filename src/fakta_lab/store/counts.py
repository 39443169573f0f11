"""What a store holds, in numbers that its database counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, func, select

from fakta_lab.store.rows import is_latest
from fakta_lab.store.tables import document_names, documents, events

CountedBy = Literal["tenant", "supplier", "extractor", "selection", "corrected_by", "document", "source"]


@dataclass(frozen=True, slots=True)
class Totals:
    """What a store holds.

    Attributes:
        events: last versions only.
        superseded: earlier versions of them.
        documents, document_bytes: kept, and how much space they take.
        first, last: when the oldest and the newest event were made, UTC as ISO 8601; "" where none states a time.
    """

    events: int
    superseded: int
    documents: int
    document_bytes: int
    first: str
    last: str


def counts(connection: Connection, by: CountedBy, *, tenant: str | None = None) -> dict[str, int]:
    """How many events there are of each tenant, supplier, …; last versions only, sorted; "" is "not stated".

    Args:
        connection: to the store's database.
        by: what they are told apart by.
        tenant: only this tenant's; None for all.
    """
    column = events.c[by]
    query = select(column, func.count()).where(is_latest()).group_by(column).order_by(column)
    if tenant is not None:
        query = query.where(events.c.tenant == tenant)
    return {value: n for value, n in connection.execute(query)}


def totals(connection: Connection, *, tenant: str | None = None) -> Totals:
    """What a store holds.

    Args:
        connection: to the store's database.
        tenant: only this tenant's; None for all.
    """
    query = select(
        func.count(),
        func.count().filter(is_latest()),
        func.min(func.nullif(events.c.corrected_at, "")),
        func.max(events.c.corrected_at),
    ).select_from(events)
    kept = select(func.count(), func.coalesce(func.sum(documents.c.size), 0)).select_from(documents)
    if tenant is not None:
        query = query.where(events.c.tenant == tenant)
        kept = kept.where(
            documents.c.sha256.in_(select(document_names.c.sha256).where(document_names.c.tenant == tenant))
        )
    n_all, n_latest, first, last = connection.execute(query).one()
    n_documents, size = connection.execute(kept).one()
    return Totals(n_latest, n_all - n_latest, n_documents, int(size), first or "", last or "")
