"""The field registry: which fields a document has, of which kind, under which name."""

from fakta.schema.registry import Field, Schema, invoice_schema, is_own

__all__ = ["Field", "Schema", "invoice_schema", "is_own"]
