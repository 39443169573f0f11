"""Glyphs in drawing order to words, by where they stand.

White space that the PDF contains ends a word, and so do a change of line, a step back and a gap that could hold a
space. White space that pdfium adds on its own is left out: it would cut letter-spaced headings into letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# All in heights of a glyph's loose box (ascent to descent), about 1.15 of the font size.
WORD_GAP = 0.12  # a narrow font's space is 0.2 of the font size, kerning stays below 0.1
STEP_BACK = 0.5  # more than any kerning or accent moves a glyph to the left
MAX_LETTER_SPACING = 1.0  # wider gaps are columns, even when they are even
EVEN = 0.06  # how much letter spacing varies (rounding, kerning)

# Glyphs of one line overlap vertically by at least this share of the lower one; superscripts do.
LINE_OVERLAP = 0.5

# The same glyph again, covering this much of itself, is bold by double printing. Real pairs ("ll") stand side by side.
REPRINT_OVERLAP = 0.6

# An f is 0.25-0.35 of its loose box's height wide, the ligature of two 0.5 and more.
LIGATURE_WIDTH = 0.42

# Typed spaces between this many single letters in a row are letter spacing as well.
MIN_TYPED_SPACING = 4


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Visible glyphs in drawing order.

    Attributes:
        text: one character a glyph, no white space, length n.
        boxes: float (n, 4): left, top, right, bottom in points from the top left, each at least as wide as 0.
        spaced: bool (n,): whether the PDF has white space in front of the glyph.
    """

    text: Sequence[str]
    boxes: NDArray[np.float64]
    spaced: NDArray[np.bool_]

    def take(self, keep: NDArray[np.bool_]) -> Glyphs:
        """The glyphs where `keep` is true."""
        text = [char for char, kept in zip(self.text, keep.tolist(), strict=True) if kept]
        return Glyphs(text, self.boxes[keep], self.spaced[keep])


def without_reprints(glyphs: Glyphs) -> NDArray[np.bool_]:
    """Which glyphs to keep: not those that print the one before once more in the same place. Shape (n,)."""
    keep = np.ones(len(glyphs.text), dtype=bool)
    if len(glyphs.text) > 1:
        left, top, right, bottom = glyphs.boxes.T
        width = np.minimum(right[1:], right[:-1]) - np.maximum(left[1:], left[:-1])
        height = np.minimum(bottom[1:], bottom[:-1]) - np.maximum(top[1:], top[:-1])
        covers = (width > REPRINT_OVERLAP * (right[1:] - left[1:])) & (
            height > REPRINT_OVERLAP * (bottom[1:] - top[1:])
        )
        chars = np.array(glyphs.text, dtype="U1")
        # A ligature comes as its letters, each in the box of the whole: "ff" is a letter f twice as wide as one.
        ligature = (chars[1:] == "f") & ((right - left)[1:] > LIGATURE_WIDTH * (bottom - top)[1:])
        keep[1:] = ~(covers & (chars[1:] == chars[:-1]) & ~ligature)
    return keep


def word_spans(glyphs: Glyphs) -> list[tuple[int, int]]:
    """First and last+1 glyph of each word, in drawing order."""
    count = len(glyphs.text)
    if count == 0:
        return []
    left, top, right, bottom = glyphs.boxes.T
    height = np.minimum((bottom - top)[1:], (bottom - top)[:-1])
    gap = (left[1:] - right[:-1]) / np.maximum(height, 1e-6)
    overlap = np.minimum(bottom[1:], bottom[:-1]) - np.maximum(top[1:], top[:-1])
    hard = (
        glyphs.spaced[1:]
        | (overlap < LINE_OVERLAP * height)
        | (left[1:] < left[:-1] - STEP_BACK * height)
        | (gap > MAX_LETTER_SPACING)
    )
    edges = [0, *(np.flatnonzero(hard) + 1).tolist(), count]
    soft = gap > WORD_GAP
    runs = [
        (start, end, gap[start : end - 1] if soft[start : end - 1].any() else None) for start, end in pairwise(edges)
    ]
    spacings = [None if gaps is None else _letter_spacing(gaps) for _, _, gaps in runs]
    spans: list[tuple[int, int]] = []
    for i, (start, end, gaps) in enumerate(runs):
        if gaps is None:
            spans.append((start, end))
            continue
        spacing = spacings[i]
        if spacing is None and len(gaps) == 1:  # too short to tell by itself: "N R" after "F A K T U R A"
            beside = [other for other in (*spacings[max(i - 1, 0) : i], *spacings[i + 1 : i + 2]) if other is not None]
            spacing = next((other for other in beside if abs(other - gaps[0]) < EVEN), None)
        limit = WORD_GAP if spacing is None else spacing + max(WORD_GAP, spacing / 2)
        spans.extend(pairwise([start, *(start + 1 + np.flatnonzero(gaps > limit)).tolist(), end]))
    return _join_typed_spacing(glyphs, spans)


def _letter_spacing(gaps: NDArray[np.float64]) -> float | None:
    """The usual gap between the letters of a run without white space; None where they are not spaced evenly."""
    usual = float(sorted(gaps.tolist())[(len(gaps) - 1) // 2])
    spaced = len(gaps) > 1 and usual > EVEN and (np.abs(gaps - usual) < EVEN).mean() >= 0.5
    return usual if spaced else None


def _join_typed_spacing(glyphs: Glyphs, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Puts "F A K T U R A" together where the letters were typed with spaces; digits are left apart."""
    if sum(end - start == 1 for start, end in spans) < MIN_TYPED_SPACING:
        return spans
    joined: list[tuple[int, int]] = []
    i = 0
    while i < len(spans):
        run = i
        while run < len(spans) and _continues_letters(glyphs, spans, i, run):
            run += 1
        if run - i >= MIN_TYPED_SPACING:
            joined.append((spans[i][0], spans[run - 1][1]))
            i = run
        else:
            joined.append(spans[i])
            i += 1
    return joined


def _continues_letters(glyphs: Glyphs, spans: list[tuple[int, int]], first: int, index: int) -> bool:
    start, end = spans[index]
    if end - start != 1 or not glyphs.text[start].isalpha():
        return False
    if index == first:
        return True
    before, box = glyphs.boxes[start - 1], glyphs.boxes[start]
    height = box[3] - box[1]
    gap = box[0] - before[2]
    same_line = min(box[3], before[3]) - max(box[1], before[1]) >= LINE_OVERLAP * height
    if not same_line or not 0 <= gap <= MAX_LETTER_SPACING * height:
        return False
    if index == first + 1:
        return True
    # Letters spaced by hand keep an even gap; a wider one is the space between two words.
    usual = glyphs.boxes[spans[first + 1][0]][0] - glyphs.boxes[spans[first][0]][2]
    return bool(abs(gap - usual) <= 2 * EVEN * height)
