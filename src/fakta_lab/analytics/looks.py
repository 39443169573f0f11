"""What people changed: how much in which period, and which fields of whose answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fakta_lab.analytics.people import Look
from fakta_lab.analytics.periods import Unit, period_of


def looks(events: Iterable[Look], *, unit: Unit, since: datetime | None = None) -> dict[str, Any]:
    """The numbers of events: all of them, by period, and by extractor with its fields, the most changed first.

    Args:
        events: of which each is one look at one document.
        unit: of the periods; events without a time are in none.
        since: leave out what is older, or has no time.

    Returns:
        `documents`, `changed`, `kept`; `periods` (period → the same three) and `extractors` (a list of `extractor`, the
        three, and `fields`: field → `changed`, `kept`).
    """
    total = _numbers()
    periods: dict[str, dict[str, int]] = {}
    extractors: dict[str, dict[str, Any]] = {}
    for event in events:
        if since is not None and (event.at is None or event.at < since):
            continue
        own = extractors.setdefault(event.extractor, {**_numbers(), "fields": {}})
        counted = [total, own]
        if event.at is not None:
            counted.append(periods.setdefault(period_of(event.at, unit), _numbers()))
        for each in counted:
            each["documents"] += 1
            each["changed"] += len(event.changed)
            each["kept"] += len(event.kept)
        for outcome, names in (("changed", event.changed), ("kept", event.kept)):
            for name in names:
                own["fields"].setdefault(name, {"changed": 0, "kept": 0})[outcome] += 1
    for own in extractors.values():
        own["fields"] = dict(sorted(own["fields"].items(), key=lambda item: (-item[1]["changed"], item[0])))
    listed = [{"extractor": name, **own} for name, own in extractors.items()]
    return {**total, "periods": periods, "extractors": sorted(listed, key=lambda own: -own["documents"])}


def _numbers() -> dict[str, int]:
    return {"documents": 0, "changed": 0, "kept": 0}
