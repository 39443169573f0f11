"""The words of a PDF page from its text layer, and whether that layer can be used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from fakta.documents.characters import clean_word
from fakta.documents.grouping import Glyphs, without_reprints, word_spans
from fakta.documents.lines import reading_order
from fakta.documents.model import Box, Word
from fakta.documents.pdf_glyphs import Frame, TextLayer, load_text_layer
from fakta.documents.quality import Problem, text_problem

# Asking every glyph whether its font maps it costs more than the boxes; a sample decides as well.
UNMAPPED_SAMPLE = 64

# Its white space is that of `str.isspace`, no-break spaces included.
_NO_SPACE = re.compile(r"\S+")

# Two words with the same text are one, printed twice, when they cover at least this share of each other.
REPRINT_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class PageText:
    """What the text layer of a page gives.

    Attributes:
        words: in reading order, upright ones only: vertical margin notes and slanted watermarks would be mixed into the
            lines that they cross.
        size: width and height in points as a person reads the page.
        turn: degrees clockwise, beyond the page's own rotation, that bring most of its text upright.
        problem: why the words cannot be used; None where they can, or where the page is blank.
        blank: nothing is drawn on the page.
    """

    words: tuple[Word, ...]
    size: tuple[float, float]
    turn: int = 0
    problem: Problem | None = None
    blank: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """A word before it is placed on the page: its text, its box in points and its first glyph."""

    text: str
    box: tuple[float, float, float, float]
    first: int


def read_page_text(page: Any) -> PageText:
    """The words of an open pypdfium2 page. The caller holds the pdfium lock."""
    left, bottom, right, top = page.get_bbox()
    frame = Frame(left, bottom, right, top, page.get_rotation())
    layer = load_text_layer(page)
    try:
        positions, spaced = _visible(layer)
        problem = text_problem(
            layer.text,
            unmapped=layer.unmapped_share(positions[:: max(1, len(positions) // UNMAPPED_SAMPLE)]),
            image_share=lambda: _image_share(page, frame),
        )
        if problem == "none":
            blank = pdfium.FPDFPage_CountObjects(page) == 0
            return PageText((), frame.size, problem=None if blank else problem, blank=blank)
        if problem == "garbage":
            return PageText((), frame.size, problem=problem)
        rects = layer.rects(positions)
        runs = _runs(layer, frame, positions, spaced, rects)
        quarters = [layer.quarter(run.first, frame.rotation) for run in runs]
        turn = _turn(runs, quarters)
        if turn:
            frame = frame.turned(turn)
            runs = _runs(layer, frame, positions, spaced, rects)
            quarters = [layer.quarter(run.first, frame.rotation) for run in runs]
        upright = [run for run, quarter in zip(runs, quarters, strict=True) if quarter == 0]
        words = _placed(_without_reprints(_seen(layer, upright)), frame.size)
        return PageText(words, frame.size, turn=turn, problem=problem)
    finally:
        pdfium.FPDFText_ClosePage(layer.handle)


def _visible(layer: TextLayer) -> tuple[list[int], NDArray[np.bool_]]:
    """Positions of the glyphs that are no white space, and whether the PDF has white space in front of each."""
    positions: list[int] = []
    spaced: list[bool] = []
    end = 0
    for found in _NO_SPACE.finditer(layer.text):
        positions.extend(range(found.start(), found.end()))
        spaced.append(any(map(layer.is_real_space, range(end, found.start()))))
        end = found.end()
        spaced.extend([False] * (end - found.start() - 1))
    return positions, np.array(spaced, dtype=bool)


def _runs(
    layer: TextLayer, frame: Frame, positions: list[int], spaced: NDArray[np.bool_], rects: NDArray[np.float64]
) -> list[_Run]:
    boxes = frame.seen(rects)
    width, height = frame.size
    middle_x, middle_y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    on_page = (middle_x >= 0) & (middle_x <= width) & (middle_y >= 0) & (middle_y <= height)
    keep = on_page & (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    kept = np.array(positions)[keep]
    glyphs = Glyphs([layer.text[position] for position in kept.tolist()], boxes[keep], spaced[keep])
    fresh = without_reprints(glyphs)
    if not fresh.all():
        glyphs, kept = glyphs.take(fresh), kept[fresh]
    spans = word_spans(glyphs)
    if not spans:
        return []
    starts = [start for start, _ in spans]
    # Words follow each other without gaps in the glyph list, so each reduction ends where the next word starts.
    low = np.minimum.reduceat(glyphs.boxes[:, :2], starts, axis=0)
    high = np.maximum.reduceat(glyphs.boxes[:, 2:], starts, axis=0)
    edges = np.hstack([low, high]).tolist()
    texts = (clean_word("".join(glyphs.text[start:end])) for start, end in spans)
    firsts = kept[starts].tolist()
    return [_Run(text, tuple(box), first) for text, box, first in zip(texts, edges, firsts, strict=True) if text]


def _turn(runs: Sequence[_Run], quarters: Sequence[int | None]) -> int:
    """Degrees clockwise that bring most glyphs upright; 0 unless more than half of them stand another way together."""
    glyphs: Counter[int | None] = Counter()
    for run, quarter in zip(runs, quarters, strict=True):
        glyphs[quarter] += len(run.text)
    if not glyphs:
        return 0
    most, count = glyphs.most_common(1)[0]
    return (360 - most) % 360 if most and 2 * count > glyphs.total() else 0


def _seen(layer: TextLayer, runs: list[_Run]) -> list[_Run]:
    """Without text that nobody sees on a page of visible text; a scan's text layer is all invisible and is kept."""
    visible = [run for run in runs if not layer.is_invisible(run.first)]
    return visible if 2 * len(visible) >= len(runs) else runs


def _placed(runs: Sequence[_Run], size: tuple[float, float]) -> tuple[Word, ...]:
    if not runs:
        return ()
    boxes = np.array([run.box for run in runs]) / np.array(size * 2)
    boxes.clip(0.0, 1.0, out=boxes)
    return reading_order([Word(run.text, Box(*box)) for run, box in zip(runs, boxes.tolist(), strict=True)])


def _without_reprints(runs: Sequence[_Run]) -> list[_Run]:
    by_text: dict[str, list[_Run]] = {}
    kept = []
    for run in runs:
        same = by_text.setdefault(run.text, [])
        if not any(_covers(run.box, other.box) for other in same):
            same.append(run)
            kept.append(run)
    return kept


def _covers(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    width = min(a[2], b[2]) - max(a[0], b[0])
    if width <= 0:
        return False
    height = min(a[3], b[3]) - max(a[1], b[1])
    larger = max((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]))
    return height > 0 and width * height >= REPRINT_OVERLAP * larger


def _image_share(page: Any, frame: Frame) -> float:
    """Share of the visible page that images cover, 0-1; scanners cut a page into strips, so all count together."""
    area = 0.0
    for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = image.get_bounds()
        width = min(right, frame.right) - max(left, frame.left)
        height = min(top, frame.top) - max(bottom, frame.bottom)
        area += max(width, 0.0) * max(height, 0.0)
    return min(area / ((frame.right - frame.left) * (frame.top - frame.bottom)), 1.0)
