"""Writes the JSON Schema of an extraction of invoices (draft 2020-12), for programs that read results.

python -m scripts.extraction_schema             writes docs/assets/extraction.schema.json      (make reference)
python -m scripts.extraction_schema --check     exit code 1 where the file is not what would be written
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

from scripts.reference_page import run

from fakta.extraction import ExtractedField, Extraction
from fakta.fields import DECIMAL_KINDS
from fakta.fields.base import Check
from fakta.schema import Field, Schema, invoice_schema

PAGE = Path(__file__).resolve().parent.parent / "docs" / "assets" / "extraction.schema.json"
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
TEXT = {"type": "string"}
# What `fakta.fields.canonical` gives for values of a kind; any other kind's are texts.
DECIMAL = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2,}$"}
FORMS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(DECIMAL_KINDS, DECIMAL),
    "date": {"type": "string", "format": "date"},
    "document_type": {"enum": ["invoice", "credit_note"]},
}


def extraction_schema(schema: Schema) -> dict[str, Any]:
    """The JSON Schema of what `Extraction.to_dict` gives for documents of a field schema."""
    fields = {name: {"$ref": "#/$defs/field", **_value_of(field)} for name, field in schema.fields.items()}
    tables = {
        table: {"type": "array", "items": _object({name: _form(each) for name, each in columns.items()}, required=())}
        for table, columns in schema.tables.items()
    }
    properties = {
        "document": TEXT,
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "pages": {"type": "integer", "minimum": 1},
        "model": TEXT,
        "confidence": SHARE,
        "needs_review": {"type": "boolean"},
        "explanation": TEXT,
        "known_supplier": {"type": "boolean"},
        "fields": _object(fields),
        **tables,
        "checks": {"type": "array", "items": {"$ref": "#/$defs/check"}},
        "timings_ms": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
        "extracted_at": {"type": ["string", "null"], "format": "date-time"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Extraction ({schema.name})",
        **_object(_complete(properties, Extraction)),
        "$defs": {"field": _field(), "check": _check()},
    }


def page() -> str:
    """The file's content."""
    return json.dumps(extraction_schema(invoice_schema()), indent=2, ensure_ascii=False) + "\n"


def _field() -> dict[str, Any]:
    properties = {
        "value": {"type": ["string", "null"]},
        "text": TEXT,
        "confidence": SHARE,
        "accepted": {"type": "boolean"},
        "page": {"type": ["integer", "null"], "minimum": 1},
        "box": {"type": ["array", "null"], "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
        "reasons": {"type": "array", "items": TEXT},
        "explanation": TEXT,
    }
    return _object(_complete(properties, ExtractedField, but="name"))


def _check() -> dict[str, Any]:
    properties = {"name": TEXT, "passed": {"type": "boolean"}, "detail": TEXT}
    return _object(_complete(properties, Check))


def _complete(properties: dict[str, Any], described: type[Any], *, but: str = "") -> dict[str, Any]:
    """The properties, if they are those of the data class: what is added there has to be described here."""
    stated = {each.name for each in dataclasses.fields(described)} - {but}
    if stated != properties.keys():
        raise ValueError(f"{described.__name__}: {', '.join(sorted(stated ^ properties.keys()))} on one side only")
    return properties


def _value_of(field: Field) -> dict[str, Any]:
    """What is known of a field's value beyond that it is a text."""
    form = _form(field)
    return {} if form == TEXT else {"properties": {"value": {"anyOf": [form, {"type": "null"}]}}}


def _form(field: Field) -> dict[str, Any]:
    return FORMS.get(field.kind, TEXT)


def _object(properties: dict[str, Any], *, required: Any = None) -> dict[str, Any]:
    names = [*properties] if required is None else [*required]
    needed = {"required": names} if names else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": False}


if __name__ == "__main__":
    sys.exit(run(PAGE, page(), sys.argv[1:]))
