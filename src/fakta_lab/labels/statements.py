"""What one person said about one field at one time, and what that person had before the eyes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from fakta.errors import FieldError
from fakta.schema import Schema
from fakta_lab.formats.correction import Correction, to_canonical
from fakta_lab.store import StoredEvent

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Statement:
    """A field of an event.

    Attributes:
        field: name.
        value: canonical; None = not on the document.
        source: whether the person changed what was shown or left it.
        shown: the value that the person was shown, canonical; None = that there is none.
        shown_known: whether the event says what was shown, in a form that can be read.
        person: who; "" where not stated. People that are not named cannot be told apart and count as one.
        event: digest.
    """

    field: str
    value: str | None
    source: Literal["corrected", "confirmed"]
    shown: str | None
    shown_known: bool
    person: str
    event: str


def in_order(events: Iterable[StoredEvent]) -> list[StoredEvent]:
    """Events oldest first: those without a time, then by time; among equals in the order of import."""
    return sorted(events, key=lambda event: (event.correction.corrected_at or _BEFORE_ALL, event.sequence))


def statements(event: StoredEvent, schema: Schema) -> Iterator[Statement]:
    """One for each field that the event's person looked at."""
    correction = event.correction
    person = correction.corrected_by
    for name, value in correction.confirmed.items():
        # Extractors leave out what they did not find, so only an event without any answers leaves open what was shown.
        yield Statement(name, value, "confirmed", value, bool(correction.extracted), person, event.digest)
    for name, value in correction.corrected.items():
        shown, known = _shown(correction, name, schema)
        yield Statement(name, value, "corrected", shown, known, person, event.digest)


def _shown(correction: Correction, name: str, schema: Schema) -> tuple[str | None, bool]:
    if not correction.extracted or name not in schema.fields:
        return None, False
    try:
        return to_canonical(correction.extracted.get(name), schema.fields[name].kind), True
    except FieldError:
        return None, False
