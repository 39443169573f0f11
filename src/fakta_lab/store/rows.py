"""Events as rows: what is written into the table, and which rows are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from fakta_lab.formats.correction import TEXT_KEYS, parse_time
from fakta_lab.store.tables import document_names, events

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_encode_ascii = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode


def payload_of(data: Mapping[str, Any]) -> tuple[str, str]:
    """An event as it is stored, JSON with sorted keys and without white space; and its digest."""
    payload = _encode(data)
    try:
        content = payload.encode()
    except UnicodeEncodeError:
        # JSON can write half a surrogate pair, for which UTF-8 has no bytes.
        payload = _encode_ascii(data)
        content = payload.encode()
    return payload, hashlib.sha256(content).hexdigest()


def event_row(data: Mapping[str, Any], *, source: str, place: str) -> dict[str, Any]:
    """The row of an event that `parse_correction` accepts."""
    payload, digest = payload_of(data)
    time = parse_time(data.get("corrected_at"))
    return {
        "digest": digest,
        "document": data["document"],
        "corrected_at": time.astimezone(UTC).isoformat(timespec="microseconds") if time else "",
        "source": source,
        "place": place,
        "payload": payload,
        **{key: data.get(key) or "" for key in TEXT_KEYS},
    }


def is_latest() -> ColumnElement[bool]:
    """Whether an event is the last version of itself: none of the same id was imported later."""
    later = events.alias()
    superseded = (
        select(later.c.sequence)
        .where(later.c.tenant == events.c.tenant, later.c.id == events.c.id, later.c.sequence > events.c.sequence)
        .exists()
    )
    return or_(events.c.id == "", ~superseded)


def is_about(texts: Sequence[str], names: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    """Whether an event is about a document.

    Args:
        texts: by which events of any tenant may speak of it, such as its sha256.
        names: the (tenant, name) pairs by which that tenant's events speak of it.
    """
    # One condition on the indexed column alone, then what the pairs say beyond it.
    spoken = events.c.document.in_(sorted({*texts, *(name for _, name in names)}))
    pairs = [and_(events.c.tenant == tenant, events.c.document == name) for tenant, name in names]
    return and_(spoken, or_(events.c.document.in_(texts), *pairs))


def in_order(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Rows of events and the sha256 that their document's name stands for, oldest first."""
    named = and_(document_names.c.tenant == events.c.tenant, document_names.c.name == events.c.document)
    return (
        select(events, document_names.c.sha256)
        .outerjoin(document_names, named)
        .where(*conditions)
        .order_by(events.c.corrected_at, events.c.sequence)
    )
