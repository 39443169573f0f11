"""Reads a page image and finds out by reading which way up it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fakta.documents.model import Word
from fakta.documents.ocr.engine import Engine

if TYPE_CHECKING:
    from PIL.Image import Image

# Well-read pages, degraded scans included, stay above this; a page that lies on its side or its head falls below.
GOOD_CONFIDENCE = 0.75

# A word of this many letters is wider than high, whichever font it is in.
MIN_LETTERS = 3


def read_upright(engine: Engine, image: Image) -> tuple[list[Word], int]:
    """The words of a page image, and by how many degrees it has to be turned clockwise for them to stand upright.

    The page is read once, as it is, unless that goes badly: then it is read in the other directions and the best one
    wins. The boxes belong to the turned image.
    """
    words = engine.read(image)
    if not words or _stands_upright(words):
        return words, 0
    readings = {0: words}
    for turn in (90, 270, 180):
        readings[turn] = engine.read(image.rotate(-turn, expand=True))
        if _stands_upright(readings[turn]):
            break
    best = max(readings, key=lambda turn: _score(readings[turn]))
    return readings[best], best


def _stands_upright(words: Sequence[Word]) -> bool:
    letters = sum(len(word.text) for word in words)
    return letters > 0 and _score(words) / letters >= GOOD_CONFIDENCE


def _score(words: Sequence[Word]) -> float:
    """Letters read, weighted by confidence; long words that are higher than wide do not count."""
    return sum(len(word.text) * word.confidence for word in words if not _is_tall(word))


def _is_tall(word: Word) -> bool:
    return len(word.text) >= MIN_LETTERS and word.box.height > 1.5 * word.box.width
