"""A memory beside and inside a bundle, and with a verifier that was fitted before there was one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from tests.fakta.memory.corrected import HOUSE, INVOICES, memory_of, read, views_of
from tests.fakta.tiny_model import write_tiny_bundle

from fakta.bundle import Bundle
from fakta.errors import BundleError, MemoryFileError
from fakta.extract import MEMORY_FILE, Extractor
from fakta.reading.features import of_choice
from fakta.verify import Verifier


def with_memory(folder: Path, text: str) -> Path:
    """The bundle with that text as its memory."""
    (folder / MEMORY_FILE).write_text(text, encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][MEMORY_FILE] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_the_memory_in_a_bundle_is_used_by_default(tmp_path: Path) -> None:
    text = memory_of(3).to_text()
    extractor = Extractor.load(with_memory(write_tiny_bundle(tmp_path / "tiny"), text))
    assert extractor.memory is not None
    assert extractor.memory.to_text() == text


def test_a_memory_of_ones_own_comes_first(tmp_path: Path) -> None:
    bundle = with_memory(write_tiny_bundle(tmp_path / "tiny"), memory_of(3).to_text())
    memory_of(1).save(tmp_path / "own.json")
    extractor = Extractor.load(bundle, memory=tmp_path / "own.json")
    assert extractor.memory is not None
    assert len(extractor.memory.documents) == 1


def test_a_bundle_without_a_memory_has_none(tmp_path: Path) -> None:
    assert Extractor.load(write_tiny_bundle(tmp_path / "tiny")).memory is None


def test_a_damaged_memory_in_a_bundle_is_refused(tmp_path: Path) -> None:
    bundle = with_memory(write_tiny_bundle(tmp_path / "tiny"), "{}")
    with pytest.raises(MemoryFileError, match=r"^tiny: memory\.json: no supplier memory"):
        Extractor.load(bundle)
    (bundle / MEMORY_FILE).write_text("changed", encoding="utf-8")
    with pytest.raises(BundleError, match="is damaged"):
        Bundle.load(bundle)


def test_a_verifier_fitted_before_there_was_a_memory_still_answers() -> None:
    model = {
        "features": ["margin", "label"],
        "mean": [0.0, 0.0],
        "scale": [1.0, 1.0],
        "fields": {"*": {"weights": [1.0, 1.0], "intercept": 0.0}},
        "curve": [1.0, 1.0, 0.0],
    }
    verifier = Verifier.from_manifest({"verifier": {"found": model}})
    choices = [read(HOUSE.format(**INVOICES[3]), memory).choices["amount_due"] for memory in (None, memory_of(3))]
    pages = tuple(view.page for view in views_of(HOUSE.format(**INVOICES[3])))
    without, within = (of_choice(choice, pages) for choice in choices)
    assert any(feature.startswith("memory_") for feature in within)
    assert not any(feature.startswith("memory_") for feature in without)
    assert 0.0 <= verifier.confidence("amount_due", within) <= 1.0
    known = {name: number for name, number in within.items() if not name.startswith("memory_")}
    assert verifier.confidence("amount_due", within) == verifier.confidence("amount_due", known)
