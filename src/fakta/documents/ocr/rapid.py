"""RapidOCR: recognition models in a wheel, on onnxruntime. Reads å, ä and ö; no network, no system packages.

Its models are run directly: its own code takes a tenth of a page's time around them, reads one line after the other,
and lets weights stand that processors are slow with.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from fakta.documents.characters import clean_word
from fakta.documents.model import Box, Word
from fakta.documents.ocr import paddle_models
from fakta.documents.ocr.engine import EngineName
from fakta.documents.ocr.ink import unpadded
from fakta.errors import OcrUnavailable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from PIL.Image import Image

    from fakta.documents.ocr.paddle_lines import Bounds, Line, LineReader

# Lines read with less than this are no text.
_MIN_SCORE = 0.5

# Characters of one word stand closer than this, in line heights; two columns that were found as one line do not.
_COLUMN_GAP = 1.0


@dataclass(frozen=True, slots=True)
class Rapid:
    """A loaded engine; one page at a time.

    Attributes:
        finder: the model that finds lines, with all threads.
        reader: the model that reads them, a line with each thread: most are too short to share.
        threads: for one page.
        lock: held while a page is read.
    """

    finder: InferenceSession = field(repr=False)
    reader: LineReader = field(repr=False)
    threads: int
    lock: threading.Lock = field(repr=False)
    name: EngineName = "rapidocr"

    def read(self, image: Image) -> list[Word]:
        """The words of an RGB image, boxes 0-1 of it."""
        from fakta.documents.ocr.paddle_boxes import find_lines, length

        # Print is darker than its paper, in whichever colour; a third of the work around the models.
        page = np.asarray(image.convert("L"))
        with self.lock, ThreadPoolExecutor(self.threads) as pool:
            found = find_lines(self.finder, page)
            # The longest first, so that no thread is left with one when the others are done.
            found.sort(key=length, reverse=True)
            lines = list(pool.map(lambda corners: self.reader.read(page, corners), found))
        return [word for line in lines for word in _words(line, width=image.width, height=image.height)]


def available() -> bool:
    """Whether RapidOCR is installed, its models included."""
    return paddle_models.folder() is not None


@cache
def load(threads: int = 1) -> Rapid:
    """The engine, once per process: its two models take some 0.4 s to load.

    Args:
        threads: for one page; whoever has several pages gains more from several processes.

    Raises:
        OcrUnavailable: it is not installed.
    """
    try:
        from fakta.documents.ocr.paddle_lines import LineReader
    except ImportError as error:
        raise OcrUnavailable(f"rapidocr cannot be used ({error}): pip install 'fakta[ocr]'") from error
    finder = paddle_models.session(paddle_models.FINDS_LINES, threads=threads)
    reader = LineReader.of(paddle_models.session(paddle_models.READS_LINES, threads=1))
    return Rapid(finder, reader, threads, threading.Lock())


def _words(line: Line, *, width: int, height: int) -> Iterator[Word]:
    if line.score < _MIN_SCORE:
        return
    start = 0
    for part in line.text.split():
        boxes = line.characters[start : start + len(part)]
        start += len(part)
        for first, last in _columns(boxes):
            word = clean_word(part[first:last])
            if word:
                edges = _relative(_union(boxes[first:last]), width, height)
                box = unpadded(edges, long_side=max(width, height) / height)
                yield Word(word, box, confidence=min(max(line.score, 0.0), 1.0))


def _columns(boxes: Sequence[Bounds]) -> Iterator[tuple[int, int]]:
    """First and last+1 character of each stretch without a gap as wide as a column's."""
    start = 0
    for i in range(1, len(boxes)):
        if boxes[i][0] - boxes[i - 1][2] > _COLUMN_GAP * (boxes[i][3] - boxes[i][1]):
            yield start, i
            start = i
    yield start, len(boxes)


def _union(boxes: Sequence[Bounds]) -> Bounds:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _relative(edges: Bounds, width: int, height: int) -> Box:
    left, top, right, bottom = edges
    return Box(
        min(max(left / width, 0.0), 1.0),
        min(max(top / height, 0.0), 1.0),
        min(max(right / width, 0.0), 1.0),
        min(max(bottom / height, 0.0), 1.0),
    )
