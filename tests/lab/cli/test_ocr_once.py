"""A scan is read by OCR once, though the model and the page of errors both need its words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from fakta.documents import Box, Word
from fakta.documents.ocr import rapid
from fakta.extract import Extractor
from fakta_lab.cli.evaluate import evaluate
from fakta_lab.cli.ocr_once import ocr_once
from fakta_lab.evaluation import ocr_cache

WORDS = [
    Word(text, Box(0.1 + 0.2 * i, 0.1, 0.25 + 0.2 * i, 0.12), 0.9)
    for i, text in enumerate(("Fakturanr:", "F-1042", "Netto"))
]


class Counting:
    """An engine that reads the same words from every page, and counts."""

    name = "rapidocr"

    def __init__(self) -> None:
        self.images: list[tuple[int, int]] = []

    def read(self, image: Image.Image) -> list[Word]:
        self.images.append(image.size)
        return WORDS


@pytest.fixture
def scanned_set(tmp_path: Path) -> Path:
    """One scan, whose invoice number is another than the page says."""
    folder = tmp_path / "scans"
    folder.mkdir()
    page = Image.new("L", (800, 1100), 255)
    ImageDraw.Draw(page).text((80, 110), "Fakturanr: F-1042", fill=0)
    page.save(folder / "a.png")
    truth = {"document": "a.png", "fields": {"invoice_number": "F-1042", "iban": "SE4550000000058398257466"}}
    (folder / "truth.jsonl").write_text(json.dumps(truth) + "\n", encoding="utf-8")
    return folder


def pages_read(monkeypatch: pytest.MonkeyPatch, folder: Path, *, report: Path | None) -> int:
    """How often an engine reads a page while the set is evaluated."""
    engine = Counting()
    monkeypatch.setattr(rapid, "available", lambda: True)
    monkeypatch.setattr(ocr_cache, "find_engine", lambda wanted: engine)
    monkeypatch.setattr(
        "fakta.documents.reader._engine", lambda drafts, *, ocr, **rest: engine if ocr == "auto" else ocr
    )
    evaluate(folder, report=report, track=False)
    return len(engine.images)


def test_the_page_of_errors_costs_no_further_ocr(
    scanned_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = pages_read(monkeypatch, scanned_set, report=None)
    assert pages_read(monkeypatch, scanned_set, report=tmp_path / "report") == alone > 0
    assert "data-field=" in (tmp_path / "report" / "evaluation.html").read_text(encoding="utf-8")


def test_without_an_engine_the_extractor_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapid, "available", lambda: False)
    extractor = Extractor(None)
    with ocr_once(extractor) as (given, ocr):
        assert given is extractor
        assert ocr == "auto"
    with ocr_once(None) as (nothing, ocr):
        assert (nothing, ocr) == (None, "auto")
