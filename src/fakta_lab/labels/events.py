"""The events of corrections, wherever they are kept: in a store, or in a file that is on its way to one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from fakta.schema import Schema
from fakta_lab.formats.correction import read_corrections
from fakta_lab.formats.jsonl import Problem
from fakta_lab.store import Store, StoredEvent


def read_events(path: Path, *, schema: Schema, on_problem: Callable[[Problem], None]) -> list[StoredEvent]:
    """The events of a store's folder, or of a corrections file as a store would give them.

    Args:
        path: of either; a file is JSON Lines.
        schema: of the fields.
        on_problem: called for each line of a file that cannot be used.

    Raises:
        DatasetError: there is no such file, or it cannot be read.
        InputError: the store cannot be used.
    """
    if path.is_dir():
        with Store.open(path) as store:
            return list(store.events(schema=schema))
    return _of_file(path, schema=schema, on_problem=on_problem)


def _of_file(path: Path, *, schema: Schema, on_problem: Callable[[Problem], None]) -> list[StoredEvent]:
    """Of several versions of an event the last."""
    events: dict[str, StoredEvent] = {}
    for place, correction in enumerate(read_corrections(path, schema=schema, on_problem=on_problem), start=1):
        said = json.dumps([correction.document, place, str(path)])
        # The source's own name of an event stands for one event, in its last version.
        key = f"{correction.tenant}/{correction.id}" if correction.id else said
        digest = hashlib.sha256(said.encode()).hexdigest()
        sha256 = correction.document if correction.is_sha256 else ""
        events[key] = StoredEvent(place, digest, sha256, path.name, f"event {place}", correction)
    return list(events.values())
