"""Schemas are data: a YAML file names the fields, their kinds and their business terms.

Nothing below this module knows that a document is an invoice; users bring their own YAML for other fields or
other documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from fakta.errors import SchemaError


@dataclass(frozen=True, slots=True)
class Field:
    """One fact that a document may state.

    Attributes:
        name: snake case, as in results and truth files.
        kind: name of the module in `fakta.fields` that finds, parses, checks and formats its values.
        bt: EN 16931 business term, or "" where there is none.
        required: a document without an accepted value for it needs a person's look.
        multiline: its value may go on over the ends of lines, as an address does.
    """

    name: str
    kind: str
    bt: str = ""
    required: bool = False
    multiline: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of one kind of document, and its tables' columns.

    >>> schema = invoice_schema()
    >>> schema.fields["amount_due"].kind, schema.fields["amount_due"].bt
    ('amount', 'BT-115')
    >>> list(schema.tables["vat_breakdown"])
    ['rate', 'taxable_amount', 'tax_amount']
    """

    name: str
    version: int
    fields: Mapping[str, Field]
    tables: Mapping[str, Mapping[str, Field]]

    def names_of_kind(self, kind: str) -> list[str]:
        """Names of the fields of that kind, in schema order."""
        return [field.name for field in self.fields.values() if field.kind == kind]

    @classmethod
    def from_dict(cls, data: Any, *, source: str) -> Schema:
        """A schema from parsed YAML or JSON.

        Args:
            data: the structure of `schema/invoice.yaml`.
            source: file name for messages.

        Raises:
            SchemaError: naming the first thing that is wrong, and where.
        """
        if not isinstance(data, dict) or not isinstance(data.get("fields"), dict) or not data["fields"]:
            raise SchemaError(f"{source}: a schema is a mapping with a non-empty 'fields' mapping")
        unknown = set(data) - {"name", "version", "fields", "tables"}
        if unknown:
            raise SchemaError(f"{source}: unknown key {sorted(unknown)[0]!r}; known are name, version, fields, tables")
        fields = {name: _field(name, spec, where=f"{source}: fields.{name}") for name, spec in data["fields"].items()}
        tables = {
            table: {
                name: _field(name, column, where=f"{source}: tables.{table}.{name}")
                for name, column in spec["columns"].items()
            }
            for table, spec in (data.get("tables") or {}).items()
        }
        return cls(
            name=str(data.get("name", "custom")), version=int(data.get("version", 1)), fields=fields, tables=tables
        )

    @classmethod
    def load(cls, path: Path) -> Schema:
        """The schema in a YAML file.

        Raises:
            SchemaError: the file is missing or is no schema.
        """
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise SchemaError(f"{path}: no such schema file") from None
        except yaml.YAMLError as error:
            raise SchemaError(f"{path}: not valid YAML ({str(error).splitlines()[0]})") from None
        return cls.from_dict(data, source=str(path))

    def to_dict(self) -> dict[str, Any]:
        """The plain structure that `from_dict` reads; what a bundle's manifest stores."""
        return {
            "name": self.name,
            "version": self.version,
            "fields": {field.name: _plain(field) for field in self.fields.values()},
            "tables": {
                table: {"columns": {column.name: _plain(column) for column in columns.values()}}
                for table, columns in self.tables.items()
            },
        }


@cache
def invoice_schema() -> Schema:
    """The schema that ships with fakta: invoices and credit notes."""
    text = resources.files("fakta.schema").joinpath("invoice.yaml").read_text(encoding="utf-8")
    return Schema.from_dict(yaml.safe_load(text), source="invoice.yaml")


def is_own(name: str) -> bool:
    """Whether a field is a user's own: the invoice schema does not have it, so no lexicon has labels for it.

    >>> is_own("total"), is_own("amount_due")
    (True, False)
    """
    return name not in invoice_schema().fields


def _field(name: str, spec: Any, *, where: str) -> Field:
    if not isinstance(spec, dict) or "kind" not in spec:
        raise SchemaError(f"{where}: a field is a mapping with at least 'kind'")
    unknown = set(spec) - {"kind", "bt", "required", "multiline"}
    if unknown:
        raise SchemaError(f"{where}: unknown key {sorted(unknown)[0]!r}; known are kind, bt, required, multiline")
    return Field(
        name=name,
        kind=str(spec["kind"]),
        bt=str(spec.get("bt", "")),
        required=bool(spec.get("required", False)),
        multiline=bool(spec.get("multiline", False)),
    )


def _plain(field: Field) -> dict[str, Any]:
    plain: dict[str, Any] = {"kind": field.kind}
    if field.bt:
        plain["bt"] = field.bt
    if field.required:
        plain["required"] = True
    if field.multiline:
        plain["multiline"] = True
    return plain
