"""A mapping file's structure to nodes; what is wrong with it is collected, so that all of it can be said at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from fakta.fields import KINDS
from fakta.mapping.forms import ISO_DATE, NUMBER_KINDS, Form, Style, date_problem
from fakta.mapping.nodes import (
    FACTS,
    NULL,
    PARTS,
    ArrayNode,
    Blank,
    ColumnNode,
    ConstantNode,
    FactNode,
    FieldNode,
    Node,
    ObjectNode,
    RowsNode,
)
from fakta.schema import Field, Schema
from fakta.wording import suggestion

# The tables that an extraction holds.
TABLES = ("line_items", "vat_breakdown")
_FORM_KEYS = ("as", "date", "decimal", "decimals", "values", "is")
_BLANK_KEYS = ("absent", "omit")
# What makes a mapping an instruction rather than an object of the application's, to the keys that it may have beside.
INSTRUCTIONS: Mapping[str, tuple[str, ...]] = {
    "field": ("part", "parts", "accepted_only", *_FORM_KEYS, *_BLANK_KEYS),
    "column": (*_FORM_KEYS, *_BLANK_KEYS),
    "rows": ("each", *_BLANK_KEYS),
    "extraction": ("is",),
    "constant": (),
    "object": (),
}
# Nothing that people send is deeper; a YAML alias can lead into itself.
MAX_DEPTH = 20
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds wherever a place does not say otherwise.

    Attributes:
        numbers: style of numbers, "number" or "text".
        decimal: sign in numbers that are written as text.
        date: format of dates.
        blank: what stands where there is no value.
        accepted_only: values that are not accepted count as none.
        parts: key to the part of a field that stands under it; empty: the value alone.
        values: field or column to their value to ours.
    """

    numbers: Style = "number"
    decimal: str = "."
    date: str = ISO_DATE
    blank: Blank = NULL
    accepted_only: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str | int, str | None]] = field(default_factory=dict)


@dataclass(slots=True)
class Parser:
    """Nodes from parsed YAML.

    Attributes:
        schema: names the fields and columns that there are.
        settings: of the file.
        problems: one line for everything that is wrong, with its place.
    """

    schema: Schema
    settings: Settings = Settings()
    problems: list[str] = field(default_factory=list)

    def object(self, data: Any, where: str, *, table: str = "", depth: int = 0) -> ObjectNode:
        """An object of the application's, key by key."""
        members: dict[str, Node] = {}
        if not isinstance(data, dict):
            self._wrong(where, f"expected an object, found {data!r}")
            return ObjectNode(members)
        for key, child in data.items():
            if not isinstance(key, str):
                self._wrong(where, f"the key {key!r} is no text; put it in quotes")
            members[str(key)] = self.node(child, f"{where}.{key}", table=table, depth=depth + 1)
        return ObjectNode(members)

    def node(self, data: Any, where: str, *, table: str = "", depth: int = 0) -> Node:
        """What stands at one place; inside a table, a text names one of its columns."""
        if depth > MAX_DEPTH:
            self._wrong(where.split(".", 2)[0], f"more than {MAX_DEPTH} levels; does an alias lead into itself?")
            return ConstantNode(None)
        if isinstance(data, str) and data in TABLES and data in self.schema.tables:
            data = {"rows": data, "each": {"object": {column: column for column in self.schema.tables[data]}}}
        elif isinstance(data, str):
            data = {"column" if table else "field": data}
        if isinstance(data, list):
            items = [self.node(item, f"{where}[{n}]", table=table, depth=depth + 1) for n, item in enumerate(data)]
            return ArrayNode(tuple(items))
        if data is None or isinstance(data, bool | int | float):
            return ConstantNode(data)
        if not isinstance(data, dict):
            # YAML reads an unquoted 2026-04-15 as a date.
            self._wrong(where, f"{data!r} cannot be written as JSON; put it in quotes under constant")
            return ConstantNode(None)
        instruction = next((key for key in INSTRUCTIONS if key in data), None)
        if instruction is None:
            return self.object(data, where, table=table, depth=depth)
        self._known_keys(data, where, (instruction, *INSTRUCTIONS[instruction]), instruction)
        if instruction == "object":
            return self.object(data["object"], f"{where}.object", table=table, depth=depth)
        if instruction == "rows":
            return self._rows(data, where, inside=table, depth=depth)
        makers: dict[str, Callable[[], Node]] = {
            "field": lambda: self._field(data, where),
            "column": lambda: self._column(data, where, table),
            "extraction": lambda: self._fact(data, where),
            "constant": lambda: self._constant(data["constant"], where),
        }
        return makers[instruction]()

    def check_name(self, name: Any, known: Iterable[str], what: str, where: str) -> bool:
        """Whether a name is known; a problem where it is not."""
        known = tuple(known)
        if isinstance(name, str) and name in known:
            return True
        listed = f"; there are {', '.join(known)}"
        self._wrong(where, f"no {what} {name!r}{suggestion(name, known) or listed}")
        return False

    def blank(self, data: Mapping[str, Any], where: str, default: Blank) -> Blank:
        """What stands where there is no value."""
        omit = self.flag(data, "omit", where, default=default.omit and "absent" not in data)
        text = data.get("absent", default.text)
        if text is not None and not isinstance(text, str):
            self._wrong(f"{where}.absent", f"{text!r} is neither a text nor null")
            text = None
        if omit and "absent" in data:
            self._wrong(f"{where}.absent", "does not go with omit, which leaves the key out")
        return Blank(text, omit)

    def flag(self, data: Mapping[str, Any], key: str, where: str, *, default: bool) -> bool:
        """The truth value of a key."""
        value = data.get(key, default)
        if not isinstance(value, bool):
            self._wrong(f"{where}.{key}", f"{value!r} is neither true nor false")
        return bool(value)

    def values(self, data: Any, where: str) -> dict[str | int, str | None]:
        """Their value to ours, as in mappings for imports."""
        if not isinstance(data, dict):
            self._wrong(where, "expected their value: our value, such as {Faktura: invoice}")
            return {}
        for theirs, ours in data.items():
            if isinstance(theirs, bool) or not isinstance(theirs, str | int):
                self._wrong(where, f"{theirs!r} is neither text nor whole number; put it in quotes")
            elif ours is not None and not isinstance(ours, str):
                self._wrong(where, f"{ours!r}, our value for {theirs!r}, is no text; put it in quotes")
        return data

    def parts(self, data: Any, where: str) -> dict[str, str]:
        """Keys of the application's to parts of a field."""
        if not isinstance(data, dict) or not data:
            self._wrong(where, "expected your key: part of a field, such as {value: value, sure: confidence}")
            return {}
        for key, part in data.items():
            self.check_name(part, PARTS, "part", f"{where}.{key}")
        return {str(key): str(part) for key, part in data.items()}

    def _field(self, data: Mapping[str, Any], where: str) -> Node:
        if not self.check_name(data["field"], self.schema.fields, "field", where):
            return ConstantNode(None)
        spec = self.schema.fields[data["field"]]
        form = self._form(spec, data, where)
        node = FieldNode(
            spec.name,
            spec.bt,
            form,
            blank=self._blank_of(data, form, where),
            accepted_only=self.flag(data, "accepted_only", where, default=self.settings.accepted_only),
        )
        if "part" in data:
            if "parts" in data:
                self._wrong(where, "has part and parts; one of them says what stands there")
            part = data["part"] if self.check_name(data["part"], PARTS, "part", f"{where}.part") else "value"
            return replace(node, part=part)
        parts = self.parts(data["parts"], f"{where}.parts") if "parts" in data else self.settings.parts
        if not parts:
            return node
        return ObjectNode({key: replace(node, part=part) for key, part in parts.items() if part in PARTS})

    def _column(self, data: Mapping[str, Any], where: str, table: str) -> Node:
        if not table:
            self._wrong(where, "a column stands only inside each, of rows")
            return ConstantNode(None)
        columns = self.schema.tables[table]
        if not self.check_name(data["column"], columns, f"column of {table}", where):
            return ConstantNode(None)
        form = self._form(columns[data["column"]], data, where)
        return ColumnNode(data["column"], form, self._blank_of(data, form, where))

    def _rows(self, data: Mapping[str, Any], where: str, *, inside: str, depth: int) -> Node:
        if inside:
            self._wrong(where, f"rows inside the rows of {inside}")
            return ConstantNode(None)
        tables = [name for name in TABLES if name in self.schema.tables]
        if not self.check_name(data["rows"], tables, "table", where):
            return ConstantNode(None)
        if "each" not in data:
            self._wrong(where, "each is missing: what stands for every row")
        each = self.node(data.get("each"), f"{where}.each", table=data["rows"], depth=depth + 1)
        # A list without rows is an empty list, whatever stands for values that are not there.
        blank = self.blank(data, where, NULL) if {"absent", "omit"} & data.keys() else None
        return RowsNode(data["rows"], each, blank)

    def _fact(self, data: Mapping[str, Any], where: str) -> Node:
        if not self.check_name(data["extraction"], FACTS, "part of an extraction", where):
            return ConstantNode(None)
        key, equals = data["extraction"], data.get("is")
        if "is" in data and not (isinstance(equals, bool) and FACTS[key]["type"] == "boolean"):
            self._wrong(f"{where}.is", "true or false, of needs_review or known_supplier")
            return ConstantNode(None)
        return FactNode(key, equals)

    def _constant(self, value: Any, where: str, depth: int = 0) -> Node:
        if depth > MAX_DEPTH:
            self._wrong(where, f"more than {MAX_DEPTH} levels; does an alias lead into itself?")
        elif isinstance(value, dict | list):
            for child in value.values() if isinstance(value, dict) else value:
                self._constant(child, where, depth + 1)
            if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
                self._wrong(where, "a key of an object is no text; put it in quotes")
        elif value is not None and not isinstance(value, str | bool | int | float):
            self._wrong(where, f"{value!r} cannot be written as JSON; put it in quotes")
        return ConstantNode(value)

    def _form(self, spec: Field, data: Mapping[str, Any], where: str) -> Form:
        kind = spec.kind if spec.kind in KINDS else "text"
        is_number, is_date = kind in NUMBER_KINDS, kind == "date"
        style = data.get("as", self.settings.numbers if is_number and not {"decimal"} & data.keys() else "text")
        styles = [
            each
            for each in get_args(Style)
            if not (each == "number" and not is_number) and not (each == "fraction" and kind != "percent")
        ]
        if style not in styles:
            meant = suggestion(style, styles) or f"; there are {', '.join(styles)}"
            self._wrong(f"{where}.as", f"{style!r} is no form of a value of kind {kind}{meant}")
            style = "text"
        for key, wanted, fits in (
            ("date", "a date", is_date),
            ("decimal", "a number written as text", is_number and style == "text"),
            ("decimals", "a number", is_number and style != "formatted"),
            ("is", "a text", not is_number and not is_date),
        ):
            if key in data and not fits:
                self._wrong(f"{where}.{key}", f"only for {wanted}; {spec.name} is of kind {kind}, written as {style}")
        return Form(
            kind,
            style,
            date=self._checked(data, "date", where, self.settings.date, date_problem),
            decimal=self._checked(data, "decimal", where, self.settings.decimal, decimal_problem),
            decimals=self._checked(data, "decimals", where, None, _decimals_problem),
            values=self.values(data["values"], f"{where}.values")
            if "values" in data
            else self.settings.values.get(spec.name, {}),
            equals=self._checked(data, "is", where, None, _text_problem),
        )

    def _blank_of(self, data: Mapping[str, Any], form: Form, where: str) -> Blank:
        # Whose word for "not on the document" stands among the values has it written too.
        word = next((theirs for theirs, ours in form.values.items() if ours is None), None)
        default = self.settings.blank if word is None else Blank(str(word))
        return self.blank(data, where, default)

    def _checked(
        self, data: Mapping[str, Any], key: str, where: str, default: Any, problem: Callable[[Any], str]
    ) -> Any:
        value = data.get(key, _MISSING)
        if value is _MISSING:
            return default
        if wrong := problem(value):
            self._wrong(f"{where}.{key}", wrong)
            return default
        return value

    def _known_keys(self, data: Mapping[Any, Any], where: str, known: tuple[str, ...], instruction: str) -> None:
        for key in data:
            if key not in known:
                meant = suggestion(key, known) or f"; if {instruction!r} is a key of yours, put all of it under object:"
                self._wrong(where, f"unknown key {key!r} beside {instruction}{meant}")

    def _wrong(self, where: str, what: str) -> None:
        self.problems.append(f"{where}: {what}")


def decimal_problem(value: Any) -> str:
    """What is wrong with a decimal sign; "" where nothing is."""
    return "" if value in (".", ",") else f"{value!r} is neither '.' nor ','"


def _decimals_problem(value: Any) -> str:
    fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 6
    return "" if fits else f"{value!r} is no whole number from 0 to 6"


def _text_problem(value: Any) -> str:
    return "" if isinstance(value, str) else f"{value!r} is no text"
