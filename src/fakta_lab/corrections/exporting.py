"""Exporting: a store's events and documents, in the formats that can be imported again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from fakta.errors import InputError
from fakta.schema import Schema, invoice_schema
from fakta_lab.corrections.exports.base import Event, Exported, Mask
from fakta_lab.corrections.exports.csv_file import write_csv
from fakta_lab.corrections.exports.donut import write_donut
from fakta_lab.corrections.exports.folder import write_folder
from fakta_lab.corrections.exports.jsonl import write_jsonl
from fakta_lab.corrections.exports.labelstudio import write_labelstudio
from fakta_lab.labels import labelled_documents
from fakta_lab.store import Store

ExportKind = Literal["jsonl", "csv", "labelstudio", "folder", "donut"]


def export_corrections(
    store: Store,
    out: Path,
    *,
    kind: ExportKind,
    tenant: str | None = None,
    mask: Mask | None = None,
    schema: Schema | None = None,
) -> Exported:
    """Writes a store's events, the last version of each, oldest first.

    Args:
        store: to read.
        out: file, or new folder for kinds that hold documents.
        kind: of export.
        tenant: only this tenant's; None for all.
        mask: what an event looks like on its way out, such as `masking.event_mask()`; for kinds without documents.
        schema: of the fields; the invoice schema by default.

    Raises:
        InputError: `out` cannot be written, or documents would be written unmasked beside masked events.
    """
    schema = schema or invoice_schema()
    if mask and kind in ("folder", "donut"):
        raise InputError(
            f"--mask: a {kind} export holds the documents themselves, which cannot be masked; build a dataset with "
            "mask: true and export that"
        )
    if kind in ("folder", "donut"):
        if kind == "folder":
            return write_folder(_events(store, tenant=tenant, mask=None, schema=schema), out, vault=store.vault)
        return write_donut(labelled_documents(store.events(schema=schema, tenant=tenant)), out, vault=store.vault)
    if not out.parent.is_dir():
        raise InputError(f"{out}: the folder {out.parent} does not exist; make it first")
    if out.is_dir():
        raise InputError(f"{out}: is a folder; {kind} is one file")
    events = (event for event, _ in _events(store, tenant=tenant, mask=mask, schema=schema))
    if kind == "labelstudio":
        return write_labelstudio(events, out, schema=schema)
    return {"jsonl": write_jsonl, "csv": write_csv}[kind](events, out)


def _events(store: Store, *, tenant: str | None, mask: Mask | None, schema: Schema) -> Iterator[tuple[Event, str]]:
    for stored in store.events(schema=schema, tenant=tenant):
        event: Event = json.loads(stored.payload)
        yield mask(event) if mask else event, stored.document_sha256
