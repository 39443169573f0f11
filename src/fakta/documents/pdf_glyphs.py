"""The text layer of one PDF page through pdfium's raw interface: glyphs, where they stand and how they are turned.

pdfium is asked for the whole text at once and for each glyph's box; everything else (angle, render mode) is asked per
word by `pdf_text`. The interface is called without releasing the interpreter lock: a call takes a fraction of a
microsecond, and the release would double that.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from dataclasses import dataclass
from math import degrees
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

# Text that a scanner's software lays under a page is turned by as much as the paper was.
UPRIGHT_WITHIN_DEGREES = 10

_INVISIBLE_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)


def _direct(function: Any, result: Any, *arguments: Any) -> Any:
    return ctypes.PYFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_get_loose_box = _direct(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_get_angle = _direct(pdfium.FPDFText_GetCharAngle, ctypes.c_float, ctypes.c_void_p, ctypes.c_int)
_is_generated = _direct(pdfium.FPDFText_IsGenerated, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_is_unmapped = _direct(pdfium.FPDFText_HasUnicodeMapError, ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_get_text_object = _direct(pdfium.FPDFText_GetTextObject, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_get_render_mode = _direct(pdfium.FPDFTextObj_GetTextRenderMode, ctypes.c_int, ctypes.c_void_p)


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible part of a page and how it is turned for reading.

    Attributes:
        left, bottom, right, top: the crop box in the PDF's coordinates, points.
        rotation: clockwise, 0, 90, 180 or 270 degrees.
    """

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points as a person sees the page."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.rotation % 180 else (width, height)

    def turned(self, degrees_clockwise: int) -> Frame:
        """The same part of the page, turned further."""
        return Frame(self.left, self.bottom, self.right, self.top, (self.rotation + degrees_clockwise) % 360)

    def seen(self, rects: NDArray[np.float64]) -> NDArray[np.float64]:
        """Boxes from the top left of the page as seen, of boxes in PDF coordinates; both of shape (n, 4)."""
        x0, y1, x1, y0 = rects.T
        if self.rotation == 0:
            edges = (x0 - self.left, self.top - y1, x1 - self.left, self.top - y0)
        elif self.rotation == 90:
            edges = (y0 - self.bottom, x0 - self.left, y1 - self.bottom, x1 - self.left)
        elif self.rotation == 180:
            edges = (self.right - x1, y0 - self.bottom, self.right - x0, y1 - self.bottom)
        else:
            edges = (self.top - y1, self.right - x1, self.top - y0, self.right - x0)
        return np.stack(edges, axis=1)


@dataclass(frozen=True, slots=True)
class TextLayer:
    """An open text page of pdfium; only valid while the page is open.

    Attributes:
        handle: pdfium's text page.
        address: the handle as a number, for direct calls.
        text: one character a glyph, white space that pdfium added included.
    """

    handle: Any
    address: int
    text: str

    def rects(self, positions: list[int]) -> NDArray[np.float64]:
        """Ascent-to-descent boxes of the glyphs, shape (n, 4): left, top, right, bottom in PDF coordinates."""
        buffer = np.zeros((len(positions), 4), dtype=np.float32)
        address, target = self.address, buffer.ctypes.data
        for position in positions:
            _get_loose_box(address, position, target)
            target += 16
        rects = buffer.astype(np.float64)
        for i in np.flatnonzero((rects[:, 1] - rects[:, 3] <= 0) | (rects[:, 2] - rects[:, 0] <= 0)).tolist():
            rects[i] = self._tight_rect(positions[i])
        return rects

    def _tight_rect(self, position: int) -> tuple[float, float, float, float]:
        # Fonts without metrics (broken descriptors, some Type 3 fonts) have no loose box, but their ink has one.
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(self.handle, position, left, right, bottom, top)
        return left.value, top.value, right.value, bottom.value

    def is_real_space(self, position: int) -> bool:
        """Whether the white space there is in the PDF, not added by pdfium."""
        return not _is_generated(self.address, position)

    def quarter(self, position: int, rotation: int) -> int | None:
        """How the glyph stands on a page turned by `rotation`: 0 upright, 90, 180, 270 clockwise; None if slanted."""
        angle = (degrees(_get_angle(self.address, position)) + rotation) % 360
        nearest = round(angle / 90) * 90
        return nearest % 360 if abs(angle - nearest) <= UPRIGHT_WITHIN_DEGREES else None

    def is_invisible(self, position: int) -> bool:
        """Whether the glyph is neither filled nor outlined."""
        text_object = _get_text_object(self.address, position)
        return text_object is not None and _get_render_mode(text_object) in _INVISIBLE_MODES

    def unmapped_share(self, positions: Iterable[int]) -> float:
        """Share of the glyphs, 0-1, for which the PDF's font does not say which character they are."""
        flags = [_is_unmapped(self.address, position) == 1 for position in positions]
        return sum(flags) / len(flags) if flags else 0.0


def load_text_layer(page: Any) -> TextLayer:
    """The text layer of a pdfium page; close it with `FPDFText_ClosePage(layer.handle)`."""
    handle = pdfium.FPDFText_LoadPage(page)
    count = max(pdfium.FPDFText_CountChars(handle), 0) if handle else 0
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(handle, 0, count, buffer) if count else 0
    text = bytes(buffer)[: 2 * max(written - 1, 0)].decode("utf-16-le", errors="replace")
    if len(text) != count:  # characters outside the basic plane, or ones that pdfium leaves out of its text
        codes = (pdfium.FPDFText_GetUnicode(handle, position) for position in range(count))
        text = "".join(chr(code) if code < 0x110000 else "\N{REPLACEMENT CHARACTER}" for code in codes)
    return TextLayer(handle, ctypes.cast(handle, ctypes.c_void_p).value or 0, text)
