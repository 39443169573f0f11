"""What alterations of a generated page do to its picture: it goes where the words went, and looks scanned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

# Of scans, as far as they still show at the size that models look at: levels of grey of paper and ink, blur in
# thousandths of the page's width, grain in levels of grey.
_PAPER = (200, 255)
_INK = (0, 100)
_BLUR = (0.0, 1.5)
_GRAIN = (0.0, 14.0)


@dataclass(frozen=True, slots=True)
class Alteration:
    """How a page's content was moved, all in shares of the page, and whether it was scanned.

    A point goes to `scale * point + shift` along either axis, then down by `slope + fan * (y - 0.5)` for each page
    width that it lies right of the middle: lines that are not level, and not quite parallel.
    """

    scale_x: float = 1.0
    scale_y: float = 1.0
    shift_x: float = 0.0
    shift_y: float = 0.0
    slope: float = 0.0
    fan: float = 0.0
    scanned: bool = False

    def applied(self, image: Image) -> Image:
        """The picture of the page in grey, altered; white where nothing of it was."""
        from PIL import Image as images

        grey = image.convert("L")
        if self != Alteration(scanned=self.scanned):
            corners = [self._origin(x, y) for x, y in ((0, 0), (0, 1), (1, 1), (1, 0))]
            places = [place for x, y in corners for place in (x * grey.width, y * grey.height)]
            grey = grey.transform(
                grey.size, images.Transform.QUAD, places, images.Resampling.BILINEAR, fillcolor="white"
            )
        # Seeded by what is to be done: a page looks the same each time it is drawn.
        return _worn(grey, Random(repr(self))) if self.scanned else grey

    def _origin(self, x: float, y: float) -> tuple[float, float]:
        """Where the point that now lies at (x, y) was."""
        across = x - 0.5
        level = (y - (self.slope - 0.5 * self.fan) * across) / (1 + self.fan * across)
        return (x - self.shift_x) / self.scale_x, (level - self.shift_y) / self.scale_y


@dataclass(frozen=True, slots=True)
class AlteredImage:
    """Draws an altered page when it is called; takes the place of the page's own `render`."""

    render: Callable[[int], Image]
    alteration: Alteration

    def __call__(self, dpi: int) -> Image:
        """The page as an RGB image, in shades of grey."""
        return self.alteration.applied(self.render(dpi)).convert("RGB")


def _worn(grey: Image, rng: Random) -> Image:
    from PIL import Image as images
    from PIL import ImageFilter

    paper, ink = rng.uniform(*_PAPER), rng.uniform(*_INK)
    blurred = grey.filter(ImageFilter.GaussianBlur(rng.uniform(*_BLUR) / 1000 * grey.width))
    levels = ink + np.asarray(blurred, dtype=np.float32) * np.float32((paper - ink) / 255)
    noise = np.random.default_rng(rng.getrandbits(64)).standard_normal(levels.shape, dtype=np.float32)
    levels += np.float32(rng.uniform(*_GRAIN)) * noise
    return images.fromarray(levels.clip(0, 255).astype(np.uint8))
