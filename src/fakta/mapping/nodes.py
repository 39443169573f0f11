"""Nodes: what stands at one place of the application's JSON; each writes its place and describes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from fakta.extraction import ExtractedField, Extraction
from fakta.fields.base import Value
from fakta.mapping.forms import Form, Json

Path = tuple[str | int, ...]

# Of an extraction, what an application can ask for, to its JSON Schema.
FACTS: Mapping[str, dict[str, Json]] = {
    "document": {"type": "string"},
    "sha256": {"type": "string"},
    "pages": {"type": "integer"},
    "model": {"type": "string"},
    "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    "needs_review": {"type": "boolean"},
    "explanation": {"type": "string"},
    "known_supplier": {"type": "boolean"},
    # Places in this JSON whose fields are not accepted.
    "held": {"type": "array", "items": {"type": "string"}},
}
# Of a field, beside its value.
PARTS: Mapping[str, dict[str, Json]] = {
    "value": {},
    "text": {"type": "string"},
    "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    "accepted": {"type": "boolean"},
    "page": {"type": ["integer", "null"]},
    "box": {"type": ["array", "null"], "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
    "reasons": {"type": "array", "items": {"type": "string"}},
    "explanation": {"type": "string"},
}


class _Omitted:
    """What a node writes whose key is left out."""


OMITTED = _Omitted()


@dataclass(frozen=True, slots=True)
class Scope:
    """What nodes write from: an extraction, inside a table one of its rows, and where each field stands."""

    extraction: Extraction
    places: Mapping[str, Path]
    row: Mapping[str, Value] | None = None


class Node(Protocol):
    """One place of the application's JSON."""

    def write(self, scope: Scope) -> Json | _Omitted:
        """What stands there, or `OMITTED`."""

    def json_schema(self) -> dict[str, Json]:
        """JSON Schema of all that `write` can give."""

    def may_be_omitted(self) -> bool:
        """Whether `write` can give `OMITTED`."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What stands where there is no value: `text` (None for null), or nothing at all where `omit` is set."""

    text: str | None = None
    omit: bool = False

    def write(self) -> Json | _Omitted:
        """What stands there."""
        return OMITTED if self.omit else self.text

    def beside(self, described: dict[str, Json]) -> dict[str, Json]:
        """The schema of a place that has what is described, or this."""
        if self.omit:
            return described
        if self.text is None and isinstance(described.get("type"), str) and "enum" not in described:
            return {**described, "type": [described["type"], "null"]}
        return {"anyOf": [described, {"type": "null"} if self.text is None else {"const": self.text}]}


NULL = Blank()


@dataclass(frozen=True, slots=True)
class FieldNode:
    """A field's value, or another part of what was read for it.

    Attributes:
        name: of the field in the schema.
        bt: its business term, or "".
        form: of its value.
        part: a key of `PARTS`.
        blank: what stands where there is no value.
        accepted_only: a value that is not accepted counts as none.
    """

    name: str
    bt: str
    form: Form
    part: str = "value"
    blank: Blank = NULL
    accepted_only: bool = False

    def write(self, scope: Scope) -> Json | _Omitted:
        read = scope.extraction.fields.get(self.name) or ExtractedField(self.name, None)
        if self.part != "value":
            return read.to_dict()[self.part]
        if read.value is None or (self.accepted_only and not read.accepted):
            return self.blank.write()
        return self.form.write(read.value)

    def json_schema(self) -> dict[str, Json]:
        if self.part != "value":
            return dict(PARTS[self.part])
        described = self.blank.beside(self.form.json_schema())
        return {**described, "description": f"{self.name} ({self.bt})" if self.bt else self.name}

    def may_be_omitted(self) -> bool:
        return self.part == "value" and self.blank.omit


@dataclass(frozen=True, slots=True)
class ColumnNode:
    """A cell of the row that is written."""

    name: str
    form: Form
    blank: Blank = NULL

    def write(self, scope: Scope) -> Json | _Omitted:
        value = (scope.row or {}).get(self.name)
        return self.blank.write() if value is None else self.form.write(value)

    def json_schema(self) -> dict[str, Json]:
        return self.blank.beside(self.form.json_schema())

    def may_be_omitted(self) -> bool:
        return self.blank.omit


@dataclass(frozen=True, slots=True)
class FactNode:
    """Something about the whole extraction: a key of `FACTS`, or whether it is what `equals` says."""

    key: str
    equals: bool | None = None

    def write(self, scope: Scope) -> Json:
        if self.key == "held":
            fields = scope.extraction.fields
            return [
                ".".join(map(str, place))
                for name, place in scope.places.items()
                if name in fields and not fields[name].accepted
            ]
        value = getattr(scope.extraction, self.key)
        if self.equals is not None:
            return value == self.equals
        return round(value, 4) if self.key == "confidence" else value

    def json_schema(self) -> dict[str, Json]:
        return dict(FACTS[self.key])

    def may_be_omitted(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class ConstantNode:
    """The same for every document."""

    value: Json

    def write(self, scope: Scope) -> Json:
        return self.value

    def json_schema(self) -> dict[str, Json]:
        return {"const": self.value}

    def may_be_omitted(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class RowsNode:
    """A list with something for every row of a table; where there are no rows an empty one, or what `blank` says."""

    table: str
    each: Node
    blank: Blank | None = None

    def write(self, scope: Scope) -> Json | _Omitted:
        rows: tuple[Mapping[str, Value], ...] = getattr(scope.extraction, self.table)
        if not rows and self.blank is not None:
            return self.blank.write()
        written = (self.each.write(Scope(scope.extraction, scope.places, row)) for row in rows)
        return [item for item in written if item is not OMITTED]

    def json_schema(self) -> dict[str, Json]:
        described = {"type": "array", "items": self.each.json_schema()}
        return described if self.blank is None else self.blank.beside(described)

    def may_be_omitted(self) -> bool:
        return self.blank is not None and self.blank.omit


@dataclass(frozen=True, slots=True)
class ArrayNode:
    """A list with fixed places; those that are omitted close up."""

    items: tuple[Node, ...]

    def write(self, scope: Scope) -> Json:
        return [written for item in self.items if (written := item.write(scope)) is not OMITTED]

    def json_schema(self) -> dict[str, Json]:
        schemas = [item.json_schema() for item in self.items]
        if not any(item.may_be_omitted() for item in self.items):
            exact = {"prefixItems": schemas, "items": False} if schemas else {}
            return {"type": "array", **exact, "minItems": len(schemas), "maxItems": len(schemas)}
        return {"type": "array", "items": {"anyOf": schemas}, "maxItems": len(schemas)}

    def may_be_omitted(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class ObjectNode:
    """An object with these keys."""

    members: Mapping[str, Node]

    def write(self, scope: Scope) -> dict[str, Json]:
        written = {key: node.write(scope) for key, node in self.members.items()}
        return {key: value for key, value in written.items() if value is not OMITTED}

    def json_schema(self) -> dict[str, Json]:
        return {
            "type": "object",
            "properties": {key: node.json_schema() for key, node in self.members.items()},
            "required": [key for key, node in self.members.items() if not node.may_be_omitted()],
            "additionalProperties": False,
        }

    def may_be_omitted(self) -> bool:
        return False


def field_places(node: Node, path: Path = ()) -> Iterator[tuple[Path, FieldNode]]:
    """Every place below a node where a field's value stands, outside tables."""
    children: Mapping[Any, Node] = {}
    if isinstance(node, FieldNode) and node.part == "value":
        yield path, node
    elif isinstance(node, ObjectNode):
        children = node.members
    elif isinstance(node, ArrayNode) and not any(item.may_be_omitted() for item in node.items):
        children = dict(enumerate(node.items))
    for key, child in children.items():
        yield from field_places(child, (*path, key))
