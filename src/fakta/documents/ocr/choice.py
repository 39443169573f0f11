"""Which OCR engine is there."""

from __future__ import annotations

from typing import Literal

from fakta.documents.ocr import rapid, tesseract
from fakta.documents.ocr.engine import Engine
from fakta.errors import OcrUnavailable

INSTALL = "pip install 'fakta[ocr]', or apt-get install tesseract-ocr tesseract-ocr-swe"


def find_engine(wanted: Literal["auto", "rapidocr", "tesseract"], *, threads: int = 1) -> Engine:
    """The engine of that name; "auto" takes RapidOCR, else Tesseract.

    Args:
        wanted: its name, or "auto".
        threads: of RapidOCR; Tesseract has one.

    Raises:
        OcrUnavailable: it is not installed, or Tesseract has no Swedish.
    """
    if wanted == "rapidocr" or (wanted == "auto" and rapid.available()):
        return rapid.load(threads)
    try:
        return tesseract.load()
    except OcrUnavailable:
        if wanted == "tesseract":
            raise
        raise OcrUnavailable(f"no OCR engine is installed: {INSTALL}") from None
