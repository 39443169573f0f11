"""Reads a page image and finds out by reading which way up it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fakta.documents.images import is_blank
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
    if is_blank(image):
        return [], 0
    words = engine.read(image)
    best, best_turn, best_score = words, 0, _score(words, image)
    for turn in (90, 270, 180):
        if best_score >= GOOD_CONFIDENCE * sum(len(word.text) for word in best) > 0:
            break
        turned = image.rotate(-turn, expand=True)
        words = engine.read(turned)
        if _score(words, turned) > best_score:
            best, best_turn, best_score = words, turn, _score(words, turned)
    return best, best_turn


def _score(words: Sequence[Word], image: Image) -> float:
    """Letters read, weighted by confidence; long words that are higher than wide do not count."""
    return sum(len(word.text) * word.confidence for word in words if not _is_tall(word, image))


def _is_tall(word: Word, image: Image) -> bool:
    return len(word.text) >= MIN_LETTERS and word.box.height * image.height > 1.5 * word.box.width * image.width
