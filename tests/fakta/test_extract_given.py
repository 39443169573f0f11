"""A document whose words are known already goes through the extractor without being read."""

from __future__ import annotations

from pathlib import Path

from tests.fakta.tiny_model import SCHEMA, write_tiny_bundle

from fakta import Extractor
from fakta.documents import Box, Document, page_of_lines

LINES = [("FAKTURA 1234", Box(0.1, 0.1, 0.5, 0.12)), ("kr 12,50", Box(0.1, 0.2, 0.4, 0.22))]


def document() -> Document:
    return Document("given", "ab" * 32, (page_of_lines(LINES, width=300, height=600),))


def test_words_that_are_given_are_what_the_model_sees(tmp_path: Path) -> None:
    # An engine that would fail shows that none is asked.
    extraction = Extractor.load(write_tiny_bundle(tmp_path / "bundle"), ocr="tesseract").extract(document())
    assert (extraction.document, extraction.sha256, extraction.pages) == ("given", "ab" * 32, 1)
    assert list(extraction.fields) == list(SCHEMA.fields)
    assert extraction.checks == extraction.line_items == extraction.vat_breakdown == ()


def test_it_may_be_called_otherwise(tmp_path: Path) -> None:
    extractor = Extractor.load(write_tiny_bundle(tmp_path / "bundle"))
    assert extractor.extract(document(), name="receipt 7").document == "receipt 7"


def test_an_own_schema_has_no_labels_of_invoices(tmp_path: Path) -> None:
    extractor = Extractor.load(write_tiny_bundle(tmp_path / "bundle"))
    assert extractor.reader.lexicon.meanings("Fakturanummer") == ()
    assert Extractor(None).reader.lexicon.meanings("Fakturanummer") != ()
