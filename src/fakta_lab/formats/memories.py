"""Supplier memories where they lie: in files of their own, in bundles, folder or zip, and in runs that began with one.

In a bundle the memory is one of the files that the manifest names with their sha256, so both are written anew.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from fakta.errors import BundleError
from fakta.extract import MEMORY_FILE
from fakta.memory import Memory
from fakta_lab.files import replacing

_MANIFEST = "manifest.json"
# How a memory's file begins, whoever set it anew.
_HEAD = re.compile(rb'^\s*\{\s*"format"\s*:\s*"fakta-memory"')
_HEAD_BYTES = 200


def is_memory(path: Path) -> bool:
    """Whether a file, or a bundle's folder or zip, holds a supplier memory."""
    if path.is_dir() or zipfile.is_zipfile(path):
        return MEMORY_FILE in _listed(path)
    try:
        with path.open("rb") as file:
            return _HEAD.match(file.read(_HEAD_BYTES)) is not None
    except OSError:
        return False


def read_memory(path: Path) -> Memory:
    """The memory in a file or in a bundle.

    Raises:
        MemoryFileError: it is missing or damaged.
    """
    if path.is_dir():
        return Memory.load(path / MEMORY_FILE)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            text = archive.read(MEMORY_FILE).decode("utf-8", errors="replace")
        return Memory.from_text(text, source=f"{path}: {MEMORY_FILE}")
    return Memory.load(path)


def inherited_memory(*folders: Path) -> Memory | None:
    """The memory of the first of some folders, of bundles or of runs, that holds one.

    Raises:
        MemoryFileError: that one is damaged.
    """
    found = (folder / MEMORY_FILE for folder in folders)
    return next((Memory.load(path) for path in found if path.is_file()), None)


def write_memory(path: Path, memory: Memory) -> None:
    """Writes a memory into a file, or into a bundle with its manifest.

    Raises:
        BundleError: the folder is no bundle's.
    """
    if path.is_dir():
        manifest = _with_memory(_manifest(path), memory)
        memory.save(path / MEMORY_FILE)
        with replacing(path / _MANIFEST) as temporary:
            temporary.write_text(manifest, encoding="utf-8")
    elif zipfile.is_zipfile(path):
        manifest = _with_memory(_manifest(path), memory)
        with replacing(path) as temporary:
            with zipfile.ZipFile(path) as old, zipfile.ZipFile(temporary, "w") as new:
                for entry in old.infolist():
                    if entry.filename not in (MEMORY_FILE, _MANIFEST):
                        new.writestr(entry, old.read(entry))
                new.writestr(_MANIFEST, manifest)
                new.writestr(MEMORY_FILE, memory.to_text())
    else:
        memory.save(path)


def _with_memory(manifest: dict[str, Any], memory: Memory) -> str:
    """The manifest that names the memory with its sha256."""
    digest = hashlib.sha256(memory.to_text().encode()).hexdigest()
    manifest["files"] = {**manifest["files"], MEMORY_FILE: digest}
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def _listed(path: Path) -> dict[str, Any]:
    try:
        return dict(_manifest(path)["files"])
    except BundleError:
        return {}


def _manifest(path: Path) -> dict[str, Any]:
    try:
        if path.is_dir():
            text = (path / _MANIFEST).read_text(encoding="utf-8")
        else:
            with zipfile.ZipFile(path) as archive:
                text = archive.read(_MANIFEST).decode()
        data = json.loads(text)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        data = None
    if not isinstance(data, dict) or not isinstance(data.get("files"), dict):
        raise BundleError(f"{path}: no bundle here; name a bundle's folder or zip, or a file for the memory")
    return data
