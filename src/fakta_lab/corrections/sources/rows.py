"""Rows of a table, from a CSV file or a database, turned into events.

Two layouts. *Long*: one row a field, with the columns `document`, `field`, and `extracted`, `corrected`, `confirmed`,
`final`; rows of one event stand together. *Wide*: one row a document, with columns such as `extracted.amount_due`,
`corrected.amount_due`, `confirmed.amount_due`; a bare `amount_due` is the value as the person left it.

An empty cell says nothing; `null` says that the field is not on the document.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta.wording import suggestion
from fakta_lab.corrections.mapping import SOURCE_KEYS, ImportMapping
from fakta_lab.corrections.sources.base import Item, Place
from fakta_lab.formats.correction import KEYS, TEXT_KEYS
from fakta_lab.formats.json_text import parse_json
from fakta_lab.formats.jsonl import Problem

Row = Mapping[str, Any]

PARTS = ("extracted", "corrected", "confirmed", "final")
# What rows of one event have in common.
HEAD_KEYS = ("document", "corrected_at", *TEXT_KEYS)
NOT_ON_DOCUMENT = "null"
TRUE = frozenset({"true", "t", "1", "yes", "y", "ja", "j", "x", "sant"})
FALSE = frozenset({"", "false", "f", "0", "no", "n", "nej", "falskt"})


@dataclass(frozen=True)
class Columns:
    """What the columns of a table mean.

    Attributes:
        keys: key of an event to the column.
        values: column to the part of an event ("extracted", …) and their name of the field.
        passed_over: columns that mean nothing here.
    """

    keys: Mapping[str, str]
    values: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    passed_over: Sequence[str] = ()

    @property
    def is_long(self) -> bool:
        """Whether a row is one field of a document."""
        return "field" in self.keys

    @classmethod
    def of(cls, names: Sequence[str], *, mapping: ImportMapping, schema: Schema, named_by: Sequence[str]) -> Columns:
        """The meaning of columns by their names.

        Args:
            names: as the table has them.
            mapping: of their names.
            schema: of the fields.
            named_by: keys of which a row needs one, to say what it is about.

        Raises:
            DatasetError: naming each column that is missing, double, or probably misspelt.
        """
        wrong = [f"column {name!r} stands twice" for name in dict.fromkeys(names) if names.count(name) > 1]
        keys: dict[str, str] = {}
        values: dict[str, tuple[str, str]] = {}
        passed_over = []
        fields = {*schema.fields, *schema.tables, *mapping.field_of}
        for name in names:
            part, dot, inner = name.partition(".")
            if name in mapping.ignore:
                continue
            if name in mapping.key_of:
                keys[mapping.key_of[name]] = name
            elif name in SOURCE_KEYS and name not in mapping.keys:
                keys[name] = name
            elif dot and part in PARTS and inner not in mapping.ignore:
                values[name] = part, inner
            elif name in fields:
                values[name] = "final", name
            else:
                passed_over.append(name)
                near = difflib.get_close_matches(name, [*KEYS, *fields], n=1, cutoff=0.85)
                if near:
                    wrong.append(
                        f"column {name!r}: did you mean {near[0]!r}? If not, list it under ignore in a mapping"
                    )
        wrong += _missing(names, mapping, {inner for _, inner in values.values()}, is_long="field" in keys)
        if not keys.keys() & set(named_by):
            listed = ", ".join(map(repr, names[:12])) + (" …" if len(names) > 12 else "")
            wrong.append(f"no column {' or '.join(map(repr, named_by))} among {listed}; is the header missing?")
        elif not values and not keys.keys() & set(PARTS):
            wrong.append("no column with values, such as 'amount_due' or 'corrected.amount_due'")
        if wrong:
            raise DatasetError("; ".join(wrong))
        return cls(keys, values, passed_over)


def rows_to_events(
    rows: Iterable[tuple[Place, Row] | Problem], columns: Columns, *, mapping: ImportMapping, schema: Schema
) -> Iterator[Item]:
    """The events that rows state, each at the place of its first row.

    Args:
        rows: column to cell: a text, or what a database gives.
        columns: what they mean.
        mapping: of their names; values are not translated yet.
        schema: of the fields.
    """
    tables = {name for name in (*schema.tables, *(mapping.fields.get(table) for table in schema.tables)) if name}
    head_columns = {key: name for key, name in columns.keys.items() if key in HEAD_KEYS}
    place: Place = 0
    head: dict[str, Any] = {}
    event: dict[str, Any] | None = None
    seen: set[str] = set()
    problems: list[Problem] = []

    def done() -> Iterator[Item]:
        if event is not None:
            yield place, event
        yield from problems
        problems.clear()

    for row in rows:
        if isinstance(row, Problem):
            problems.append(row)
            continue
        row_place, cells = row
        row_head = {key: text for key, column in head_columns.items() if (text := _text(cells[column]))}
        name = str(_text(cells[columns.keys["field"]]) or "") if columns.is_long else ""
        if event is None or not columns.is_long or row_head != head or name in seen or not name:
            yield from done()
            place, head, event = row_place, row_head, {**row_head, "corrected": {}}
            seen.clear()
        seen.add(name)
        found = _long(cells, name, columns) if columns.is_long else _wide(cells, columns)
        for part, inner, cell in found:
            try:
                _put(event, part, inner, cell, is_table=inner in tables)
            except DatasetError as error:
                problems.append(Problem(row_place, f"{part}{f'.{inner}' if inner else ''}: {error}"))
    yield from done()


def _long(cells: Row, name: str, columns: Columns) -> Iterator[tuple[str, str, Any]]:
    if name:
        yield from ((part, name, cells[columns.keys[part]]) for part in PARTS if part in columns.keys)


def _wide(cells: Row, columns: Columns) -> Iterator[tuple[str, str, Any]]:
    yield from ((part, "", cells[columns.keys[part]]) for part in PARTS if part in columns.keys)
    yield from ((part, inner, cells[column]) for column, (part, inner) in columns.values.items())


def _put(event: dict[str, Any], part: str, inner: str, cell: Any, *, is_table: bool) -> None:
    """Writes a cell into an event.

    Raises:
        DatasetError: what the cell says has no such form.
    """
    value = _plain(cell)
    if value is None or value == "" or not isinstance(event.get(part) or [], dict | list):
        return
    if not inner:
        whole = _parsed(value, "[" if part == "confirmed" else "{")
        if part == "confirmed" and isinstance(whole, str):
            whole = [name for name in re.split(r"[\s,;|]+", whole) if name]
        event[part] = whole
    elif part == "confirmed":
        if _truth(value):
            event.setdefault("confirmed", []).append(inner)
    else:
        value = None if value == NOT_ON_DOCUMENT else _parsed(value, "[") if is_table else value
        event.setdefault(part, {})[inner] = value


def _truth(value: Any) -> bool:
    word = str(value).strip().casefold()
    if word not in TRUE | FALSE:
        raise DatasetError(f"expected true or false, found {str(value)[:40]!r}")
    return word in TRUE


def _parsed(value: Any, opening: str) -> Any:
    return parse_json(value) if isinstance(value, str) and value.lstrip().startswith(opening) else value


def _plain(cell: Any) -> Any:
    """A cell as JSON could have it."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, Decimal | UUID) else cell


def _text(cell: Any) -> Any:
    """A cell of a key: databases number their users and events."""
    plain = _plain(cell)
    return str(plain) if isinstance(plain, int | float) and not isinstance(plain, bool) else plain


def _missing(names: Sequence[str], mapping: ImportMapping, inner: set[str], *, is_long: bool) -> list[str]:
    """Columns that the mapping names and the table does not have."""
    wanted = [(f"keys.{ours}", theirs) for ours, theirs in mapping.keys.items() if theirs not in names]
    if not is_long:
        # In a long table the fields' names are values of a column; they may come or not. Objects have them inside.
        objects = {mapping.keys.get(part, part) for part in PARTS} & set(names)
        if not objects:
            wanted += [(f"fields.{ours}", theirs) for ours, theirs in mapping.fields.items() if theirs not in inner]
    return [f"mapping: {key}: no column {theirs!r}{suggestion(theirs, names)}" for key, theirs in wanted]
