"""The mark on what has learned from documents that were erased since: it must be made anew.

Datasets, runs and bundles each have one JSON file that says what they are; the mark is its key `retrain`:
`{"documents": 3, "since": "2026-11-23T10:00:00+00:00"}`. It tells how many documents and when, never which.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fakta_lab.files import replacing

Kind = Literal["dataset", "run", "bundle"]
FILES: Mapping[str, Kind] = {"dataset.json": "dataset", "run.json": "run", "manifest.json": "bundle"}
MARK = "retrain"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A dataset, run or bundle on disk.

    Attributes:
        kind: which of the three.
        path: its folder, or the zip of a bundle.
        datasets: sha256 of the datasets that it is, or has learned from.
        erased: documents of these that were erased since, as its mark says; 0 without a mark.
    """

    kind: Kind
    path: Path
    datasets: tuple[str, ...]
    erased: int = 0


def artifact_at(path: Path) -> Artifact | None:
    """The dataset, run or bundle in a folder or zip, or None where there is none that fakta made."""
    for file, kind in FILES.items():
        data = _read(path, file)
        if data is not None:
            return Artifact(kind, path, _datasets(kind, data), int((data.get(MARK) or {}).get("documents", 0)))
    return None


def mark_for_retraining(artifact: Artifact, *, documents: int, since: str) -> None:
    """Writes the mark into the artifact, in place of one it may have; nothing else in it changes.

    Args:
        artifact: on disk.
        documents: how many of those it has seen were erased.
        since: time of the last erasure, ISO 8601.
    """
    file = next(name for name, kind in FILES.items() if kind == artifact.kind)
    data = {**(_read(artifact.path, file) or {}), MARK: {"documents": documents, "since": since}}
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    if artifact.path.is_dir():
        with replacing(artifact.path / file) as temporary:
            temporary.write_text(text, encoding="utf-8")
        return
    with replacing(artifact.path) as temporary:
        with zipfile.ZipFile(artifact.path) as old, zipfile.ZipFile(temporary, "w") as new:
            for entry in old.infolist():
                if entry.filename == file:
                    new.writestr(entry, text)
                    continue
                with old.open(entry) as source, new.open(entry, "w") as target:
                    shutil.copyfileobj(source, target)


def _read(path: Path, file: str) -> dict[str, Any] | None:
    try:
        if path.is_dir():
            text = (path / file).read_text(encoding="utf-8")
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                text = archive.read(file).decode()
        else:
            return None
        data = json.loads(text)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
    # Other programs have files of these names too.
    ours = isinstance(data, dict) and isinstance(data.get("lineage"), dict)
    return data if ours else None


def _datasets(kind: Kind, data: Mapping[str, Any]) -> tuple[str, ...]:
    if kind == "dataset":
        return (str(data.get("sha256", "")),)
    return tuple(str(sha256) for sha256 in data["lineage"].get("datasets") or ())
