"""What tests of importers share: small documents, and imports into a store in a temporary folder."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakta.schema import invoice_schema
from fakta_lab.corrections.exporting import ExportKind, export_corrections
from fakta_lab.corrections.importing import import_corrections
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.report import ImportReport
from fakta_lab.corrections.sources.choose import open_source
from fakta_lab.store import Store

PDF = b"%PDF-1.7\n%%EOF\n"
OTHER_PDF = b"%PDF-1.7\n% another\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def imported(
    place: Path | str,
    store: Path,
    *,
    documents: Path | None = None,
    mapping: ImportMapping | None = None,
    dry_run: bool = False,
    full: bool = True,
    **options: Any,
) -> ImportReport:
    """Imports into the store in a folder, as the command does."""
    mapping = mapping or ImportMapping()
    source = open_source(str(place), mapping=mapping, schema=invoice_schema(), **options)
    with Store.open(store, create=True) as opened:
        if not full:
            source.since = opened.cursor(source.key)
        return import_corrections(source, opened, mapping=mapping, documents=documents, dry_run=dry_run, now=NOW)


def events_in(store: Path) -> list[dict[str, Any]]:
    """The events of a store, as they were imported."""
    with Store.open(store) as opened:
        return [json.loads(event.payload) for event in opened.events()]


def documents_in(store: Path) -> set[str]:
    """The documents that a store's events name."""
    return {event["document"] for event in events_in(store)}


def exported(store: Path, out: Path, kind: ExportKind = "jsonl") -> Path:
    """Writes a store's events."""
    with Store.open(store) as opened:
        export_corrections(opened, out, kind=kind)
    return out


def write_lines(path: Path, *lines: Any) -> Path:
    """Writes JSON Lines; texts and bytes as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = [
        line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode()
        for line in lines
    ]
    path.write_bytes(b"\n".join(parts) + b"\n")
    return path
