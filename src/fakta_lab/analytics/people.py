"""What people said: which values of which documents they vouch for, and what they changed when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fakta.schema import Schema
from fakta_lab.formats.jsonl import Problem
from fakta_lab.labels import labelled_documents
from fakta_lab.labels.events import read_events
from fakta_lab.store import StoredEvent


@dataclass(frozen=True, slots=True)
class Vouched:
    """What people vouch for about one document.

    Attributes:
        audited: whether it was looked at because it was drawn at random. Any other was looked at for a reason, most
            often that the model was unsure: such documents are harder than the rest.
        values: field to canonical value, None = not on the document; labels that the label policy does not trust are
            left out (docs/label-hygiene.md).
    """

    audited: bool
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Look:
    """One event: a person went through the answers about a document.

    Attributes:
        at: when; None where not stated.
        extractor: whose answers these were; "" where not stated.
        changed, kept: fields.
    """

    at: datetime | None
    extractor: str
    changed: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Everything that people said.

    Attributes:
        documents: by the document's sha256, or by its name where nobody knows that.
        ambiguous: documents left out because another one has the same name.
        looks: every event, oldest first.
    """

    documents: Mapping[str, Vouched] = field(default_factory=dict)
    ambiguous: int = 0
    looks: tuple[Look, ...] = ()


def read_people(path: Path, *, schema: Schema, on_problem: Callable[[Problem], None]) -> People:
    """What a store or a corrections file says.

    Args:
        path: a store's folder, or a corrections file (JSON Lines).
        schema: of the fields.
        on_problem: called for each line of a file that cannot be used.

    Raises:
        DatasetError: the file cannot be read.
        InputError: the store cannot be used.
    """
    return people_of(read_events(path, schema=schema, on_problem=on_problem), schema=schema)


def people_of(events: Iterable[StoredEvent], *, schema: Schema) -> People:
    """What events say; of several versions of an event only one may be among them."""
    stored = list(events)
    documents: dict[str, Vouched] = {}
    twice: set[str] = set()
    for document in labelled_documents(stored, schema=schema):
        key = document.sha256 or document.name
        if key in documents:
            twice.add(key)
        documents[key] = Vouched(document.audited, document.values)
    looks = [
        Look(each.corrected_at, each.extractor, tuple(each.corrected), tuple(each.confirmed))
        for each in (event.correction for event in stored)
    ]
    known = {key: vouched for key, vouched in documents.items() if key not in twice}
    return People(known, len(twice), tuple(looks))
