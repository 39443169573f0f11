"""The tables of a store. A change here needs a migration (`fakta_lab.store.migrations`)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, MetaData, Table, Text

metadata = MetaData()

# SQLite counts rows by itself only where the key is an INTEGER.
SEQUENCE = BigInteger().with_variant(Integer, "sqlite")
# Texts sort by their bytes in both databases; PostgreSQL's own order depends on where it was installed.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")

documents = Table(
    "documents",
    metadata,
    Column("sha256", TEXT, primary_key=True),
    Column("size", BigInteger, nullable=False),
)

document_names = Table(
    "document_names",
    metadata,
    Column("tenant", TEXT, primary_key=True),
    Column("name", TEXT, primary_key=True),
    Column("sha256", TEXT, ForeignKey("documents.sha256", ondelete="CASCADE"), nullable=False, index=True),
)

# The payload is the event. The other columns say again what of it is looked for or counted; "" where not stated.
events = Table(
    "events",
    metadata,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
    # sha256 of the payload: importing the same event twice changes nothing.
    Column("digest", TEXT, nullable=False, unique=True),
    # The source's own name of the event. A later event of the same name is a new version of it.
    Column("id", TEXT, nullable=False),
    Column("tenant", TEXT, nullable=False),
    # Path as logged, or sha256.
    Column("document", TEXT, nullable=False),
    Column("supplier", TEXT, nullable=False),
    Column("extractor", TEXT, nullable=False),
    Column("selection", TEXT, nullable=False),
    Column("corrected_by", TEXT, nullable=False),
    # UTC, ISO 8601 with microseconds, so that text order is time order.
    Column("corrected_at", TEXT, nullable=False),
    # Where it came from: a file or a query, and the place there.
    Column("source", TEXT, nullable=False),
    Column("place", TEXT, nullable=False),
    # The event as in a corrections file, keys sorted.
    Column("payload", TEXT, nullable=False),
    Index("events_by_time", "corrected_at", "sequence"),
    Index("events_by_document", "document", "tenant"),
    Index("events_by_id", "tenant", "id", "sequence"),
)

# How far sources have been read that are read bit by bit.
imports = Table(
    "imports",
    metadata,
    Column("source", TEXT, primary_key=True),
    # The largest value of the source's cursor column so far, as JSON.
    Column("cursor", TEXT, nullable=False),
)

# Every dataset content that was ever built from the store, and the documents in it: a folder may since have been
# replaced by a newer dataset, and the models trained on the old one still have seen them.
datasets = Table(
    "datasets",
    metadata,
    # Of the dataset's rows, as its `dataset.json` and the lineage of runs and bundles say it.
    Column("sha256", TEXT, primary_key=True),
    Column("name", TEXT, nullable=False),
    # Documents of it that were erased since.
    Column("erased", Integer, nullable=False, default=0),
)

dataset_documents = Table(
    "dataset_documents",
    metadata,
    Column("dataset", TEXT, ForeignKey("datasets.sha256", ondelete="CASCADE"), primary_key=True),
    Column("document", TEXT, primary_key=True, index=True),
)

# Where supplier memories lie that were built from the store: an erasure looks there.
memories = Table("memories", metadata, Column("path", TEXT, primary_key=True))

# What was erased when, in numbers: no name, no value, nothing that leads back to what was erased.
erasures = Table(
    "erasures",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("erased_at", TEXT, nullable=False),
    # "document", "supplier", "person", "tenant", "user" or "retention".
    Column("scope", TEXT, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    # Sorted JSON list of the sha256 of the datasets that held them.
    Column("datasets", TEXT, nullable=False),
)

# So that an import does not bring back what was erased: keyed digests of the documents' sha256 and names. Without the
# document itself at hand they say nothing.
erased = Table("erased", metadata, Column("digest", TEXT, primary_key=True))

# Values that the store makes up for itself, such as the key of the digests above.
secrets = Table("secrets", metadata, Column("name", TEXT, primary_key=True), Column("value", TEXT, nullable=False))
