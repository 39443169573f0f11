"""Benchmark sets: documents with the truth about them.

A set is a folder with `documents/`, `truth.jsonl` and optionally `benchmark.yaml` (`set_settings`). In a truth line a
field that is null is *not on the document*; a field that is absent is unknown and not scored. Public sets are read in
the form in which they are published; `fakta_lab.formats.sets` knows them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta.schema import Schema, invoice_schema
from fakta.wording import type_name
from fakta_lab.formats.jsonl import Problem, read_objects, summary
from fakta_lab.formats.set_settings import SetSettings

# As many field names as a message gives.
SHOWN = 6

# Truth that is not canonical could never be matched; these two kinds are where people slip.
CANONICAL_FORMS = {
    "amount": (re.compile(r"-?\d+\.\d\d"), "12450.00"),
    "date": (re.compile(r"\d{4}-\d\d-\d\d"), "2026-04-15"),
}


@dataclass(frozen=True, slots=True)
class BenchmarkDocument:
    """One document and what is known about it.

    Attributes:
        document: path relative to the set's folder, as written in the truth file.
        path: where the file is.
        fields: field name to canonical value; None = not on the document; absent = unknown.
        tables: table name to its rows, column name to canonical value.
        layout, supplier: for figures per layout and for splits by supplier; "" where not stated.
        extra: every other key of the line, such as `language` or `role`.
    """

    document: str
    path: Path
    fields: Mapping[str, str | None]
    tables: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    layout: str = ""
    supplier: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark set.

    Attributes:
        name: from `benchmark.yaml`, else the folder's name.
        documents: in file order.
        schema: says which kind each field is; the invoice schema unless `benchmark.yaml` names another.
        gates: floors from `benchmark.yaml`, figure to floor.
        baseline: stored evaluation that `benchmark.yaml` names; None where it names none.
        unknown_fields: truth fields that are not in the schema; they are scored as they are.
        notices: what a person should know of how the set was read, a line each; of public sets.
    """

    name: str
    documents: tuple[BenchmarkDocument, ...]
    schema: Schema
    gates: Mapping[str, float] = field(default_factory=dict)
    baseline: Path | None = None
    unknown_fields: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: Path, *, schema: Schema | None = None, blank_is_null: bool = False) -> Benchmark:
        """The set in a folder, or the set whose truth file this is.

        Args:
            path: the folder, or its `truth.jsonl`; or a public set, a split of one, or the file that lists a split.
            schema: overrides the one that `benchmark.yaml` names.
            blank_is_null: take an empty text for "not on the document" rather than for a mistake, as sets have it that
                others made.

        Raises:
            DatasetError: naming every line and key of the truth that cannot be used.
            ConfigError: a gate in `benchmark.yaml` is no floor.
        """
        # They are made of what this module defines.
        from fakta_lab.formats.sets import find_set, read_set, shapes

        folder = path if path.is_dir() else path.parent
        settings = SetSettings.load(folder / "benchmark.yaml")
        if schema is None and settings.schema is not None:
            schema = Schema.load(settings.schema)
        if found := find_set(path):
            return read_set(found, schema=schema, settings=settings)
        truth = path if path.is_file() else path / "truth.jsonl"
        if not truth.is_file():
            known = f"a folder with truth.jsonl and documents/, or a public set: {shapes()}"
            raise DatasetError(f"{path}: no benchmark set here, expected {known}")
        schema = schema or invoice_schema()
        documents: list[BenchmarkDocument] = []
        problems: list[Problem] = []
        seen: dict[str, int] = {}
        for line, data in read_objects(truth):
            if isinstance(data, Problem):
                problems.append(data)
                continue
            if blank_is_null and isinstance(data.get("fields"), dict):
                data["fields"] = {name: None if value == "" else value for name, value in data["fields"].items()}
            wrong = [Problem(line, message) for message in _wrong(data, schema)]
            if not wrong and data["document"] in seen:
                first = seen[data["document"]]
                wrong = [Problem(line, f"document: {data['document']!r} stands in line {first} already")]
            problems += wrong
            if not wrong:
                seen[data["document"]] = line
                documents.append(_document(data, folder=folder, schema=schema))
        if problems:
            raise DatasetError(summary(truth, problems))
        if not documents:
            raise DatasetError(f"{truth}: no documents; one JSON object a line is expected")
        names = dict.fromkeys(name for document in documents for name in document.fields)
        return cls(
            name=settings.name or folder.resolve().name,
            documents=tuple(documents),
            schema=schema,
            gates=settings.gates,
            baseline=settings.baseline,
            unknown_fields=tuple(name for name in names if name not in schema.fields),
        )

    def only(self, keep: Callable[[BenchmarkDocument], bool]) -> Benchmark:
        """The same set with the documents that `keep` says yes to."""
        return replace(self, documents=tuple(document for document in self.documents if keep(document)))

    def check_fields(self, schema: Schema) -> None:
        """Refuses to be read with a schema that has none of the fields and tables that the truth states.

        Raises:
            DatasetError: there is none in common, so that every figure would be 0.
        """
        stated = dict.fromkeys(name for document in self.documents for name in (*document.fields, *document.tables))
        if stated and not stated.keys() & {*schema.fields, *schema.tables}:
            shown = ", ".join(list(stated)[:SHOWN]) + (", …" if len(stated) > SHOWN else "")
            raise DatasetError(
                f"{self.name}: the model reads none of its fields ({shown}); its own schema is {schema.name!r}. Give a "
                "model of these fields with --model, or answers with --predictions"
            )

    def kind(self, name: str) -> str:
        """The kind of a field; "text" for a field that the schema does not have."""
        known = self.schema.fields.get(name)
        return known.kind if known else "text"


def _wrong(data: Mapping[str, Any], schema: Schema) -> list[str]:
    """What is wrong with a truth line, key by key."""
    wrong = []
    if "document" not in data:
        wrong.append(f"document: missing{_typo('document', data)}")
    elif not isinstance(data["document"], str) or not data["document"]:
        wrong.append(f"document: expected a path, found {type_name(data['document'])}")
    for key in ("layout", "supplier"):
        if not isinstance(data.get(key, ""), str):
            wrong.append(f"{key}: expected a text, found {type_name(data[key])}")
    if "fields" not in data:
        wrong.append(f"fields: missing{_typo('fields', data)}")
    elif not isinstance(data["fields"], dict):
        wrong.append(f"fields: expected an object, found {type_name(data['fields'])}")
    else:
        values = (_wrong_value(f"fields.{name}", name, value, schema) for name, value in data["fields"].items())
        wrong += [message for message in values if message]
    for table in schema.tables:
        if table in data:
            wrong += _wrong_table(table, data[table])
    return wrong


def _wrong_value(where: str, name: str, value: Any, schema: Schema) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        return f"{where}: expected a canonical text or null, found {type_name(value)}"
    if name not in schema.fields:
        return None
    if not value.strip():
        return f"{where}: empty text; write null for what is not on the document"
    form = CANONICAL_FORMS.get(schema.fields[name].kind)
    if form and not form[0].fullmatch(value):
        return f"{where}: {value!r} is not canonical, expected a form like {form[1]!r}"
    return None


def _wrong_table(table: str, rows: Any) -> list[str]:
    if not isinstance(rows, list):
        return [f"{table}: expected a list of rows, found {type_name(rows)}"]
    wrong = []
    for i, row in enumerate(rows):
        if not isinstance(row, dict):
            wrong.append(f"{table}[{i}]: expected an object, found {type_name(row)}")
            continue
        wrong += [
            f"{table}[{i}].{column}: expected a canonical text or null, found {type_name(value)}"
            for column, value in row.items()
            if not isinstance(value, str | None)
        ]
    return wrong


def _document(data: Mapping[str, Any], *, folder: Path, schema: Schema) -> BenchmarkDocument:
    tables = {
        table: tuple({column: value for column, value in row.items() if value is not None} for row in data[table])
        for table in schema.tables
        if table in data
    }
    known = {"document", "layout", "supplier", "fields", *schema.tables}
    return BenchmarkDocument(
        document=data["document"],
        path=folder / data["document"],
        fields=data["fields"],
        tables=tables,
        layout=data.get("layout", ""),
        supplier=data.get("supplier", ""),
        extra={key: value for key, value in data.items() if key not in known},
    )


def _typo(key: str, data: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(key, data, n=1, cutoff=0.7)
    return f" (the line has {near[0]!r})" if near else ""
