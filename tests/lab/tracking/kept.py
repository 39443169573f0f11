"""What MLflow keeps of a run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def only_run(client: Any, experiment: str) -> Any:
    """The one run of an experiment."""
    [run] = client.search_runs([client.get_experiment_by_name(experiment).experiment_id])
    return run


def artifacts(client: Any, run_id: str, folder: str | None = None) -> set[str]:
    """Paths of all artefacts of a run."""
    found: set[str] = set()
    for each in client.list_artifacts(run_id, folder):
        found |= artifacts(client, run_id, each.path) if each.is_dir else {each.path}
    return found


def everything_kept(uri: str) -> bytes:
    """All bytes of a SQLite tracking database and of the artefacts beside it."""
    folder = Path(uri.removeprefix("sqlite:///")).parent
    return b"".join(Path(root, name).read_bytes() for root, _, names in os.walk(folder) for name in names)
