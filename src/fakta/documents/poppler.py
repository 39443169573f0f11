"""Draws PDF pages with poppler, for the few that pdfium cannot draw. Needs `fakta[ocr]` and poppler-utils."""

from __future__ import annotations

import importlib.util
import re
import shutil
from typing import TYPE_CHECKING, Any, Literal

from fakta.documents.limits import POPPLER_TIMEOUT_S, check_pixels
from fakta.errors import DamagedDocument, MissingExtra

if TYPE_CHECKING:
    from PIL.Image import Image

# What draws PDF pages first.
Renderer = Literal["pdfium", "poppler"]

_SIZE = re.compile(r"([0-9.]+) x ([0-9.]+) pts")


def available() -> bool:
    """Whether pdf2image and poppler's programs are installed."""
    return importlib.util.find_spec("pdf2image") is not None and shutil.which("pdftoppm") is not None


def require() -> None:
    """Raises `MissingExtra` where pdf2image is not installed."""
    if importlib.util.find_spec("pdf2image") is None:
        raise MissingExtra("pdf2image", "ocr", purpose='renderer="poppler"')


def draw(data: bytes, number: int, *, dpi: int, name: str) -> Image:
    """Page `number`, counted from 1, as an RGB image of its crop box.

    Raises:
        MissingExtra: pdf2image is not installed.
        DamagedDocument: poppler cannot draw the page, or is not installed.
        DocumentTooLarge: the image would have more than `MAX_PIXELS`.
    """
    require()
    import pdf2image
    from pdf2image.exceptions import PDFInfoNotInstalledError

    pages: dict[str, Any] = {"first_page": number, "last_page": number, "timeout": POPPLER_TIMEOUT_S}
    try:
        size = _SIZE.search(str(pdf2image.pdfinfo_from_bytes(data, **pages)))
        if size is not None:
            pixels = float(size[1]) * float(size[2]) * (dpi / 72) ** 2
            check_pixels(pixels, what=f"{name}: page {number} at {dpi} dpi")
            images = pdf2image.convert_from_bytes(data, dpi=dpi, use_cropbox=True, **pages)
            if images:
                return images[0].convert("RGB")
    except PDFInfoNotInstalledError as error:
        raise DamagedDocument("poppler is not installed: apt-get install poppler-utils") from error
    except _failures() as error:
        raise DamagedDocument(f"{name}: page {number} cannot be drawn by poppler: export the PDF again") from error
    raise DamagedDocument(f"{name}: page {number} cannot be drawn by poppler: export the PDF again")


def _failures() -> tuple[type[Exception], ...]:
    from pdf2image import exceptions

    # pdf2image reads poppler's output with Pillow and its page count with int().
    return (
        exceptions.PDFPageCountError,
        exceptions.PDFSyntaxError,
        exceptions.PDFPopplerTimeoutError,
        OSError,
        ValueError,
    )
