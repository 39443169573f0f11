"""Corrections: what an extractor answered, what a person changed, and what that person looked at.

One event an object, append-only:

`{"document": path-or-sha256, "extracted": {…}, "corrected": {…}, "confirmed": [fields the person looked at],
"extractor": …, "corrected_at": ISO 8601, "corrected_by": …, "tenant": …, "supplier": …, "selection": …, "id": …}`

Only `document` and one of `corrected` and `confirmed` are needed. A field that nobody looked at is not a label.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError, FieldError
from fakta.fields import canonical
from fakta.fields.answers import value_of
from fakta.schema import Schema, invoice_schema
from fakta.wording import suggestion, type_name
from fakta_lab.formats.jsonl import Problem, read_objects, summary

TEXT_KEYS = ("id", "extractor", "corrected_by", "tenant", "supplier", "selection")
KEYS = ("document", "extracted", "corrected", "confirmed", "corrected_at", *TEXT_KEYS)
# PostgreSQL's indexes hold 2,704 bytes: a document and a tenant together, or a tenant and an id.
MAX_DOCUMENT_BYTES = 2000
MAX_TEXT_BYTES = 500
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Correction:
    """One event: a person looked at one document's answers.

    Attributes:
        document: path as logged, or the sha256 of the document's bytes.
        corrected: what the person changed: field name to canonical value, None = not on the document.
        confirmed: what the person looked at and left as it was, in the same form.
        extracted: the extractor's answers as logged, not checked.
        extractor, corrected_by, tenant, supplier: as logged; "" where not stated.
        selection: why this document was looked at: "audit" for one drawn at random, any other word for another reason;
            "" where not stated.
        corrected_at: with time zone; None where not stated.
        id: the source's own name of the event; "" where it has none.
    """

    document: str
    corrected: Mapping[str, str | None] = field(default_factory=dict)
    confirmed: Mapping[str, str | None] = field(default_factory=dict)
    extracted: Mapping[str, Any] = field(default_factory=dict)
    extractor: str = ""
    corrected_at: datetime | None = None
    corrected_by: str = ""
    tenant: str = ""
    supplier: str = ""
    selection: str = ""
    id: str = ""

    @property
    def labels(self) -> dict[str, str | None]:
        """What the person vouches for: field name to canonical value, None = not on the document."""
        return {**self.confirmed, **self.corrected}

    @property
    def is_sha256(self) -> bool:
        """Whether `document` names the document by its bytes."""
        return SHA256.fullmatch(self.document) is not None


def parse_correction(data: Mapping[str, Any], schema: Schema) -> tuple[Correction | None, list[str]]:
    """The event that an object states, and what of it cannot be used.

    Args:
        data: the object.
        schema: of the fields.

    Returns:
        The event, or None where the object is none; and each thing that is wrong, in words. A value that cannot be
        used leaves its field unknown and the rest of the event standing.
    """
    wrong = _wrong(data)
    if wrong:
        return None, wrong
    corrected, confirmed, rejected = _labels(data, schema)
    event = Correction(
        document=data["document"],
        corrected=corrected,
        confirmed=confirmed,
        extracted=data.get("extracted") or {},
        corrected_at=parse_time(data.get("corrected_at")),
        **{key: data.get(key) or "" for key in TEXT_KEYS},
    )
    return event, rejected


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
        event, wrong = parse_correction(data, schema)
        for message in wrong:
            report(Problem(line, message))
        if event:
            yield event
    if problems:
        raise DatasetError(summary(path, problems))


def _wrong(data: Mapping[str, Any]) -> list[str]:
    """What makes a line no event, key by key."""
    wrong = []
    for key in data:
        if key in KEYS:
            continue
        # Other systems add keys of their own; one that looks like a slip would silently cost labels.
        near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.8)
        if near:
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
    for key in ("document", *TEXT_KEYS):
        if isinstance(text := data.get(key), str) and (problem := unusable_text(text, key)):
            wrong.append(f"{key}: {problem}")
    if data.get("corrected_at") is not None and parse_time(data["corrected_at"]) is None:
        wrong.append(f"corrected_at: expected an ISO 8601 time, found {data['corrected_at']!r}")
    return wrong


def unusable_text(text: str, key: str) -> str:
    """Why a text cannot be stored under a key by which events are found; "" where it can.

    Databases take neither U+0000 nor half a surrogate pair, and index short texts only.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return f"not a text that UTF-8 can hold: {text[:40]!r}"
    if "\0" in text:
        return f"has a character U+0000: {text[:40]!r}"
    limit = MAX_DOCUMENT_BYTES if key == "document" else MAX_TEXT_BYTES
    return f"{size} bytes long, at most {limit} are possible" if size > limit else ""


def _labels(data: Mapping[str, Any], schema: Schema) -> tuple[dict[str, str | None], dict[str, str | None], list[str]]:
    """What the person changed, what the person confirmed, and what of both cannot be used."""
    extracted, changed = data.get("extracted") or {}, data.get("corrected") or {}
    corrected: dict[str, str | None] = {}
    confirmed: dict[str, str | None] = {}
    rejected = []
    # A field that is both confirmed and corrected has the corrected value.
    looked_at = [name for name in data.get("confirmed") or [] if name not in changed]
    sources = [(confirmed, "confirmed", name, extracted.get(name)) for name in looked_at]
    sources += [(corrected, "corrected", name, value) for name, value in changed.items()]
    for labels, key, name, value in sources:
        if name in schema.tables:
            continue
        if name not in schema.fields:
            rejected.append(f"{key}.{name}: no field of schema {schema.name!r}{suggestion(name, schema.fields)}")
            continue
        try:
            labels[name] = to_canonical(value, schema.fields[name].kind)
        except FieldError as error:
            rejected.append(f"{key}.{name}: {error}")
    return corrected, confirmed, rejected


def to_canonical(value: Any, kind: str) -> str | None:
    """A logged value in canonical form: people and other extractors write values as printed.

    >>> to_canonical("12 450,00 kr", "amount"), to_canonical("", "date")
    ('12450.00', None)

    Raises:
        FieldError: it is no value of that kind, or far too long for one.
    """
    if not isinstance(value, str | int | float | None) or isinstance(value, bool):
        raise FieldError(f"expected a text or null, found {type_name(value)}")
    read = value_of(value, kind)
    return None if read is None else canonical(read)


def parse_time(value: Any) -> datetime | None:
    """A logged time, or None where it is no ISO 8601 time."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
        # A log without time zones is taken as UTC, so that all events can be put in one order.
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        # Years 1 and 9999 have times that UTC cannot express.
        time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time
