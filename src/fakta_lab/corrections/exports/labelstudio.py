"""Label Studio tasks: one an event, the extracted values as prediction, the labels as annotation.

Loses whether a label that equals the extracted value was confirmed or corrected, and keys that are not the contract's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fakta.schema import Schema
from fakta_lab.corrections.exports.base import Event, Exported
from fakta_lab.files import replacing

DATA_KEYS = ("document", "tenant", "supplier", "selection")


def write_labelstudio(events: Iterable[Event], out: Path, *, schema: Schema) -> Exported:
    """Writes tasks that Label Studio imports."""
    n_events = 0
    with replacing(out) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.write("[")
        for event in events:
            file.write(",\n" if n_events else "\n")
            n_events += 1
            file.write(json.dumps(_task(event, schema), ensure_ascii=False))
        file.write("\n]\n")
    return Exported(n_events)


def _task(event: Event, schema: Schema) -> dict[str, Any]:
    extracted, corrected = event.get("extracted") or {}, event.get("corrected") or {}
    confirmed = {name: extracted.get(name) for name in event.get("confirmed") or [] if name not in corrected}
    annotation: dict[str, Any] = {"result": _results({**confirmed, **corrected}, schema), "was_cancelled": False}
    if event.get("id"):
        annotation["id"] = event["id"]
    if event.get("corrected_at"):
        annotation["created_at"] = annotation["updated_at"] = event["corrected_at"]
    if event.get("corrected_by"):
        annotation["completed_by"] = {"email": event["corrected_by"]}
    task: dict[str, Any] = {
        "data": {key: event[key] for key in DATA_KEYS if event.get(key)},
        "annotations": [annotation],
    }
    if extracted or event.get("extractor"):
        task["predictions"] = [{"model_version": event.get("extractor") or "", "result": _results(extracted, schema)}]
    return task


def _results(values: Mapping[str, Any], schema: Schema) -> list[dict[str, Any]]:
    results = []
    for name in sorted(values):
        kind = schema.fields[name].kind if name in schema.fields else "text"
        value = values[name]
        shown = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        # An empty text says that the field is not on the document; a missing result says nothing.
        form, key = ("choices", "choices") if kind == "document_type" and shown else ("textarea", "text")
        results.append({"from_name": name, "to_name": "document", "type": form, "value": {key: [shown]}})
    return results
