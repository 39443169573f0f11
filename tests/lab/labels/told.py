"""Events as a store gives them, made by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from fakta.schema import invoice_schema
from fakta_lab.formats.correction import parse_correction
from fakta_lab.store import StoredEvent

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_SEQUENCE = count(1)


def told(
    document: str = "a.pdf",
    *,
    extracted: Mapping[str, str | None] | None = None,
    corrected: Mapping[str, str | None] | None = None,
    confirmed: Sequence[str] = (),
    minutes: float = 0.0,
    by: str = "",
    **more: str,
) -> StoredEvent:
    """One event."""
    data: dict[str, Any] = {"document": document, "corrected": dict(corrected or {}), "confirmed": list(confirmed)}
    if extracted is not None:
        data["extracted"] = dict(extracted)
    data |= {"corrected_at": (START + timedelta(minutes=minutes)).isoformat(), "corrected_by": by, **more}
    correction, wrong = parse_correction(data, invoice_schema())
    assert correction is not None, wrong
    assert not wrong
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    return StoredEvent(next(_SEQUENCE), digest, "", "test", "line 1", correction)
