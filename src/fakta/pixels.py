"""A page's picture as the numbers that a model sees.

Training and production look at pages through this module, so a model never sees in production what it did not see in
training. Pictures are grey: most scans are, datasets keep them so, and a supplier's colours say nothing about values.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fakta.documents.model import Page
from fakta.errors import DocumentError

if TYPE_CHECKING:
    from PIL.Image import Image

# Pages are drawn with this many pixels for each that the model sees, along either side of a square page, then scaled
# down: letters become evenly grey, and a page of any shape costs the same.
OVERSAMPLING = 2.5

POINTS_PER_INCH = 72
CHANNELS = 3

# (size, size) uint8 levels of grey, 0 black.
Picture = npt.NDArray[np.uint8]
Pixels = npt.NDArray[np.float32]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """What a model's images look like.

    Attributes:
        size: pixels of either side; a page is squeezed into a square, as its words' coordinates are.
        mean, std: of red, green and blue, 0-1: what is taken off a level, and what the rest is divided by. LayoutLMv3's
            own by default.
    """

    size: int
    mean: tuple[float, ...] = (0.5, 0.5, 0.5)
    std: tuple[float, ...] = (0.5, 0.5, 0.5)

    @classmethod
    def from_dict(cls, data: Any) -> PixelFormat:
        """From a manifest.

        Raises:
            ValueError: it is no image format; the message names the key.

        >>> PixelFormat.from_dict({"size": 224, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}).size
        224
        """
        if not isinstance(data, Mapping):
            raise ValueError(f"is {type(data).__name__}, expected an object")
        size = data.get("size")
        if not isinstance(size, int) or isinstance(size, bool) or size < 1:
            raise ValueError(f"size is {size!r}, expected a number of pixels")
        return cls(size, _channels(data, "mean"), _channels(data, "std"))

    def to_dict(self) -> dict[str, Any]:
        """For a manifest."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def picture(self, page: Page) -> Picture | None:
        """The page in grey; None where it was never drawn or cannot be, which is logged."""
        if page.render is None:
            return None
        dpi = ceil(POINTS_PER_INCH * OVERSAMPLING * self.size / sqrt(page.width * page.height))
        try:
            return self.shrunk(page.render(dpi))
        except DocumentError as error:
            _log.warning("page %d is read without its picture: %s", page.number, error)
            return None

    def shrunk(self, image: Image) -> Picture:
        """An image of any size and mode, in grey and at the model's size."""
        from PIL.Image import Resampling

        return np.asarray(image.convert("L").resize((self.size, self.size), Resampling.BILINEAR))

    def pixels(self, picture: Picture | None) -> Pixels:
        """(3, size, size) what the model sees of a picture, equal to what transformers' image processor gives.

        A page without a picture is zero everywhere: grey where mean is 0.5.
        """
        if picture is None:
            return np.zeros((CHANNELS, self.size, self.size), dtype=np.float32)
        # Rounded where transformers rounds, so that the numbers are the same to the last bit.
        levels = (np.arange(256) * (1 / 255)).astype(np.float32)
        mean, std = (np.array(values, dtype=np.float32)[:, None] for values in (self.mean, self.std))
        seen: Pixels = ((levels - mean) / std)[:, picture]
        return seen


def _channels(data: Mapping[str, Any], key: str) -> tuple[float, ...]:
    values = data.get(key)
    numbers = isinstance(values, list) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    )
    if not isinstance(values, list) or not numbers or len(values) != CHANNELS:
        raise ValueError(f"{key} is {values!r}, expected {CHANNELS} numbers")
    if key == "std" and not all(value > 0 for value in values):
        raise ValueError(f"std is {values!r}, expected numbers above 0")
    return tuple(float(value) for value in values)
