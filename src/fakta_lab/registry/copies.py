"""A registry's own copies of bundles: named by their content, whole or not there, and never written to again."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fakta.bundle import MANIFEST, Bundle
from fakta.errors import BundleError
from fakta.extract import MEMORY_FILE
from fakta_lab.formats.retraining import MARK
from fakta_lab.registry.disk import sync_folder, write_synced

DIGEST_SHOWN = 12
NAME_SHOWN = 60


def digest_of(manifest: Mapping[str, Any], *, memory: str | None = None) -> str:
    """The sha256 of everything that a bundle is: its manifest, which names the sha256 of every file.

    The mark that an erasure writes is left out: it says something about the bundle, and is no part of it.

    Args:
        manifest: of the bundle.
        memory: sha256 to put in the place of its supplier memory's; empty for none.
    """
    said = {name: value for name, value in manifest.items() if name != MARK}
    if memory is not None:
        others = {name: sha256 for name, sha256 in manifest["files"].items() if name != MEMORY_FILE}
        said["files"] = others | ({MEMORY_FILE: memory} if memory else {})
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def folder_name(name: str, digest: str) -> str:
    """What a bundle's copy is called.

    >>> folder_name("kommunen/2026 nov", "0123456789abcdef")
    'kommunen_2026_nov-0123456789ab'
    """
    plain = re.sub(r"[^\w.-]", "_", name).lstrip(".")[:NAME_SHOWN] or "bundle"
    return f"{plain}-{digest[:DIGEST_SHOWN]}"


def is_copy(name: str) -> bool:
    """Whether a folder is called as a copy is.

    >>> is_copy("base-0123456789ab"), is_copy("base")
    (True, False)
    """
    return re.fullmatch(rf".+-[0-9a-f]{{{DIGEST_SHOWN}}}", name) is not None


def keep_copy(bundle: Bundle, bundles: Path) -> Path:
    """The copy of a bundle among a registry's bundles, made where there is none, on disk when this returns.

    The caller has the registry's lock.

    Args:
        bundle: a folder or a zip, loaded.
        bundles: folder of the copies.

    Raises:
        BundleError: the bundle changes while it is copied; or its copy is there and no longer what it was, which an
            erasure may have seen to.
        OSError: it cannot be written.
    """
    digest = digest_of(bundle.manifest)
    final = bundles / folder_name(bundle.name, digest)
    if final.exists():
        kept = Bundle.load(final)
        if digest_of(kept.manifest) != digest:
            raise BundleError(
                f"{final.name}: the registry's copy was changed since it was promoted, as an erasure does; make the "
                "bundle anew"
            )
        return final
    fresh = temporary_beside(final)
    try:
        fresh.mkdir(parents=True)
        for name in bundle.manifest["files"]:
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            write_synced(fresh / name, bundle.read(name))
        write_synced(fresh / MANIFEST, (json.dumps(bundle.manifest, indent=1, ensure_ascii=False) + "\n").encode())
        for folder in {(fresh / name).parent for name in (*bundle.manifest["files"], MANIFEST)}:
            sync_folder(folder)
        Bundle.load(fresh)
        os.rename(fresh, final)
        sync_folder(bundles)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return final


def temporary_beside(path: Path) -> Path:
    """Where something is made that is then moved to `path`; what a killed process leaves there is garbage."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def remove_garbage(bundles: Path) -> None:
    """Removes copies that killed processes left half made or half removed. The caller has the lock."""
    for path in bundles.glob(".*.tmp"):
        if is_copy(path.name.removeprefix(".").removesuffix(".tmp").rpartition(".")[0]):
            shutil.rmtree(path)


def remove_copy(folder: Path) -> None:
    """Removes a copy, so that nobody ever finds half of it."""
    gone = temporary_beside(folder)
    os.rename(folder, gone)
    shutil.rmtree(gone)
