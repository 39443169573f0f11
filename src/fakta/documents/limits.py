"""How much the reader accepts. One place, so that a service can say what it allows before anything is uploaded."""

from __future__ import annotations

from fakta.errors import DocumentTooLarge

# A hundred pages of colour scans at 300 dpi stay below this; an invoice is 0.05-2 MB. Everything is held in memory.
MAX_BYTES = 100_000_000

# The longest real invoices (call records, fuel cards) have some hundred pages.
MAX_PAGES = 500

# An A3 page at 600 dpi has 70 million pixels; 100 million take 300 MB as RGB. Counted before anything is decoded.
MAX_PIXELS = 100_000_000

# OCR engines were measured at this resolution; more costs time and reads no better.
OCR_DPI = 200

# Pages and photos larger than this are shrunk before OCR: A4 at 200 dpi has 3.9 million pixels, A3 7.7 million.
OCR_MAX_PIXELS = 12_000_000

# A healthy page takes seconds; more means that a program hangs on broken input.
OCR_TIMEOUT_S = 120
POPPLER_TIMEOUT_S = 60


def check_pixels(pixels: float, *, what: str) -> None:
    """Refuses an image before memory is taken for it.

    Args:
        pixels: width times height.
        what: the image, as the subject of the message.

    Raises:
        DocumentTooLarge: more than `MAX_PIXELS`.
    """
    if pixels > MAX_PIXELS:
        raise DocumentTooLarge(
            f"{what} has {pixels / 1e6:.0f} million pixels, the limit is {MAX_PIXELS / 1e6:.0f} million: "
            "use a lower resolution"
        )
