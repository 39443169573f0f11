"""Bundles that differ, of the tiny model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.fakta.tiny_model import write_tiny_bundle

FIGURES: dict[str, Any] = {"benchmark": "held-out", "documents": 40, "micro": {"f1": 0.9}}


def variant(folder: Path, *, model: bytes | None = None, **manifest: Any) -> Path:
    """A bundle called like its folder, with these further keys in its manifest."""
    write_tiny_bundle(folder, model=model)
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"name": folder.name} | manifest), encoding="utf-8")
    return folder
