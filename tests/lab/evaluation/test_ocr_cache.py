"""What was read is kept, and read again where it may have changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image

from fakta.documents import Box, Word
from fakta.documents.ocr import EngineName
from fakta_lab.evaluation import ocr_cache
from fakta_lab.evaluation.ocr_cache import CachedEngine

WORDS = [Word("Att", Box(0.1, 0.2, 0.15, 0.22), 0.9), Word("betala:", Box(0.16, 0.2, 0.25, 0.22), 0.8125)]


@dataclass
class CountingEngine:
    """Reads the same words from every image and counts how often it was asked."""

    name: EngineName = "tesseract"
    asked: list[Image.Image] = field(default_factory=list)

    def read(self, image: Image.Image) -> list[Word]:
        self.asked.append(image)
        return WORDS


@pytest.fixture
def engine() -> CountingEngine:
    return CountingEngine()


def test_an_image_is_read_once(tmp_path: Path, engine: CountingEngine) -> None:
    page, other = (Image.new("RGB", (20, 30), colour) for colour in ("white", "grey"))
    cached = CachedEngine(engine, tmp_path / "ocr")
    assert cached.name == "tesseract"
    assert cached.read(page) == WORDS
    assert CachedEngine(engine, tmp_path / "ocr").read(page.copy()) == WORDS
    assert len(engine.asked) == 1
    cached.read(other)
    cached.read(page.resize((30, 20)))
    assert len(engine.asked) == 3
    assert len(list((tmp_path / "ocr").iterdir())) == 3


def test_other_code_reads_anew(tmp_path: Path, engine: CountingEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Image.new("RGB", (20, 30), "white")
    cached = CachedEngine(engine, tmp_path)
    cached.read(page)
    monkeypatch.setattr(ocr_cache, "_code", lambda: "changed")
    cached.read(page)
    assert len(engine.asked) == 2
