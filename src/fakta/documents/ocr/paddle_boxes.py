"""Finds lines of text on a page image, as PaddleOCR does: a model marks the pixels of text, which become boxes.

The steps and numbers are those of RapidOCR 3.10 (`ch_ppocr_det`, Apache-2.0), so that the model sees what it was
trained on; a test holds them against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pyclipper
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# (height, width), 0 black to 255 white.
Pixels = NDArray[np.uint8]
# (4, 2) pixels from the top left corner of the page: the corners of a line, clockwise from its own top left.
Corners = NDArray[np.float32]

# Pixels of the longer side: 1280 finds what 1600 finds, in half the time.
LONG_SIDE = 1280
# The model halves its picture five times.
_MULTIPLE = 32

# A pixel is text from this probability on, a box from this mean of its pixels.
_TEXT, _LINE = 0.3, 0.5
# The model marks the middle of lines: boxes grow by their area over their outline, times this.
_GROWTH = 1.6
# Shorter sides, in pixels of the small picture before and after growing, and of the page, are specks.
_SPECK, _GROWN_SPECK, _PAGE_SPECK = 3, 5, 3
# A page has some hundred lines; more are noise.
_MAX_BOXES = 1000

# Brightness 0-255 as the model takes it, -1 to 1.
LEVELS = ((np.arange(256) / 255 - 0.5) / 0.5).astype(np.float32)
_CLOSING = np.ones((2, 2), np.uint8)


def find_lines(model: InferenceSession, page: Pixels) -> list[Corners]:
    """The lines of a page, in no order.

    Args:
        model: see `paddle_models.FINDS_LINES`.
        page: see `Pixels`.
    """
    height, width = page.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    small = cv2.resize(page, (_rounded(int(width * scale)), _rounded(int(height * scale))))
    planes = np.repeat(LEVELS[small][None, None], 3, axis=1)  # blue, green and red
    (marks,) = model.run(None, {model.get_inputs()[0].name: planes})
    return _boxes(np.asarray(marks)[0, 0], width=width, height=height)


def length(corners: Corners) -> float:
    """How long a line is for its height: what it takes to read it."""
    across, down = (float(np.hypot(*(corners[i] - corners[0]))) for i in (1, 3))
    return max(across, down) / max(min(across, down), 1.0)


def _rounded(side: int) -> int:
    return max(_MULTIPLE, round(side / _MULTIPLE) * _MULTIPLE)


def _boxes(marks: NDArray[np.float32], *, width: int, height: int) -> list[Corners]:
    scale = np.array([width / marks.shape[1], height / marks.shape[0]])
    text = cv2.dilate((marks > _TEXT).astype(np.uint8), _CLOSING)
    contours, _ = cv2.findContours(text, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours[:_MAX_BOXES]:
        corners, side = _rectangle(contour)
        if side < _SPECK or _mean(marks, corners) < _LINE:
            continue
        grown = _grown(corners)
        if grown is None:
            continue
        corners, side = _rectangle(grown)
        if side < _GROWN_SPECK:
            continue
        corners = np.round(corners * scale).clip(0, (width - 1, height - 1)).astype(np.float32)
        across, down = corners[1] - corners[0], corners[3] - corners[0]
        if min(int(np.hypot(*across)), int(np.hypot(*down))) > _PAGE_SPECK:
            found.append(corners)
    return found


def _rectangle(points: NDArray[Any]) -> tuple[Corners, float]:
    """The smallest rectangle around points, however it lies, and its shorter side."""
    rectangle = cv2.minAreaRect(points)
    corners = cv2.boxPoints(rectangle)
    corners = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = (pair[np.argsort(pair[:, 1], kind="stable")] for pair in (corners[:2], corners[2:]))
    return np.array([left[0], right[0], right[1], left[1]], dtype=np.float32), min(rectangle[1])


def _mean(marks: NDArray[np.float32], corners: Corners) -> float:
    """How much of a text the pixels inside are."""
    height, width = marks.shape
    left, top = np.floor(corners.min(0)).astype(int).clip(0, (width - 1, height - 1))
    right, bottom = np.ceil(corners.max(0)).astype(int).clip(0, (width - 1, height - 1))
    inside = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    cv2.fillPoly(inside, [(corners - (left, top)).astype(np.int32)], (1,))
    return float(cv2.mean(marks[top : bottom + 1, left : right + 1], inside)[0])


def _grown(corners: Corners) -> NDArray[np.int32] | None:
    """The outline further out; None where rounding leaves none."""
    distance = cv2.contourArea(corners) * _GROWTH / cv2.arcLength(corners, closed=True)
    outline = pyclipper.PyclipperOffset()
    outline.AddPath(corners, pyclipper.JT_ROUND, pyclipper.ET_CLOSEDPOLYGON)
    grown = outline.Execute(distance)
    return np.array(grown[0], dtype=np.int32) if len(grown) == 1 else None
