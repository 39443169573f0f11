"""The events of corrections, wherever they are kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fakta.schema import Schema
from fakta_lab.formats.jsonl import Problem
from fakta_lab.monitoring.audits import events_of_file
from fakta_lab.store import Store, StoredEvent


def read_events(path: Path, *, schema: Schema, on_problem: Callable[[Problem], None]) -> list[StoredEvent]:
    """The events of a store's folder or of a corrections file, as a store gives them.

    Args:
        path: of either.
        schema: of the fields.
        on_problem: called for each line of a file that cannot be used.

    Raises:
        DatasetError: there is no such file.
        InputError: the store cannot be used.
    """
    if path.is_dir():
        with Store.open(path) as store:
            return list(store.events(schema=schema))
    return events_of_file(path, schema=schema, on_problem=on_problem)
