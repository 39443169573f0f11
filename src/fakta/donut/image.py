"""A page as the pixels that Donut sees.

The steps are those of transformers' `DonutImageProcessorPil` with `do_align_long_axis=False`, number for number: the
shorter edge to the shorter edge of the model's image, then smaller once more where the page is longer than that, black
paper around it, and pixels of -1 to 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from fakta.documents.limits import OCR_MAX_PIXELS
from fakta.documents.model import Box, Page

FloatArray = npt.NDArray[np.float32]

_POINTS_PER_INCH = 72
# A page is drawn at twice the pixels that the model sees, so that thin strokes become grey rather than vanish.
_OVERSAMPLING = 2.0
_MEAN = _DEVIATION = 0.5


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the page lies in the model's image, in pixels of that image, origin top left."""

    left: int
    top: int
    width: int
    height: int

    def to_page(self, left: float, top: float, right: float, bottom: float) -> Box:
        """A rectangle of the model's image as a box of the page, cut off at its edges."""
        across = (min(1.0, max(0.0, (x - self.left) / self.width)) for x in (left, right))
        down = (min(1.0, max(0.0, (y - self.top) / self.height)) for y in (top, bottom))
        (box_left, box_right), (box_top, box_bottom) = across, down
        return Box(box_left, box_top, box_right, box_bottom)


@dataclass(frozen=True, slots=True)
class Pixels:
    """A page image made ready.

    Attributes:
        values: (3, height, width), -1 to 1.
        placement: of the page in it.
    """

    values: FloatArray
    placement: Placement


def drawn(page: Page, *, height: int, width: int) -> Image.Image:
    """The page as an RGB image with about twice the pixels that fit into `height` and `width`; for a scan what it has.

    Raises:
        ValueError: the page was never drawn.
    """
    if page.render is None:
        raise ValueError(f"page {page.number} was never drawn, so Donut cannot see it")
    fitting = min(height / page.height, width / page.width)
    allowed = math.sqrt(OCR_MAX_PIXELS / (page.width * page.height))
    dpi = math.ceil(_POINTS_PER_INCH * min(_OVERSAMPLING * fitting, allowed))
    return page.render(max(1, dpi))


def prepared(image: Image.Image, *, height: int, width: int) -> Pixels:
    """The image as Donut's encoder takes it.

    Args:
        image: a page; other modes than RGB are converted.
        height, width: of the model's image in pixels.
    """
    small = _thumbnail(_shortest_edge(image.convert("RGB"), min(height, width)), height=height, width=width)
    placement = Placement((width - small.width) // 2, (height - small.height) // 2, small.width, small.height)
    canvas = Image.new("RGB", (width, height))
    canvas.paste(small, (placement.left, placement.top))
    values = (np.asarray(canvas, dtype=np.float32) * np.float32(1 / 255) - np.float32(_MEAN)) / np.float32(_DEVIATION)
    return Pixels(np.ascontiguousarray(values.transpose(2, 0, 1)), placement)


def _shortest_edge(image: Image.Image, edge: int) -> Image.Image:
    short, long = sorted(image.size)
    longer = int(edge * long / short)
    size = (edge, longer) if image.width <= image.height else (longer, edge)
    return image.resize(size, Image.Resampling.BILINEAR)


def _thumbnail(image: Image.Image, *, height: int, width: int) -> Image.Image:
    new_height, new_width = min(image.height, height), min(image.width, width)
    if (new_width, new_height) == image.size:
        return image
    if image.height > image.width:
        new_width = int(image.width * new_height / image.height)
    elif image.width > image.height:
        new_height = int(image.height * new_width / image.width)
    return image.resize((new_width, new_height), Image.Resampling.BILINEAR)
