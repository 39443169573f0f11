"""Boxes around ink made into boxes around type.

A text layer gives every word of one font the same height, from above the capitals to below the "g". OCR engines give
what they saw: Tesseract the ink itself, so that "moms" is two thirds as high as "Äg", RapidOCR a line with some paper
around it. What compares heights and gaps, and a model that learnt from text layers, must not notice the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from fakta.documents.model import Box, Word

# Shares of the height of type, measured on generated pages, 2026-11: what lies above capitals with accents, above other
# tall letters, above "moms"; and below the base line, below a comma, below a "g".
_ABOVE_ACCENT, _ABOVE_TALL, _ABOVE_SHORT = 0.0, 0.13, 0.28
_BELOW_BASE, _BELOW_COMMA, _BELOW_TAIL = 0.17, 0.10, 0.02
# RapidOCR finds lines in a smaller picture: its boxes are a share of the type and some of that picture's pixels high,
# which are this share of the page's longer side.
_SHARE_OF_TYPE = 0.74
_PADDING = 0.0055

_SHORT = frozenset("acegmnopqrsuvwxyzçæ,.:;-–—_·•~")
_ACCENTED = frozenset("ÅÄÖÀÁÉÈÜÇ")
_TAILED = frozenset("gjpqyçQ()[]{}|/\\§@_")
_MARKS = frozenset("-–—.,:;·•_~='\"’”“`^°*+")


def unpadded(box: Box, *, long_side: float) -> Box:
    """The box of type in a box of RapidOCR's.

    Args:
        box: as found, 0-1 of the page.
        long_side: the page's longer side over its height.

    >>> box = unpadded(Box(0.1, 0.1, 0.2, 0.1129), long_side=1)
    >>> round(box.top, 3), round(box.bottom, 3)
    (0.101, 0.111)
    """
    height = max((box.height - _PADDING * long_side) / _SHARE_OF_TYPE, 0.6 * box.height)
    return box._replace(top=max(box.middle - height / 2, 0.0), bottom=min(box.middle + height / 2, 1.0))


def grown(words: Sequence[Word]) -> list[tuple[float, float]]:
    """Top and bottom of the type of words whose boxes hold nothing but ink.

    >>> capital, dash = Word("KR", Box(0.1, 0.213, 0.2, 0.283)), Word("-", Box(0.3, 0.248, 0.31, 0.250))
    >>> [(round(top, 3), round(bottom, 3)) for top, bottom in grown([capital, dash])]
    [(0.2, 0.3), (0.199, 0.299)]
    """
    spans = [_span(word) for word in words]
    known = [bottom - top for top, bottom in filter(None, spans)]
    usual = median(known) if known else 0.0
    return [
        span or (word.box.middle - max(usual, word.box.height) / 2, word.box.middle + max(usual, word.box.height) / 2)
        for word, span in zip(words, spans, strict=True)
    ]


def _span(word: Word) -> tuple[float, float] | None:
    """Top and bottom; None for marks, whose height says nothing of the type's."""
    text, box = word.text, word.box
    if all(char in _MARKS for char in text):
        return None
    above = _ABOVE_TALL
    if any(char in _ACCENTED for char in text):
        above = _ABOVE_ACCENT
    elif all(char in _SHORT for char in text):
        above = _ABOVE_SHORT
    below = _BELOW_BASE
    if any(char in _TAILED for char in text):
        below = _BELOW_TAIL
    elif "," in text or ";" in text:
        below = _BELOW_COMMA
    height = box.height / (1 - above - below)
    return box.top - above * height, box.bottom + below * height
