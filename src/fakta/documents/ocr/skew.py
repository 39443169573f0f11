"""How crooked a page lies in its scanner, so that its lines can be laid level again.

Half a degree already lifts the end of a line by half its height, and words of neighbouring lines get mixed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Feeders and hands lay paper within a few degrees.
MAX_DEGREES = 4.0

# Below this the lines still hold together, and rotating would only blur the letters.
MIN_DEGREES = 0.2

# The angle has to be clearly better than none: photographs and near-empty pages have no lines to go by.
MIN_GAIN = 1.1

# What is this much darker than most of the page, of 255, is no paper.
_INK = 30

# A level page falls into whole rows of pixels and a turned one does not, so that any page would look sharpest level;
# rows mixed with their neighbours take that advantage away.
_SOFT = np.array([1, 4, 6, 4, 1]) / 16

# Enough to tell lines apart, and 30 times fewer pixels than the scan.
_LONG_SIDE = 900


def skew_degrees(image: Image.Image) -> float:
    """Degrees clockwise that lay the lines of a page image level, within `MAX_DEGREES`; 0.0 where they lie well.

    Level lines make rows of ink and rows of paper change sharply, so the angle with the sharpest changes wins.
    """
    small = image.convert("L")
    small.thumbnail((_LONG_SIDE, _LONG_SIDE))
    dark = _Dark.of(small)
    coarse = dark.sharpest(np.arange(-MAX_DEGREES, MAX_DEGREES + 0.01, 0.5))
    angle = dark.sharpest(np.arange(coarse - 0.4, coarse + 0.41, 0.1).clip(-MAX_DEGREES, MAX_DEGREES))
    if abs(angle) < MIN_DEGREES or dark.sharpness(angle) <= MIN_GAIN * dark.sharpness(0.0):
        return 0.0
    return angle


@dataclass(frozen=True, slots=True)
class _Dark:
    """The dark pixels of a page: a twentieth of all, so turning them alone is quick.

    Attributes:
        x, y: (n,) pixels from the middle of the page, right and down.
        ink: (n,) how much darker than paper.
        middle: row in which the middle of the page lies, so far down that no corner rises above row 0.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    ink: NDArray[np.float64]
    middle: int

    @classmethod
    def of(cls, grey: Image.Image) -> _Dark:
        ink = 255.0 - np.asarray(grey, dtype=np.float64)
        ink -= np.median(ink)
        y, x = np.nonzero(ink > _INK)
        height, width = ink.shape
        return cls(x - width / 2, y - height / 2, ink[y, x], (width + height) // 2)

    def sharpest(self, angles: NDArray[np.float64]) -> float:
        return float(max(angles, key=lambda angle: self.sharpness(float(angle))))

    def sharpness(self, degrees: float) -> float:
        """How sharply ink changes from row to row when the page is turned clockwise."""
        turn = np.deg2rad(degrees)
        rows = np.rint(self.x * np.sin(turn) + self.y * np.cos(turn) + self.middle).astype(np.int64)
        ink = np.convolve(np.bincount(rows, self.ink, 2 * self.middle + 1), _SOFT)
        return float(np.square(np.diff(ink)).sum())
