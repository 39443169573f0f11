"""CSV in the long layout: one row a field. Loses keys that are not the contract's, and the forms of numbers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fakta_lab.corrections.exports.base import Event, Exported
from fakta_lab.files import replacing

HEAD = ("document", "id", "tenant", "supplier", "extractor", "corrected_at", "corrected_by", "selection")
COLUMNS = (*HEAD, "field", "extracted", "corrected", "confirmed")


def write_csv(events: Iterable[Event], out: Path) -> Exported:
    """Writes events, UTF-8 with commas."""
    n_events = 0
    with replacing(out) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for event in events:
            n_events += 1
            head = [event.get(key) or "" for key in HEAD]
            writer.writerows([*head, *cells] for cells in _fields(event))
    return Exported(n_events)


def _fields(event: Event) -> Iterator[list[str]]:
    extracted, corrected = event.get("extracted") or {}, event.get("corrected") or {}
    confirmed = list(dict.fromkeys(event.get("confirmed") or []))
    names = dict.fromkeys([*extracted, *corrected, *confirmed])
    for name in names:
        cells = [_cell(values[name]) if name in values else "" for values in (extracted, corrected)]
        yield [name, *cells, "true" if name in confirmed else ""]
    if not names:
        # An event without fields says that somebody looked.
        yield ["", "", "", ""]


def _cell(value: Any) -> str:
    """A value as the importer reads it: a blank cell says nothing, so what is not on the document is `null`."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return "null"
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
