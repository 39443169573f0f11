"""The result of reading a document, and its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fakta.documents.model import Box
from fakta.fields.base import Check, Value, canonical


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
        }


def _row(row: Mapping[str, Value]) -> dict[str, str]:
    return {column: canonical(value) for column, value in row.items()}
