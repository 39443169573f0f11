"""Corrections: what an extractor answered, what a person changed, and what that person looked at.

One event a line, append-only:

`{"document": path-or-sha256, "extracted": {…}, "corrected": {…}, "confirmed": [fields the person looked at],
"extractor": …, "corrected_at": ISO 8601, "corrected_by": …, "tenant": …, "supplier": …}`

Only `document` and one of `corrected` and `confirmed` are needed. A field that nobody looked at is not a label.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError, FieldError
from fakta.fields import KINDS, canonical, from_canonical
from fakta.schema import Schema, invoice_schema
from fakta_lab.formats.jsonl import Problem, read_objects, summary
from fakta_lab.formats.wording import suggestion, type_name

TEXT_KEYS = ("extractor", "corrected_by", "tenant", "supplier")
KEYS = ("document", "extracted", "corrected", "confirmed", "corrected_at", *TEXT_KEYS)
# Their canonical form ("1234.500", "2026-04-05") must not be read the Swedish way.
ISO_KINDS = frozenset({"amount", "date", "percent", "quantity"})
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Correction:
    """One event: a person looked at one document's answers.

    Attributes:
        line: in the file, from 1.
        document: path as logged, or the sha256 of the document's bytes.
        labels: what the person vouches for: field name to canonical value, None = not on the document.
        extracted: the extractor's answers as logged, not checked.
        extractor, corrected_by, tenant, supplier: as logged; "" where not stated.
        corrected_at: with time zone; None where not stated.
    """

    line: int
    document: str
    labels: Mapping[str, str | None]
    extracted: Mapping[str, Any] = field(default_factory=dict)
    extractor: str = ""
    corrected_at: datetime | None = None
    corrected_by: str = ""
    tenant: str = ""
    supplier: str = ""

    @property
    def is_sha256(self) -> bool:
        """Whether `document` names the document by its bytes."""
        return SHA256.fullmatch(self.document) is not None


def read_corrections(
    path: Path, *, schema: Schema | None = None, on_problem: Callable[[Problem], None] | None = None
) -> Iterator[Correction]:
    """The usable events of a file, in file order.

    A line that is no event is left out; a value that cannot be used leaves its field unknown and the rest of the
    event standing. Every such problem goes to `on_problem`. Without it, one error that lists them is raised after
    the last event.

    Args:
        path: JSON Lines.
        schema: of the fields; the invoice schema by default.
        on_problem: called for each thing that cannot be used.

    Raises:
        DatasetError: there is no such file; or, without `on_problem`, something in it cannot be used.
    """
    schema = schema or invoice_schema()
    problems: list[Problem] = []
    report = on_problem or problems.append
    for line, data in read_objects(path):
        if isinstance(data, Problem):
            report(data)
            continue
        wrong = _wrong(data)
        if wrong:
            for message in wrong:
                report(Problem(line, message))
            continue
        labels, rejected = _labels(data, schema)
        for message in rejected:
            report(Problem(line, message))
        yield _correction(line, data, labels)
    if problems:
        raise DatasetError(summary(path, problems))


def latest_labels(events: Iterable[Correction]) -> dict[str, str | None]:
    """The labels of one document: for each field, the latest event that has it.

    Events without a time count as older than those with one; among equals the later line wins.

    >>> first = Correction(1, "a.pdf", {"invoice_number": "17", "due_date": None})
    >>> latest_labels([first, Correction(2, "a.pdf", {"due_date": "2026-05-01"})])
    {'invoice_number': '17', 'due_date': '2026-05-01'}
    """
    labels: dict[str, str | None] = {}
    for event in sorted(events, key=lambda event: event.corrected_at or datetime.min.replace(tzinfo=UTC)):
        labels.update(event.labels)
    return labels


def _wrong(data: Mapping[str, Any]) -> list[str]:
    """What makes a line no event, key by key."""
    wrong = []
    for key in data:
        # Other systems add keys of their own; one that looks like a slip would silently cost labels.
        near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.8)
        if key not in KEYS and near:
            wrong.append(f"unknown key {key!r}; did you mean {near[0]!r}?")
    if not isinstance(data.get("document"), str) or not data["document"]:
        found = type_name(data.get("document")) if data.get("document") != "" else "an empty text"
        wrong.append(f"document: expected a path or a sha256, found {found if 'document' in data else 'nothing'}")
    if "corrected" not in data and "confirmed" not in data:
        wrong.append("corrected: missing, and confirmed too; an event needs one of them")
    for key in ("extracted", "corrected"):
        if not isinstance(data.get(key, {}), dict):
            wrong.append(f"{key}: expected an object, found {type_name(data[key])}")
    confirmed = data.get("confirmed", [])
    if not isinstance(confirmed, list) or not all(isinstance(name, str) for name in confirmed):
        wrong.append("confirmed: expected a list of field names")
    for key in TEXT_KEYS:
        if not isinstance(data.get(key, ""), str | None):
            wrong.append(f"{key}: expected a text, found {type_name(data[key])}")
    if data.get("corrected_at") is not None and _time(data["corrected_at"]) is None:
        wrong.append(f"corrected_at: expected an ISO 8601 time, found {data['corrected_at']!r}")
    return wrong


def _labels(data: Mapping[str, Any], schema: Schema) -> tuple[dict[str, str | None], list[str]]:
    """What the person vouches for, and what of it cannot be used."""
    extracted, corrected = data.get("extracted", {}), data.get("corrected", {})
    labels: dict[str, str | None] = {}
    rejected = []
    # A field that is both confirmed and corrected has the corrected value.
    sources = [(name, extracted.get(name), "confirmed") for name in data.get("confirmed", []) if name not in corrected]
    sources += [(name, value, "corrected") for name, value in corrected.items()]
    for name, value, key in sources:
        if name in schema.tables:
            continue
        if name not in schema.fields:
            rejected.append(f"{key}.{name}: no field of schema {schema.name!r}{suggestion(name, schema.fields)}")
            continue
        try:
            labels[name] = to_canonical(value, schema.fields[name].kind)
        except FieldError as error:
            rejected.append(f"{key}.{name}: {error}")
    return labels, rejected


def to_canonical(value: Any, kind: str) -> str | None:
    """A logged value in canonical form: people and other extractors write values as printed.

    >>> to_canonical("12 450,00 kr", "amount"), to_canonical("", "date")
    ('12450.00', None)

    Raises:
        FieldError: it is no value of that kind.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise FieldError(f"expected a text or null, found {type_name(value)}")
    if kind in ISO_KINDS:
        try:
            return canonical(from_canonical(kind, value.strip()))
        except FieldError:
            pass
    return canonical(KINDS[kind].parse(value))


def _time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    # A log without time zones is taken as UTC, so that all events can be put in one order.
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _correction(line: int, data: Mapping[str, Any], labels: Mapping[str, str | None]) -> Correction:
    return Correction(
        line=line,
        document=data["document"],
        labels=labels,
        extracted=data.get("extracted", {}),
        corrected_at=_time(data.get("corrected_at")),
        **{key: data.get(key) or "" for key in TEXT_KEYS},
    )
