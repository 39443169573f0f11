"""Corrections files: every event as it was imported. Loses nothing but the documents' bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from fakta_lab.corrections.exports.base import Event, Exported
from fakta_lab.files import replacing
from fakta_lab.formats.correction import KEYS


def write_jsonl(events: Iterable[Event], out: Path) -> Exported:
    """Writes events in the contract's order of keys, other systems' keys after them."""
    n_events = 0
    with replacing(out) as temporary, temporary.open("w", encoding="utf-8") as file:
        for event in events:
            n_events += 1
            file.write(json.dumps(in_order(event), ensure_ascii=False) + "\n")
    return Exported(n_events)


def in_order(event: Event) -> Event:
    """The same event, its keys in the contract's order."""
    first = [key for key in KEYS if key in event]
    return {key: event[key] for key in [*first, *(key for key in event if key not in KEYS)]}
