"""`OutputMapping`: a mapping file, what it makes of extractions, and what it makes of the application's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakta.errors import ConfigError
from fakta.extraction import Extraction
from fakta.mapping.forms import ISO_DATE, Json, date_problem
from fakta.mapping.nodes import NULL, FieldNode, ObjectNode, Scope, field_places
from fakta.mapping.nodes import Path as Place
from fakta.mapping.parse import Parser, Settings, decimal_problem
from fakta.schema import Schema, invoice_schema
from fakta.wording import suggestion
from fakta.yaml_file import read_yaml

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OUTPUT_KEYS = ("output", "numbers", "omit", "accepted_only", "parts")
# What mappings of imports say too, and mean the same by.
SHARED_KEYS = ("fields", "dates", "decimal", "values", "absent")
# What only imports read: who corrected what when says nothing about output.
IMPORT_KEYS = ("keys", "ignore", "constants", "sql")


@dataclass(frozen=True, slots=True)
class OutputMapping:
    """From extractions to the JSON of an application.

    Attributes:
        root: the mirror of that JSON.
        name: of the schema that it was made for.
    """

    root: ObjectNode
    name: str = "invoice"
    _places: Mapping[str, tuple[Place, FieldNode]] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, path: str | Path, schema: Schema | None = None) -> OutputMapping:
        """The mapping in a YAML file (JSON is YAML too).

        Args:
            path: of the file.
            schema: of the extractions that it will get (`extractor.schema`); by default that of invoices.

        Raises:
            ConfigError: naming everything that is wrong with it.
        """
        data = read_yaml(Path(path), missing="no such mapping; configs/mappings has examples")
        return cls.from_dict(data, schema, source=str(path))

    @classmethod
    def from_dict(cls, data: Any, schema: Schema | None = None, *, source: str = "mapping") -> OutputMapping:
        """The mapping in parsed YAML or JSON.

        Args:
            data: the structure of a file in `configs/mappings`.
            schema: as in `load`.
            source: file name for messages.

        Raises:
            ConfigError: naming everything that is wrong with it.
        """
        if not isinstance(data, dict):
            raise ConfigError(f"{source}: a mapping has keys, at least output or fields; this is {data!r:.60}")
        parser = Parser(schema or invoice_schema())
        problems = parser.problems
        known = (*OUTPUT_KEYS, *SHARED_KEYS, *IMPORT_KEYS)
        listed = f"; known are {', '.join(known)}"
        problems += [f"unknown key {key!r}{suggestion(key, known) or listed}" for key in data if key not in known]
        parser.settings = _settings(data, parser)
        if ("output" in data) == ("fields" in data):
            problems.append("output or fields (one of them, not both) says what the JSON holds")
            mirror: Any = {}
        else:
            mirror = data["output"] if "output" in data else _mirror(data["fields"], problems)
        root = parser.object(mirror, "output")
        if not problems and not root.members:
            problems.append("output: nothing in it")
        if problems:
            raise ConfigError(f"{source}: {'; '.join(problems)}")
        # Where a field stands twice, the first place that holds its value is the one to read.
        places: dict[str, tuple[Place, FieldNode]] = {}
        for place, node in field_places(root):
            if node.name not in places or places[node.name][1].form.equals is not None:
                places[node.name] = place, node
        return cls(root, parser.schema.name, places)

    def apply(self, extraction: Extraction) -> dict[str, Json]:
        """The application's JSON for an extraction: dicts, lists, texts, numbers, truth values and None."""
        places = {name: place for name, (place, _) in self._places.items()}
        return self.root.write(Scope(extraction, places))

    def json_schema(self) -> dict[str, Json]:
        """JSON Schema (draft 2020-12) that everything fulfils that `apply` gives."""
        return {"$schema": DIALECT, "title": self.name, **self.root.json_schema()}

    @property
    def places(self) -> Mapping[str, str]:
        """Field to where its value stands in the application's JSON, with dots between keys, in the file's order.

        >>> mapping = OutputMapping.from_dict({"output": {"betalning": {"belopp": "amount_due"}}})
        >>> dict(mapping.places)
        {'amount_due': 'betalning.belopp'}
        """
        return {
            name: ".".join(map(str, place)) for name, (place, node) in self._places.items() if node.form.equals is None
        }

    def read(self, data: Mapping[str, Any]) -> dict[str, Json]:
        """Field to value, from the application's JSON: the way back, for second readers and corrections.

        Values are as `fakta.cascade.settle` takes them; what does not have the form that the mapping writes stays as it
        is. Tables are not read.

        Args:
            data: what `apply` gives, or another reader's answer in the same form; keys may also have dots where
                `apply` has objects.

        >>> mapping = OutputMapping.from_dict({"decimal": ",", "output": {"att_betala": "amount_due"}})
        >>> mapping.read({"att_betala": "12450,00", "momssats": 25})
        {'amount_due': '12450.00'}
        """
        found: dict[str, Json] = {}
        for name, (place, node) in self._places.items():
            is_there, written = _at(data, place)
            if is_there and node.form.equals is None:
                is_blank = isinstance(written, str) and written.strip() in {node.blank.text, ""}
                found[name] = None if written is None or is_blank else node.form.read(written)
        return found


def _settings(data: Mapping[Any, Any], parser: Parser) -> Settings:
    """What holds for all places, from the top of the file."""
    problems = parser.problems
    numbers = data.get("numbers", "text" if data.get("decimal") is not None else "number")
    if numbers not in ("number", "text"):
        problems.append(f"numbers: {numbers!r} is neither number nor text")
    decimal = data.get("decimal") or "."
    if wrong := decimal_problem(decimal):
        problems.append(f"decimal: {wrong}")
    absent = data.get("absent")
    # Imports read several words; the first of them is what is written.
    words = absent if isinstance(absent, list) else [absent]
    said = {"absent": words[0]} if words and absent is not None else {}
    values = data.get("values") or {}
    if not isinstance(values, dict):
        problems.append("values: expected a field, and under it their value: our value")
        values = {}
    columns = {name for table in parser.schema.tables.values() for name in table}
    for name in values:
        parser.check_name(name, (*parser.schema.fields, *sorted(columns)), "field or column", "values")
    omit = {"omit": data["omit"]} if "omit" in data else {}
    return Settings(
        numbers="text" if numbers == "text" else "number",
        decimal=decimal if decimal in (".", ",") else ".",
        date=_date(data.get("dates"), problems),
        blank=parser.blank({**said, **omit}, "mapping", NULL),
        accepted_only=parser.flag(data, "accepted_only", "mapping", default=False),
        parts=parser.parts(data["parts"], "parts") if data.get("parts") is not None else {},
        values={str(name): parser.values(theirs, f"values.{name}") for name, theirs in values.items()},
    )


def _date(dates: Any, problems: list[str]) -> str:
    """The format that dates are written in: of those that imports try, the first without a time of day."""
    if not dates:
        return ISO_DATE
    formats = dates if isinstance(dates, list) else [dates]
    wrong = [date_problem(each) for each in formats]
    if all(wrong):
        problems.append(f"dates: {wrong[0]}")
        return ISO_DATE
    return str(formats[wrong.index("")])


def _mirror(fields: Any, problems: list[str]) -> dict[str, Any]:
    """The mirror that `fields` of an import's mapping describes: our field to their name, with dots into objects."""
    if not isinstance(fields, dict) or not fields:
        problems.append("fields: expected our field: your name of it")
        return {}
    mirror: dict[str, Any] = {}
    for ours, theirs in fields.items():
        *parents, last = str(theirs).split(".")
        inner: Any = mirror
        for parent in parents:
            inner = inner.setdefault(parent, {}) if isinstance(inner, dict) else None
        if not isinstance(inner, dict) or last in inner:
            problems.append(f"fields.{ours}: {theirs!r} is another field's place too")
        else:
            inner[last] = ours
    return {key: _escaped(value) for key, value in mirror.items()}


def _escaped(mirror: Any) -> Any:
    """A mirror whose names of theirs are never taken for instructions."""
    if not isinstance(mirror, dict):
        return mirror
    return {"object": {key: _escaped(value) for key, value in mirror.items()}}


def _at(data: Any, place: Place) -> tuple[bool, Any]:
    """Whether there is something at a place, and what."""
    if isinstance(data, Mapping) and (dotted := ".".join(map(str, place))) in data:
        return True, data[dotted]
    for key in place:
        if isinstance(data, Mapping) and isinstance(key, str) and key in data:
            data = data[key]
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return False, None
    return True, data
