"""Mappings: another system's names and forms, translated into those of a correction event.

A mapping is a YAML file (`configs/mapping.yaml` is one); every key is optional. Names go from ours to theirs, values
from theirs to ours. One with `output` describes the whole JSON of an application, and says for `fakta extract` how to
write it (`fakta.mapping`); here it says how to read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, StrictInt, StrictStr, field_validator, model_validator

from fakta.errors import ConfigError, FieldError
from fakta.mapping import OutputMapping
from fakta.mapping.mapping import OUTPUT_KEYS
from fakta.schema import Schema, invoice_schema
from fakta.wording import suggestion
from fakta_lab.config import ConfigModel, load_config
from fakta_lab.formats.correction import KEYS, TEXT_KEYS

# What a source may say beside the event's own keys: the values as the person left them, and the name of a row's field.
SOURCE_KEYS = (*KEYS, "final", "field")
VALUE_KEYS = ("extracted", "corrected", "final")
NUMBER_KINDS = frozenset({"amount", "percent", "quantity"})
# A decimal sign to the pattern of a number that uses it: thousands apart by blanks or by the other sign, or not at all.
_NUMBERS = {
    ".": re.compile(r"[-+]?(?:[0-9]{1,3}(?:[, '][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"),
    ",": re.compile(r"[-+]?(?:[0-9]{1,3}(?:[. '][0-9]{3})+|[0-9]+)(?:,[0-9]+)?"),
}


class SqlSettings(ConfigModel):
    """What to ask a database.

    Attributes:
        query: one SELECT.
        cursor: column that only grows (`updated_at`, `id`); the next import reads on from its largest value.
        document_bytes: column with the documents' bytes.
    """

    query: str | None = None
    cursor: str | None = None
    document_bytes: str | None = None


class ImportMapping(ConfigModel):
    """How to read another system's corrections.

    Attributes:
        fields: our field to their name of it.
        keys: our key of an event to their column or key; dots lead into nested objects (`meta.user`).
        dates: formats of their dates and times as Python's `strptime` has them, tried in order before the usual ones.
        decimal: their decimal sign, where 1,234 could be read in two ways.
        values: for a field or a key of ours: their value to ours.
        absent: their words for "not on the document".
        ignore: names of theirs to pass over.
        constants: keys of ours to a text for every event that says nothing itself.
        sql: for databases.
        output: in a file the mirror of the application's JSON, which names the fields; here the `OutputMapping` of it.
    """

    fields: dict[str, str] = Field(default_factory=dict)
    keys: dict[str, str] = Field(default_factory=dict)
    dates: tuple[str, ...] = ()
    decimal: Literal[".", ","] | None = None
    values: dict[str, dict[StrictStr | StrictInt, str | None]] = Field(default_factory=dict)
    absent: tuple[StrictStr, ...] = ()
    ignore: tuple[str, ...] = ()
    constants: dict[str, StrictStr] = Field(default_factory=dict)
    sql: SqlSettings = SqlSettings()
    output: Any = None

    @model_validator(mode="before")
    @classmethod
    def _read_output(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not data.keys() & {*OUTPUT_KEYS}:
            return data
        try:
            output = OutputMapping.from_dict(data)
        except ConfigError as error:
            raise ValueError(str(error).removeprefix("mapping: ")) from None
        rest = {key: value for key, value in data.items() if key not in OUTPUT_KEYS and value is not None}
        # One word or format will do for writing; imports know several.
        lists = {key: [rest[key]] for key in ("dates", "absent") if isinstance(rest.get(key), str)}
        return {**rest, **lists, "fields": dict(output.places), "output": output}

    @classmethod
    def load(cls, path: Path | None) -> Self:
        """The mapping in a file; without one, the mapping that changes nothing.

        Raises:
            ConfigError: naming everything that is wrong with it.
        """
        return cls() if path is None else load_config(path, cls)

    @field_validator("fields")
    @classmethod
    def _fields_exist(cls, fields: dict[str, str]) -> dict[str, str]:
        return _checked(fields, _field_names(invoice_schema()), what="field")

    @field_validator("keys")
    @classmethod
    def _keys_exist(cls, keys: dict[str, str]) -> dict[str, str]:
        return _checked(keys, SOURCE_KEYS, what="key")

    @field_validator("constants")
    @classmethod
    def _constants_exist(cls, constants: dict[str, str]) -> dict[str, str]:
        return _checked(constants, TEXT_KEYS, what="key")

    @field_validator("values")
    @classmethod
    def _values_exist(cls, values: dict[str, Any]) -> dict[str, Any]:
        return _checked(values, (*_field_names(invoice_schema()), *TEXT_KEYS), what="field or key")

    @field_validator("dates")
    @classmethod
    def _dates_are_formats(cls, dates: tuple[str, ...]) -> tuple[str, ...]:
        for date in dates:
            if not {"%d", "%m"} <= set(re.findall("%[a-zA-Z]", date)) and "%j" not in date:
                raise ValueError(f"{date!r} has no %d and %m; a format looks like '%d/%m/%Y'")
        return dates

    @cached_property
    def field_of(self) -> dict[str, str]:
        """Their name of a field to ours."""
        return {theirs: ours for ours, theirs in self.fields.items()}

    @cached_property
    def key_of(self) -> dict[str, str]:
        """Their name of a key to ours."""
        return {theirs: ours for ours, theirs in self.keys.items()}

    def rename_keys(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """An object with our keys; what has no name of ours stays.

        >>> ImportMapping(keys={"corrected_by": "meta.user"}).rename_keys({"meta": {"user": "anna"}})
        {'meta': {'user': 'anna'}, 'corrected_by': 'anna'}
        """
        passed_over = {*self.keys.values(), *self.ignore}
        renamed = {key: value for key, value in data.items() if key not in passed_over}
        for ours, theirs in self.keys.items():
            found, value = _at(data, theirs)
            if found:
                renamed[ours] = value
        return renamed

    def translate(self, data: Mapping[str, Any], schema: Schema) -> tuple[dict[str, Any], list[str]]:
        """An event with our field names and forms, and what could not be translated.

        Args:
            data: with our keys.
            schema: says what kind a field is.
        """
        event = dict(data)
        wrong: list[str] = []
        if self._changes_nothing:
            return event, wrong
        refused: set[str] = set()
        for key in VALUE_KEYS:
            if isinstance(event.get(key), dict):
                event[key] = self._translated(event[key], schema, key=key, wrong=wrong, refused=refused)
        if isinstance(event.get("confirmed"), list):
            names = [self.field_of.get(name, name) for name in event["confirmed"] if isinstance(name, str)]
            if len(names) == len(event["confirmed"]):
                event["confirmed"] = [name for name in names if name not in refused and name not in self.ignore]
        for key in TEXT_KEYS:
            if key in self.values and event.get(key) is not None:
                event[key] = self._listed(key, event[key])
            if key in self.constants and not event.get(key):
                event[key] = self.constants[key]
        if isinstance(event.get("corrected_at"), str) and (time := self._time(event["corrected_at"])):
            event["corrected_at"] = time.isoformat()
        return event, wrong

    @cached_property
    def _changes_nothing(self) -> bool:
        said = (
            self.fields,
            self.dates,
            self.decimal,
            self.values,
            self.absent,
            self.ignore,
            self.constants,
            self.output,
        )
        return not any(said)

    def _translated(
        self, values: Mapping[str, Any], schema: Schema, *, key: str, wrong: list[str], refused: set[str]
    ) -> dict[str, Any]:
        translated = {}
        for name, value in self._named(values):
            kind = schema.fields[name].kind if name in schema.fields else "text"
            try:
                translated[name] = self._value(name, value, kind)
            except FieldError as error:
                if key == "extracted":
                    # Kept as logged; but nobody can have confirmed what cannot be read.
                    translated[name] = value
                    refused.add(name)
                wrong.append(f"{key}.{name}: {error}")
        return translated

    def _named(self, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Values under our names; what has no name of ours keeps its own."""
        if self.output is not None:
            yield from self.output.read(values).items()
        for theirs, value in values.items():
            if theirs in self.ignore:
                continue
            if self.output is None:
                yield self.field_of.get(theirs, theirs), value
            elif theirs.partition(".")[0] not in self.output.root.members:
                yield theirs, value

    def _value(self, name: str, value: Any, kind: str) -> Any:
        if name in self.values and isinstance(value, str | int | float):
            listed = self._listed(name, value)
            if listed != value:
                return listed
        if not isinstance(value, str):
            return value
        text = value.strip()
        if text.casefold() in {word.casefold() for word in self.absent}:
            return None
        if kind == "date" and (time := self._time(text)):
            return time.date().isoformat()
        # An output mapping has turned the decimal sign already.
        if kind in NUMBER_KINDS and self.decimal and text and self.output is None:
            return _plain_number(text, self.decimal)
        return value

    def _listed(self, name: str, value: Any) -> Any:
        """What the mapping says for a value; the value itself where it says nothing."""
        theirs = {str(key): ours for key, ours in self.values[name].items()}
        return theirs.get(str(value).strip(), value)

    def _time(self, text: str) -> datetime | None:
        for form in self.dates:
            try:
                return datetime.strptime(text.strip(), form)
            except ValueError:
                continue
        return None


def _plain_number(text: str, decimal: str) -> str:
    plain = " ".join(text.split())
    # A currency or unit may stand around the number; the field's own parser knows those.
    found = re.search(r"[-+]?[0-9][0-9., ']*(?<=[0-9])", plain)
    if not found or not _NUMBERS[decimal].fullmatch(found[0]):
        raise FieldError(f"{text[:40]!r} is no number with {decimal!r} as decimal sign")
    number = re.sub(r"[ ']" if decimal == "." else r"[. ']", "", found[0])
    number = number.replace(",", "") if decimal == "." else number.replace(",", ".")
    return plain[: found.start()] + number.replace(".", ",") + plain[found.end() :] if plain != found[0] else number


def _field_names(schema: Schema) -> tuple[str, ...]:
    return (*schema.fields, *schema.tables)


def _checked(data: dict[str, Any], known: Iterable[str], *, what: str) -> dict[str, Any]:
    known = tuple(known)
    unknown = [f"no {what} {name!r}{suggestion(name, known)}" for name in data if name not in known]
    if unknown:
        raise ValueError("; ".join(unknown))
    return data


def _at(data: Mapping[str, Any], path: str) -> tuple[bool, Any]:
    """Whether there is something at a dotted path, and what."""
    if path in data:
        return True, data[path]
    value: Any = data
    for part in path.split("."):
        if not isinstance(value, dict) or part not in value:
            return False, None
        value = value[part]
    return True, value
