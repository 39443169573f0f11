"""Fonts and their metrics: what a run of words measures before it is drawn.

Ascent and descent are what pdfium gives as a character's loose box, so that a page that was never drawn has the
boxes that reading its PDF would give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

# Words with the label each one carries ("" for none).
Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: name for reportlab, extents as shares of the size, advance widths."""

    name: str
    ascent: float
    descent: float
    widths: dict[str, float]


# Measured with pdfium 2026-11 (`tests/lab/synth/test_render.py` compares).
_EXTENTS = {
    "Helvetica": (0.945, 0.224),
    "Helvetica-Bold": (0.962, 0.227),
    "Helvetica-Oblique": (0.951, 0.224),
    "Helvetica-BoldOblique": (0.962, 0.227),
    "Times-Roman": (0.878, 0.249),
    "Times-Bold": (0.889, 0.249),
    "Times-Italic": (0.868, 0.249),
    "Courier": (0.803, 0.248),
    "Courier-Bold": (0.811, 0.248),
    "Vera": (0.760, 0.235),
    "VeraBd": (0.760, 0.235),
    "VeraIt": (0.760, 0.235),
}
# Family to regular, bold, italic. Vera ships with reportlab, so every machine draws the same.
FAMILIES = {
    "helvetica": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    "times": ("Times-Roman", "Times-Bold", "Times-Italic"),
    "courier": ("Courier", "Courier-Bold", "Courier"),
    "vera": ("Vera", "VeraBd", "VeraIt"),
}
_ALPHABET = [chr(c) for c in range(32, 127)] + [chr(c) for c in range(160, 256)] + list("–−€·•’”")


@cache
def face(name: str) -> Face:
    """The font of that reportlab name; Vera is registered with reportlab on first use."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    if name.startswith("Vera") and name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    ascent, descent = _EXTENTS[name]
    return Face(name, ascent, descent, {c: pdfmetrics.stringWidth(c, name, 1000) / 1000 for c in _ALPHABET})


@lru_cache(maxsize=50_000)
def _advance(name: str, text: str) -> float:
    """Width of a text as a share of the size; labels and many values are measured again and again."""
    widths = face(name).widths
    return sum([widths.get(character, 0.6) for character in text])


@dataclass(frozen=True, slots=True)
class Type:
    """How text is set.

    Attributes:
        face: font.
        size: points.
        stretch: horizontal scale, 1 for none.
        colour: red, green, blue, 0-1.
    """

    face: Face
    size: float
    stretch: float = 1.0
    colour: tuple[float, float, float] = (0, 0, 0)

    def word_width(self, text: str) -> float:
        """Advance width of a text in points."""
        return _advance(self.face.name, text) * self.size * self.stretch

    @property
    def space(self) -> float:
        """Width of a space in points."""
        return self.face.widths[" "] * self.size * self.stretch

    def width(self, words: Words) -> float:
        """Width of the words with single spaces between."""
        if not words:
            return 0.0
        name = self.face.name
        advance = sum([_advance(name, text) for text, _ in words]) + self.face.widths[" "] * (len(words) - 1)
        return advance * self.size * self.stretch

    @property
    def above(self) -> float:
        """Height over the baseline in points."""
        return self.face.ascent * self.size

    @property
    def below(self) -> float:
        """Depth under the baseline in points."""
        return self.face.descent * self.size

    def sized(self, factor: float) -> Type:
        """The same in another size."""
        return Type(self.face, self.size * factor, self.stretch, self.colour)

    def coloured(self, colour: tuple[float, float, float]) -> Type:
        """The same in another colour."""
        return Type(self.face, self.size, self.stretch, colour)


Piece = tuple[str, str]


def words_of(pieces: Sequence[Piece]) -> Words:
    """Words with BIO labels from texts with field names.

    A piece that starts with a zero-width joiner sticks to the word before it, which then carries its label.

    >>> words_of([("Fakturanr:", ""), ("12 3", "invoice_number")])
    (('Fakturanr:', ''), ('12', 'B-invoice_number'), ('3', 'I-invoice_number'))
    >>> words_of([("BG:", ""), (GLUE + "123-4566", "bankgiro")])
    (('BG:123-4566', 'B-bankgiro'),)
    """
    words: list[Piece] = []
    for text, field in pieces:
        parts = text.removeprefix(GLUE).split()
        for position, part in enumerate(parts):
            label = f"{'I' if position else 'B'}-{field}" if field else ""
            if position == 0 and words and text.startswith(GLUE):
                before, kept = words[-1]
                words[-1] = (before + part, kept or label)
            else:
                words.append((part, label))
    return tuple(words)


GLUE = "\u200d"
