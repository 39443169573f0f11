"""The tables of a store."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

# SQLite counts rows by itself only where the key is an INTEGER.
_SEQUENCE = BigInteger().with_variant(Integer, "sqlite")

documents = Table(
    "documents",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
)

document_names = Table(
    "document_names",
    metadata,
    Column("tenant", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("sha256", String(64), ForeignKey("documents.sha256", ondelete="CASCADE"), nullable=False, index=True),
)

events = Table(
    "events",
    metadata,
    Column("sequence", _SEQUENCE, primary_key=True, autoincrement=True),
    # Of the payload: importing the same event twice changes nothing.
    Column("digest", String(64), nullable=False, unique=True),
    # The source's own name of the event. A later event of the same name is a new version of it.
    Column("id", Text, nullable=False),
    Column("tenant", Text, nullable=False),
    # Path as logged, or sha256.
    Column("document", Text, nullable=False),
    # UTC, ISO 8601 with microseconds, so that text order is time order; "" where not stated.
    Column("corrected_at", String(32), nullable=False),
    # Where it came from: a file or a query, and the place there.
    Column("source", Text, nullable=False),
    Column("place", Text, nullable=False),
    # The event as in a corrections file, keys sorted.
    Column("payload", Text, nullable=False),
    Index("events_by_time", "corrected_at", "sequence"),
    Index("events_by_document", "tenant", "document"),
    Index("events_by_id", "tenant", "id"),
)

# How far sources have been read that are read bit by bit.
imports = Table(
    "imports",
    metadata,
    Column("source", Text, primary_key=True),
    # The largest value of the source's cursor column so far, as JSON.
    Column("cursor", Text, nullable=False),
)
