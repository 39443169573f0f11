"""RapidOCR: recognition models in a wheel, on onnxruntime. Reads å, ä and ö; no network, no system packages."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from fakta.documents.characters import clean_word
from fakta.documents.model import Box, Word
from fakta.documents.ocr.engine import EngineName
from fakta.documents.ocr.ink import unpadded
from fakta.errors import OcrUnavailable

if TYPE_CHECKING:
    from PIL.Image import Image

_PARAMETERS = {
    "Global.log_level": "critical",
    # It would right upside-down lines one by one and leave them in the wrong order; `upright` turns the whole page.
    "Global.use_cls": False,
    # Lines are cut from the full image, so it must not be shrunk ...
    "Global.max_side_len": 6000,
    # ... but finding them takes most of the time and needs fewer pixels: 1280 finds what 1600 finds, in half of it.
    "Det.limit_type": "max",
    "Det.limit_side_len": 1280,
    # Lines are filled up to the longest of their batch, and to this width; amounts and dates are far shorter than 320.
    "Rec.rec_batch_num": 1,
    "Rec.rec_img_shape": [3, 48, 96],
    # Memory is kept from line to line instead of being asked for anew each time.
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}
_THREADS = "EngineConfig.onnxruntime.intra_op_num_threads"

# Characters of one word stand closer than this, in line heights; two columns that were found as one line do not.
_COLUMN_GAP = 1.0


@dataclass(frozen=True, slots=True)
class Rapid:
    """A loaded engine; one page at a time."""

    engine: Any = field(repr=False)
    lock: threading.Lock = field(repr=False)
    name: EngineName = "rapidocr"

    def read(self, image: Image) -> list[Word]:
        """The words of an RGB image, boxes 0-1 of it."""
        pixels = np.asarray(image)[:, :, ::-1]  # OpenCV's order is blue, green, red
        with self.lock:
            result = self.engine(np.ascontiguousarray(pixels), return_word_box=True, return_single_char_box=True)
        if result.boxes is None or result.txts is None:
            return []
        return list(_words(result, width=image.width, height=image.height))


def available() -> bool:
    """Whether RapidOCR is installed."""
    return importlib.util.find_spec("rapidocr") is not None


@cache
def load(threads: int = 1) -> Rapid:
    """The engine, once per process: its three models take a second to load.

    Args:
        threads: for one page; whoever has several pages gains more from several processes.

    Raises:
        OcrUnavailable: it is not installed.
    """
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise OcrUnavailable(f"rapidocr cannot be imported ({error}): pip install 'fakta[ocr]'") from error
    return Rapid(RapidOCR(params=_PARAMETERS | {_THREADS: threads}), threading.Lock())


def _words(result: Any, *, width: int, height: int) -> Iterator[Word]:
    # RapidOCR drops lines without characters from the one list and not from the other.
    characters = result.word_results if len(result.word_results) == len(result.txts) else [()] * len(result.txts)
    for quad, text, score, chars in zip(result.boxes, result.txts, result.scores, characters, strict=True):
        boxes = [_bounds(corners) for _, _, corners in chars if corners is not None]
        found = "".join(char for char, _, _ in chars)
        parts = text.split()
        if found != "".join(parts) or len(boxes) != len(found):
            boxes = _even_boxes(_bounds(quad), text)
        start = 0
        for part in parts:
            for first, last in _columns(boxes[start : start + len(part)]):
                word = clean_word(part[first:last])
                if word:
                    edges = _union(boxes[start + first : start + last])
                    box = unpadded(_relative(edges, width, height), long_side=max(width, height) / height)
                    yield Word(word, box, confidence=min(max(float(score), 0.0), 1.0))
            start += len(part)


def _bounds(corners: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _even_boxes(line: tuple[float, float, float, float], text: str) -> list[tuple[float, float, float, float]]:
    """A box for each character that is no white space, as if all were equally wide."""
    left, top, right, bottom = line
    step = (right - left) / max(len(text), 1)
    return [(left + i * step, top, left + (i + 1) * step, bottom) for i, char in enumerate(text) if not char.isspace()]


def _columns(boxes: Sequence[tuple[float, float, float, float]]) -> Iterator[tuple[int, int]]:
    """First and last+1 character of each stretch without a gap as wide as a column's."""
    start = 0
    for i in range(1, len(boxes)):
        if boxes[i][0] - boxes[i - 1][2] > _COLUMN_GAP * (boxes[i][3] - boxes[i][1]):
            yield start, i
            start = i
    yield start, len(boxes)


def _union(boxes: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _relative(edges: tuple[float, float, float, float], width: int, height: int) -> Box:
    left, top, right, bottom = edges
    return Box(
        min(max(left / width, 0.0), 1.0),
        min(max(top / height, 0.0), 1.0),
        min(max(right / width, 0.0), 1.0),
        min(max(bottom / height, 0.0), 1.0),
    )
