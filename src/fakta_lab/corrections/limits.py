"""What can be stored at all: an event that is too large, too deep or no text would break its readers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fakta_lab.formats.correction import parse_time

MAX_EVENT = 1_000_000
MAX_DEPTH = 20
# Clocks differ by less than a day, time zones included; a later time is a broken clock, and its event would outrank
# every true one.
CLOCK_TOLERANCE = timedelta(days=1)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# A database column holds no NUL.
COLUMN_KEYS = ("document", "id", "tenant", "supplier", "extractor", "selection", "corrected_by")


def refusal(data: Mapping[str, Any], *, now: datetime) -> str | None:
    """Why an event cannot be stored, or None where it can.

    Args:
        data: an event that `parse_correction` accepts.
        now: with time zone.
    """
    if _depth(data) > MAX_DEPTH:
        return f"nested more than {MAX_DEPTH} levels deep"
    try:
        size = len(json.dumps(data, ensure_ascii=False, allow_nan=False).encode())
    except UnicodeEncodeError:
        return "a text with half a character (an unpaired surrogate)"
    except ValueError:
        return "a number that is none (NaN or infinity)"
    if size > MAX_EVENT:
        return f"an event of {size / 1e6:.1f} MB; the limit is {MAX_EVENT / 1e6:.0f} MB"
    for key in COLUMN_KEYS:
        if "\0" in (data.get(key) or ""):
            return f"{key}: holds a NUL character"
    # A name that leads out of its folder would be followed by whoever looks the document up.
    if ".." in data["document"].replace("\\", "/").split("/"):
        return f"document: {data['document']!r} leads out of the folder of documents"
    time = parse_time(data.get("corrected_at"))
    if time and time > now + CLOCK_TOLERANCE:
        return f"corrected_at: {data['corrected_at']!r} is in the future"
    if time and time < EARLIEST:
        return f"corrected_at: {data['corrected_at']!r} is before {EARLIEST.year}"
    return None


def _depth(data: Any) -> int:
    depth, level = 0, [data]
    while level and depth <= MAX_DEPTH:
        depth += 1
        inner = [list(value.values()) if isinstance(value, dict) else value for value in level]
        level = [value for values in inner if isinstance(values, list) for value in values]
        level = [value for value in level if isinstance(value, dict | list)]
    return depth
