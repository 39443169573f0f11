"""The audit sample: documents drawn at random that a person looked at, from a store or a file, in order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta_lab.files import sha256_of
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.correction import SHA256
from fakta_lab.formats.jsonl import Problem, read_objects
from fakta_lab.labels import LabelledDocument, labelled_documents
from fakta_lab.labels.events import read_events
from fakta_lab.store import StoredEvent

TRUTH = "truth.jsonl"
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Audit:
    """What a person vouches for about one field of a document that was drawn at random.

    Attributes:
        document: its sha256; its name where the source does not say it.
        field: name.
        truth: canonical; None = not on the document.
        at: when; None where not stated.
    """

    document: str
    field: str
    truth: str | None
    at: datetime | None = None


def read_audits(
    path: Path, *, schema: Schema, since: datetime | None = None, on_problem: Callable[[Problem], None]
) -> list[Audit]:
    """The audits of a source, oldest first; those without a time come before all, in the order of the source.

    Labels that the label policy does not trust (disputed, confirmed without a look) are left out, as they are for
    learning; see docs/label-hygiene.md.

    Args:
        path: a store's folder; a corrections file; a benchmark set's folder or truth file, of which every document
            counts as drawn at random.
        schema: of the fields.
        since: leave out what is older, or has no time.
        on_problem: called for each line of a corrections file that cannot be used.

    Raises:
        DatasetError: it is none of these, or cannot be used.
        InputError: the store cannot be used.
    """
    if (path / TRUTH).is_file() or (path.is_file() and _is_truth(path)):
        if since:
            raise DatasetError(f"{path}: a truth file says of no document when it was looked at; leave out --since")
        return _audits_of_set(Benchmark.load(path))
    audits = audits_of_events(read_events(path, schema=schema, on_problem=on_problem), schema=schema)
    return [audit for audit in audits if since is None or (audit.at is not None and audit.at >= since)]


def audits_of_events(events: Iterable[StoredEvent], *, schema: Schema) -> list[Audit]:
    """What events say about documents of which one event says that they were drawn at random."""
    stored = list(events)
    decided = {event.digest: event for event in stored}
    found = [
        (decided[label.event], Audit(_key(document), name, label.value, decided[label.event].correction.corrected_at))
        for document in labelled_documents(stored, schema=schema)
        if document.audited
        for name, label in document.labels.items()
        if label.usable
    ]
    found.sort(key=lambda each: (each[1].at or _BEFORE_ALL, each[0].sequence))
    return [audit for _, audit in found]


def _key(document: LabelledDocument) -> str:
    return document.sha256 or document.name


def _is_truth(path: Path) -> bool:
    """Whether the first object of a file is a line of a truth file."""
    for _, data in read_objects(path):
        if isinstance(data, Mapping):
            return "fields" in data
    return False


def _audits_of_set(benchmark: Benchmark) -> list[Audit]:
    audits = []
    for document in benchmark.documents:
        stated = document.extra.get("sha256")
        if isinstance(stated, str) and SHA256.fullmatch(stated):
            key = stated
        elif document.path.is_file():
            key = sha256_of(document.path)
        else:
            key = document.document
        audits += [Audit(key, name, truth) for name, truth in document.fields.items()]
    return audits
