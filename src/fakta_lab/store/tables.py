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

# Every dataset content that was ever built from the store, and the documents in it: a folder may since have been
# replaced by a newer dataset, and the models trained on the old one still have seen them.
datasets = Table(
    "datasets",
    metadata,
    # Of the dataset's rows, as its `dataset.json` and the lineage of runs and bundles say it.
    Column("sha256", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    # Documents of it that were erased since.
    Column("erased", Integer, nullable=False, default=0),
)

dataset_documents = Table(
    "dataset_documents",
    metadata,
    Column("dataset", String(64), ForeignKey("datasets.sha256", ondelete="CASCADE"), primary_key=True),
    Column("document", String(64), primary_key=True, index=True),
)

# What was erased when, in numbers: no name, no value, nothing that leads back to what was erased.
erasures = Table(
    "erasures",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("erased_at", String(32), nullable=False),
    # "document", "supplier", "person", "tenant", "user" or "retention".
    Column("scope", Text, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    # Sorted JSON list of the sha256 of the datasets that held them.
    Column("datasets", Text, nullable=False),
)

# So that an import does not bring back what was erased: keyed digests of the documents' sha256 and names. Without the
# document itself at hand they say nothing.
erased = Table("erased", metadata, Column("digest", String(64), primary_key=True))

# Values that the store makes up for itself, such as the key of the digests above.
secrets = Table("secrets", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
