"""Writing bundles: all at once or not at all, every file with its sha256."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakta.bundle import FORMAT, FORMAT_VERSION, MANIFEST, Bundle
from fakta.errors import BundleError
from fakta.extract import MEMORY_FILE
from fakta.families import expected_labels
from fakta.schema import Schema
from fakta_lab.formats.memories import inherited_memory


def manifest_of(
    *,
    name: str,
    schema: Schema,
    model: Mapping[str, Any],
    license: str,
    lineage: Mapping[str, Any],
    scorer: Mapping[str, Any] | None = None,
    verifier: Mapping[str, Any] | None = None,
    thresholds: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The manifest of a bundle made now, all of it but `files`.

    Args:
        model: `family`, and what the family needs, see `fakta.families`.
        license: SPDX identifier of the weights' licence.
    """
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "name": name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "license": license,
        "schema": schema.to_dict(),
        "labels": list(expected_labels(model["family"], schema)),
        "model": dict(model),
        "lineage": dict(lineage),
    }
    optional = {"scorer": scorer or None, "verifier": verifier, "thresholds": thresholds}
    return manifest | {key: dict(value) for key, value in optional.items() if value is not None}


def write_bundle(
    out_dir: Path,
    *,
    name: str,
    schema: Schema,
    model: Mapping[str, Any],
    files: Mapping[str, bytes],
    license: str,
    lineage: Mapping[str, Any],
    scorer: Mapping[str, Any] | None = None,
    verifier: Mapping[str, Any] | None = None,
    thresholds: Mapping[str, Any] | None = None,
) -> Path:
    """Writes a bundle folder and loads it once, so that what is there afterwards is known to be whole.

    Args:
        out_dir: the folder; a bundle that is there already is replaced.
        model: `family`, and what the family needs, see `fakta.families`.
        files: name to content, without the manifest.
        license: SPDX identifier of the weights' licence.

    Raises:
        BundleError: the folder holds something that is no bundle, or what was written does not pass the checks.
    """
    manifest = manifest_of(
        name=name,
        schema=schema,
        model=model,
        license=license,
        lineage=lineage,
        scorer=scorer,
        verifier=verifier,
        thresholds=thresholds,
    )
    if out_dir.exists() and any(out_dir.iterdir()) and not (out_dir / MANIFEST).is_file():
        raise BundleError(f"{out_dir}: holds something that is no bundle; choose another folder")
    return replace_bundle(out_dir, manifest, files)


def kept_memory(out_dir: Path, run_dir: Path) -> dict[str, bytes]:
    """The supplier memory that a run's bundle begins with, as a file of it; nothing where there is none.

    A bundle that is replaced keeps its own, which is where `fakta memory update` wrote last; otherwise the run's start
    hands its one on.

    Raises:
        MemoryFileError: it is damaged.
    """
    memory = inherited_memory(out_dir, run_dir)
    return {} if memory is None else {MEMORY_FILE: memory.to_text().encode()}


def replace_bundle(out_dir: Path, manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Path:
    """Puts a bundle in the place of one that may be there, whole or not at all.

    Args:
        out_dir: the folder.
        manifest: all of it but `files`, which is computed.
        files: name to content, without the manifest.

    Raises:
        BundleError: what was written does not pass the checks.
    """
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    manifest = {**manifest, "files": sums}
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    fresh = out_dir.with_name(f".{out_dir.name}.{os.getpid()}.tmp")
    stale = out_dir.with_name(f".{out_dir.name}.{os.getpid()}.old")
    try:
        fresh.mkdir()
        for file, content in files.items():
            (fresh / file).write_bytes(content)
        (fresh / MANIFEST).write_text(_json(manifest), encoding="utf-8")
        Bundle.load(fresh)
        if out_dir.exists():
            os.replace(out_dir, stale)
        os.replace(fresh, out_dir)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(stale, ignore_errors=True)
    return out_dir


def _json(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
