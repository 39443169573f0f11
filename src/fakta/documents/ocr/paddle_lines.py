"""Reads a line of text, as PaddleOCR does: cut out, laid level, made 48 pixels high; a model says what stands where.

The steps and numbers are those of RapidOCR 3.10 (`ch_ppocr_rec`, `cal_rec_boxes`, Apache-2.0), so that the model sees
what it was trained on; a test holds them against it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from fakta.documents.ocr.paddle_boxes import LEVELS, Corners, Pixels

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_HEIGHT = 48
# Shorter lines are filled up to this width: two characters.
_MIN_WIDTH = 96
# Lines this many times as high as wide are read from top to bottom.
_STANDING = 1.5

# The model's answer for "nothing new here".
_NOTHING = 0
# Characters this many steps apart belong to different words, which say nothing of how wide a character is.
_FAR = 5

# Left, top, right and bottom in pixels of the page.
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in a line.

    Attributes:
        text: with the blanks that the model saw.
        score: mean probability of the characters, 0-1.
        characters: a box for every character of the text that is no white space.
    """

    text: str
    score: float
    characters: tuple[Bounds, ...]


@dataclass(frozen=True, slots=True)
class LineReader:
    """A model that reads lines; several threads may share it.

    Attributes:
        model: see `paddle_models.READS_LINES`.
        alphabet: what its answers stand for, one character each but for `_NOTHING`.
    """

    model: InferenceSession
    alphabet: tuple[str, ...]

    @classmethod
    def of(cls, model: InferenceSession) -> LineReader:
        """The model with the alphabet that its file carries, which leaves out the blank, its last answer."""
        characters = model.get_modelmeta().custom_metadata_map["character"].splitlines()
        return cls(model, ("", *characters, " "))

    def read(self, page: Pixels, corners: Corners) -> Line:
        """The line between four corners of a page.

        Args:
            page: see `Pixels`.
            corners: see `Corners`.
        """
        image, back = _cut(page, corners)
        standing = image.shape[0] >= _STANDING * image.shape[1]
        if standing:
            image = np.rot90(image)
        height, width = image.shape[:2]
        longer = max(width / height, _MIN_WIDTH / _HEIGHT)
        (answers,) = self.model.run(None, {self.model.get_inputs()[0].name: _planes(image, int(_HEIGHT * longer))})
        probabilities = np.asarray(answers)[0]
        best = probabilities.argmax(axis=1)
        new = best != _NOTHING
        new[1:] &= best[1:] != best[:-1]
        steps = np.flatnonzero(new)
        text = "".join(self.alphabet[answer] for answer in best[steps])
        score = float(probabilities[steps, best[steps]].mean()) if text else 0.0
        # Of the steps some belong to what was filled up.
        step = longer / (width / height) / len(best)
        parts = _spans(text, steps, step) * width
        return Line(text, score, tuple(_boxes(parts, height, back[:, [1, 0, 2]] if standing else back)))


def _cut(page: Pixels, corners: Corners) -> tuple[Pixels, NDArray[np.float64]]:
    """The inside of four corners as an upright rectangle, and the (3, 3) perspective from there back to the page."""
    sides = np.hypot(*(corners - np.roll(corners, -1, axis=0)).T)
    width, height = int(max(sides[0], sides[2])), int(max(sides[1], sides[3]))
    cut = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    transform = cv2.getPerspectiveTransform(corners, cut)
    image = cv2.warpPerspective(
        page, transform, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(image, np.uint8), np.asarray(np.linalg.inv(transform), np.float64)


def _planes(image: Pixels, filled: int) -> NDArray[np.float32]:
    """(1, 3, `_HEIGHT`, filled) as the model takes it, the line at the left."""
    width = min(math.ceil(_HEIGHT * image.shape[1] / image.shape[0]), filled)
    planes = np.zeros((1, 3, _HEIGHT, filled), np.float32)
    planes[0, :, :, :width] = LEVELS[cv2.resize(image, (width, _HEIGHT))]
    return planes


def _spans(text: str, steps: NDArray[np.int64], step: float) -> NDArray[np.float64]:
    """(n, 2) where each character that is no white space begins and ends, as shares of the line's width.

    Args:
        text: of the line.
        steps: at which each of its characters was seen.
        step: the width of one, as a share of the line's.
    """
    printed = np.array([not char.isspace() for char in text], dtype=bool)
    if not printed.any():
        return np.zeros((0, 2))
    # A character is as wide as they are apart in the words of the line, on the mean of its words.
    begins = printed.copy()
    begins[1:] &= ~printed[:-1] | (np.diff(steps) > _FAR)
    words = np.split(steps[printed], np.flatnonzero(begins[printed])[1:])
    apart = [(word[-1] - word[0]) / (len(word) - 1) * step for word in words if len(word) > 1]
    width = float(np.mean(apart)) if apart else 1 / len(text)
    middles = (steps[printed] + 0.5) * step
    spans = np.stack([middles - width / 2, middles + width / 2], axis=1).clip(0, 1)
    shared = np.flatnonzero(spans[:-1, 1] > spans[1:, 0])
    spans[shared, 1] = spans[shared + 1, 0] = (spans[shared, 1] + spans[shared + 1, 0]) / 2
    return spans


def _boxes(parts: NDArray[np.float64], height: int, back: NDArray[np.float64]) -> Iterator[Bounds]:
    """Upright boxes on the page around parts of a line.

    Args:
        parts: (n, 2) where each begins and ends, in pixels of the cut line.
        height: of the cut line.
        back: perspective from there to the page.
    """
    if not len(parts):
        return
    corners = np.stack([parts[:, [0, 1, 1, 0]], np.broadcast_to([0, 0, height, height], (len(parts), 4))], axis=2)
    corners = cv2.perspectiveTransform(corners, back)
    for (left, top), (right, bottom) in zip(corners.min(1).tolist(), corners.max(1).tolist(), strict=True):
        yield left, top, right, bottom
