"""The result of reading a document, and its JSON form."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from fakta.documents.model import Box
from fakta.errors import ExtractionError, FormatError
from fakta.fields import DECIMAL_KINDS, from_canonical
from fakta.fields.base import Check, Value, canonical
from fakta.schema import Field, Schema

_Kind = TypeVar("_Kind", str, int, bool, list[Any], dict[Any, Any])
_WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}
# Longer than any number on an invoice, and short enough that no text makes Python calculate for long.
_NUMBER = re.compile(r"-?[0-9]{1,40}\.[0-9]{2,40}")


@dataclass(frozen=True, slots=True)
class ExtractedField:
    """What was read for one field.

    Attributes:
        name: of the field in the schema.
        value: canonical value (`Decimal` for money, `date` for dates, text otherwise); None where nothing was found.
        text: as printed on the page; "" where nothing was found.
        confidence: probability that `value` is right, 0-1; where nothing was found, that the document does not state
            it.
        accepted: whether it may be used without a person's look; without a value, whether "not on the document" may.
        page: counts from 1; None where nothing was found or the value is derived.
        box: where it stands, 0-1 of the page; None like `page`.
        reasons: why it was chosen, accepted or held, in short codes.
        explanation: why it was accepted or held, in one line for whoever reviews it.
    """

    name: str
    value: Value | None
    text: str = ""
    confidence: float = 0.0
    accepted: bool = False
    page: int | None = None
    box: Box | None = None
    reasons: tuple[str, ...] = ()
    explanation: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The plain form of `design` JSON: value, text, confidence, accepted, page, box, reasons, explanation."""
        return {
            "value": None if self.value is None else canonical(self.value),
            "text": self.text,
            "confidence": round(self.confidence, 4),
            "accepted": self.accepted,
            "page": self.page,
            "box": None if self.box is None else [round(edge, 4) for edge in self.box],
            "reasons": list(self.reasons),
            "explanation": self.explanation,
        }


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything that was read from one document.

    Attributes:
        document: name or path as it was given.
        sha256: of the document's bytes.
        pages: how many it has.
        model: name of the bundle that read it.
        confidence: probability that every required field is right, 0-1: the product of theirs.
        needs_review: whether a person has to look: a required field is missing or not accepted, or the document as a
            whole is not sure enough.
        known_supplier: whether a memory knew whose document it is.
        fields: by name, in schema order, every field of the schema.
        line_items, vat_breakdown: table rows, column name to value; a cell that was not found is absent.
        checks: what was compared across fields.
        timings_ms: stage to milliseconds.
        explanation: why a person has to look, or nobody has, in one line.
        extracted_at: when it was read, or found in a cache, with time zone, to the second; None where nobody knows,
            as of results that an older fakta wrote. Two readings of a document that differ in nothing else are equal.
    """

    document: str
    sha256: str
    pages: int
    model: str
    needs_review: bool
    fields: Mapping[str, ExtractedField]
    confidence: float = 0.0
    known_supplier: bool = False
    line_items: tuple[Mapping[str, Value], ...] = ()
    vat_breakdown: tuple[Mapping[str, Value], ...] = ()
    checks: tuple[Check, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    explanation: str = ""
    extracted_at: datetime | None = field(default=None, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; money as decimal text, dates as ISO 8601."""
        return {
            "document": self.document,
            "sha256": self.sha256,
            "pages": self.pages,
            "model": self.model,
            "confidence": round(self.confidence, 4),
            "needs_review": self.needs_review,
            "explanation": self.explanation,
            "known_supplier": self.known_supplier,
            "fields": {name: extracted.to_dict() for name, extracted in self.fields.items()},
            "line_items": [_row(row) for row in self.line_items],
            "vat_breakdown": [_row(row) for row in self.vat_breakdown],
            "checks": [{"name": c.name, "passed": c.passed, "detail": c.detail} for c in self.checks],
            "timings_ms": {stage: round(ms, 2) for stage, ms in self.timings_ms.items()},
            "extracted_at": None if self.extracted_at is None else self.extracted_at.isoformat(timespec="seconds"),
        }

    @classmethod
    def from_dict(cls, data: Any, schema: Schema) -> Extraction:
        """The extraction whose JSON form is given: the inverse of `to_dict`, but for digits that it rounds away.

        Args:
            data: what `to_dict` gave, or the same parsed from JSON.
            schema: of the bundle that read the document; it says which values are money and which are dates.

        Raises:
            ExtractionError: it is damaged, or of another schema; the message says where and how.
        """
        if isinstance(data, dict):
            data = {"extracted_at": None, **data}
        _checked_keys(data, _KEYS, where="the extraction")
        stated = _typed(data, "fields", dict)
        _checked_keys(stated, schema.fields, where="fields")
        timings = _typed(data, "timings_ms", dict)
        return cls(
            document=_typed(data, "document", str),
            sha256=_typed(data, "sha256", str),
            pages=_typed(data, "pages", int),
            model=_typed(data, "model", str),
            confidence=_share(data, "confidence"),
            needs_review=_typed(data, "needs_review", bool),
            explanation=_typed(data, "explanation", str),
            known_supplier=_typed(data, "known_supplier", bool),
            fields={name: _field(entry, schema.fields[name]) for name, entry in stated.items()},
            line_items=_rows(data, "line_items", schema),
            vat_breakdown=_rows(data, "vat_breakdown", schema),
            checks=tuple(
                _check(entry, f"checks[{number}]") for number, entry in enumerate(_typed(data, "checks", list))
            ),
            timings_ms={stage: _number(timings, stage, where="timings_ms.") for stage in timings},
            extracted_at=None if data["extracted_at"] is None else _time(data, "extracted_at"),
        )


_KEYS = (
    "document", "sha256", "pages", "model", "confidence", "needs_review", "explanation", "known_supplier", "fields",
    "line_items", "vat_breakdown", "checks", "timings_ms", "extracted_at",
)  # fmt: skip
_FIELD_KEYS = ("value", "text", "confidence", "accepted", "page", "box", "reasons", "explanation")


def _row(row: Mapping[str, Value]) -> dict[str, str]:
    return {column: canonical(value) for column, value in row.items()}


def _field(entry: Any, spec: Field) -> ExtractedField:
    where = f"fields.{spec.name}."
    _checked_keys(entry, _FIELD_KEYS, where=where[:-1])
    reasons = _typed(entry, "reasons", list, where=where)
    if not all(isinstance(reason, str) for reason in reasons):
        raise ExtractionError(f"{where}reasons: expected a list of texts")
    return ExtractedField(
        name=spec.name,
        value=None if entry["value"] is None else _value(entry, "value", spec.kind, where=where),
        text=_typed(entry, "text", str, where=where),
        confidence=_share(entry, "confidence", where=where),
        accepted=_typed(entry, "accepted", bool, where=where),
        page=None if entry["page"] is None else _typed(entry, "page", int, where=where),
        box=None if entry["box"] is None else _box(_typed(entry, "box", list, where=where), where=where),
        reasons=tuple(reasons),
        explanation=_typed(entry, "explanation", str, where=where),
    )


def _rows(data: dict[str, Any], table: str, schema: Schema) -> tuple[Mapping[str, Value], ...]:
    columns = schema.tables.get(table, {})
    rows = []
    for number, row in enumerate(_typed(data, table, list)):
        where = f"{table}[{number}]"
        if not isinstance(row, dict) or not row.keys() <= columns.keys():
            raise ExtractionError(f"{where}: expected an object with columns among {', '.join(columns) or 'none'}")
        rows.append({name: _value(row, name, columns[name].kind, where=f"{where}.") for name in row})
    return tuple(rows)


def _check(entry: Any, where: str) -> Check:
    _checked_keys(entry, ("name", "passed", "detail"), where=where)
    where += "."
    return Check(
        name=_typed(entry, "name", str, where=where),
        passed=_typed(entry, "passed", bool, where=where),
        detail=_typed(entry, "detail", str, where=where),
    )


def _box(edges: list[Any], *, where: str) -> Box:
    if len(edges) != 4:
        raise ExtractionError(f"{where}box: expected four numbers, found {len(edges)}")
    numbers = dict(enumerate(edges))
    return Box(*(_number(numbers, edge, where=f"{where}box.") for edge in numbers))


def _value(data: dict[str, Any], key: str, kind: str, *, where: str) -> Value:
    """A value of a kind; only the form that `canonical` gives is taken, so that nothing changes on the way back."""
    written = _typed(data, key, str, where=where)
    try:
        # Prices may have more decimals than truth files state.
        number = kind in DECIMAL_KINDS and _NUMBER.fullmatch(written)
        value = Decimal(written) if number else from_canonical(kind, written)
    except FormatError as error:
        raise ExtractionError(f"{where}{key}: {error}") from None
    if canonical(value) != written:
        raise ExtractionError(f"{where}{key}: {written!r} is not written as {kind} values are: {canonical(value)}")
    return value


def _checked_keys(data: Any, keys: Collection[str], *, where: str) -> None:
    if not isinstance(data, dict):
        raise ExtractionError(f"{where}: expected an object, found {type(data).__name__}")
    if data.keys() == set(keys):
        return
    missing = [key for key in keys if key not in data]
    unknown = [str(key) for key in data if key not in keys]
    wrong = f"lacks {missing[0]}" if missing else f"has {unknown[0]!r}, which is not known"
    raise ExtractionError(f"{where}: {wrong}; is it of another schema or another version of fakta?")


def _typed(data: Mapping[Any, Any], key: str, kind: type[_Kind], *, where: str = "") -> _Kind:
    value = data[key]
    # To Python a truth value is a whole number.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ExtractionError(f"{where}{key}: expected {_WORDS[kind]}, found {type(value).__name__}")
    return value


def _time(data: Mapping[Any, Any], key: str) -> datetime:
    written = _typed(data, key, str)
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise ExtractionError(f"{key}: expected an ISO 8601 time with its time zone, found {written!r}")
    return time


def _number(data: Mapping[Any, Any], key: Any, *, where: str = "") -> float:
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ExtractionError(f"{where}{key}: expected a finite number, found {type(value).__name__}")
    return float(value)


def _share(data: Mapping[Any, Any], key: str, *, where: str = "") -> float:
    value = _number(data, key, where=where)
    if not 0 <= value <= 1:
        raise ExtractionError(f"{where}{key}: expected 0 to 1, found {value}")
    return value
