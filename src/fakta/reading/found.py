"""What was read, before it is asked how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fakta.documents.model import Box
from fakta.fields.base import Check, Value


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for one field.

    Attributes:
        name: of the field.
        value: canonical; None where nothing was found.
        text: as printed on the page, or as the model wrote it.
        page: counts from 1; None where nothing was found or nobody knows where.
        box: like `page`.
        reasons: what speaks for and against it.
        features: numbers for the verifier.
    """

    name: str
    value: Value | None
    text: str = ""
    page: int | None = None
    box: Box | None = None
    reasons: tuple[str, ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one document.

    Attributes:
        fields: every field of the schema, in its order.
        tables: table to rows, column to value; a cell that was not read is absent.
        checks: what was compared across fields.
        known_supplier: whether a memory knew whose document it is.
    """

    fields: Mapping[str, Found]
    tables: Mapping[str, Sequence[Mapping[str, Value]]]
    checks: tuple[Check, ...] = ()
    known_supplier: bool = False
