"""How crooked a page lies in its scanner, so that its lines can be laid level again.

Half a degree already lifts the end of a line by half its height, and words of neighbouring lines get mixed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

# Feeders and hands lay paper within a few degrees.
MAX_DEGREES = 4.0

# Below this the lines still hold together, and rotating would only blur the letters.
MIN_DEGREES = 0.2

# The angle has to be clearly better than none: photographs and near-empty pages have no lines to go by.
MIN_GAIN = 1.1

# Enough to tell lines apart, and 30 times fewer pixels than the scan.
_LONG_SIDE = 900


def skew_degrees(image: Image.Image) -> float:
    """Degrees clockwise that lay the lines of a page image level, within `MAX_DEGREES`; 0.0 where they lie well.

    Level lines make rows of ink and rows of paper change sharply, so the angle with the sharpest changes wins.
    """
    small = image.convert("L")
    small.thumbnail((_LONG_SIDE, _LONG_SIDE))
    ink = Image.fromarray((255 - np.asarray(small)).astype(np.uint8))
    coarse = _sharpest(ink, np.arange(-MAX_DEGREES, MAX_DEGREES + 0.01, 0.5))
    angle = _sharpest(ink, np.arange(coarse - 0.4, coarse + 0.41, 0.1).clip(-MAX_DEGREES, MAX_DEGREES))
    if abs(angle) < MIN_DEGREES or _sharpness(ink, angle) <= MIN_GAIN * _sharpness(ink, 0.0):
        return 0.0
    return angle


def _sharpest(ink: Image.Image, angles: NDArray[np.float64]) -> float:
    return float(max(angles, key=lambda angle: _sharpness(ink, float(angle))))


def _sharpness(ink: Image.Image, degrees: float) -> float:
    # Black where the rotation brings in new corners, which is paper here.
    rows = np.asarray(ink.rotate(-degrees, Image.Resampling.BILINEAR)).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())
