"""Events, documents, the datasets that were built from them, and what of it was erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "documents",
        sa.Column("sha256", TEXT, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "document_names",
        sa.Column("tenant", TEXT, primary_key=True),
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("sha256", TEXT, sa.ForeignKey("documents.sha256", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("ix_document_names_sha256", "document_names", ["sha256"])
    op.create_table(
        "events",
        sa.Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
        sa.Column("digest", TEXT, nullable=False, unique=True),
        *(
            sa.Column(name, TEXT, nullable=False)
            for name in (
                "id",
                "tenant",
                "document",
                "supplier",
                "extractor",
                "selection",
                "corrected_by",
                "corrected_at",
                "source",
                "place",
                "payload",
            )
        ),
    )
    op.create_index("events_by_time", "events", ["corrected_at", "sequence"])
    op.create_index("events_by_document", "events", ["document", "tenant"])
    op.create_index("events_by_id", "events", ["tenant", "id", "sequence"])
    op.create_table(
        "imports",
        sa.Column("source", TEXT, primary_key=True),
        sa.Column("cursor", TEXT, nullable=False),
    )
    op.create_table(
        "datasets",
        sa.Column("sha256", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("erased", sa.Integer, nullable=False),
    )
    op.create_table(
        "dataset_documents",
        sa.Column("dataset", TEXT, sa.ForeignKey("datasets.sha256", ondelete="CASCADE"), primary_key=True),
        sa.Column("document", TEXT, primary_key=True),
    )
    op.create_index("ix_dataset_documents_document", "dataset_documents", ["document"])
    op.create_table(
        "erasures",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("erased_at", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("datasets", TEXT, nullable=False),
    )
    op.create_table("erased", sa.Column("digest", TEXT, primary_key=True))
    op.create_table(
        "secrets",
        sa.Column("name", TEXT, primary_key=True),
        sa.Column("value", TEXT, nullable=False),
    )
