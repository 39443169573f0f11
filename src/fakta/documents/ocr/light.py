"""Paper made evenly white: in the shadows of photos and copies, an engine that takes one threshold loses the print."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

# The paper's brightness is taken from a picture this many times smaller ...
_REDUCTION = 8
# ... as the brightest spot within some 9 mm at 200 dpi: wider than letters and bars, narrower than shadows.
_WINDOW = 9
# Paper that varies less than this, as a share of its brightest, is even enough.
_EVEN = 0.12
# What is darker than this share of the paper is no paper in shadow but a picture, and keeps its darkness.
_DARKEST_PAPER = 0.3


def evened(image: Image.Image) -> Image.Image:
    """The page image with its paper equally bright everywhere; the image itself where it is so already.

    Args:
        image: grey ("L"), dark print on light paper.
    """
    width, height = image.size
    paper = image.resize((max(1, width // _REDUCTION), max(1, height // _REDUCTION)), Image.Resampling.BOX)
    # The brightest of 3 x 3, over and over: that of the window in a third of the time.
    for _ in range(_WINDOW // 2):
        paper = paper.filter(ImageFilter.MaxFilter(3))
    levels = np.asarray(paper.filter(ImageFilter.GaussianBlur(_WINDOW / 2)), dtype=np.float32)
    brightest = float(np.percentile(levels, 98))
    if float(np.percentile(levels, 2)) >= (1 - _EVEN) * brightest:
        return image
    paper = Image.fromarray(levels.clip(_DARKEST_PAPER * brightest, None)).resize(image.size, Image.Resampling.BILINEAR)
    pixels = np.asarray(image) * (np.float32(max(brightest, 1.0)) / np.maximum(np.asarray(paper), 1))
    return Image.fromarray(np.minimum(pixels, 255).astype(np.uint8))
