"""Page images as a dataset keeps them."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakta.documents.model import Page

if TYPE_CHECKING:
    from PIL.Image import Image

# Page images are drawn at whole dots per inch and then scaled down to the wanted size.
POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True)
class Pictures:
    """How page images look.

    Attributes:
        height: pixels of the longer side.
        grayscale: without colours.
    """

    height: int
    grayscale: bool

    def png(self, page: Page) -> bytes:
        """A page as PNG, straightened as its words are."""
        if page.render is None:
            raise ValueError("the page was never drawn")
        return self._encoded(page.render, page.width, page.height)

    def _encoded(self, render: Callable[[int], Image], width: float, height: float) -> bytes:
        from PIL import Image

        longest = max(width, height)
        image = render(max(1, math.ceil(POINTS_PER_INCH * self.height / longest)))
        if self.grayscale:
            image = image.convert("L")
        scale = self.height / longest
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        buffer = io.BytesIO()
        image.resize(size, Image.Resampling.LANCZOS).save(buffer, "PNG")
        return buffer.getvalue()
