"""What an OCR engine is, and which one is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from fakta.documents.model import Word
from fakta.errors import OcrUnavailable

if TYPE_CHECKING:
    from PIL.Image import Image

EngineName = Literal["rapidocr", "tesseract"]

INSTALL = "pip install 'fakta[ocr]', or apt-get install tesseract-ocr tesseract-ocr-swe"


class Engine(Protocol):
    """Reads the words of a page image."""

    @property
    def name(self) -> EngineName:
        """Which one it is."""
        ...

    def read(self, image: Image) -> list[Word]:
        """The words of an RGB image in any order, boxes 0-1 of the image, with the engine's confidence."""
        ...


def find_engine(wanted: Literal["auto", "rapidocr", "tesseract"]) -> Engine:
    """The engine of that name; "auto" takes RapidOCR, else Tesseract.

    Raises:
        OcrUnavailable: it is not installed, or Tesseract has no Swedish.
    """
    from fakta.documents.ocr import rapid, tesseract

    if wanted == "rapidocr" or (wanted == "auto" and rapid.available()):
        return rapid.load()
    try:
        return tesseract.load()
    except OcrUnavailable:
        if wanted == "tesseract":
            raise
        raise OcrUnavailable(f"no OCR engine is installed: {INSTALL}") from None
