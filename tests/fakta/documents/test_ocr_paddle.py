"""RapidOCR's models run directly: as RapidOCR runs them, by any number of threads, without weights that cost time."""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.fakta.documents.drawing import LINES, scan

from fakta.documents import Box
from fakta.documents.ocr import find_engine, paddle_models, rapid
from fakta.documents.ocr.ink import unpadded
from fakta.errors import OcrUnavailable

pytest.importorskip("rapidocr", reason="rapidocr is not installed")

from fakta.documents.ocr.paddle_boxes import Corners, Pixels, find_lines, length
from fakta.documents.ocr.paddle_lines import Line, LineReader


@pytest.fixture(scope="module")
def page() -> Image.Image:
    """Lines long and short, level, a little crooked, and one that stands."""
    image = scan([*LINES, "1", "Antal", " ".join(LINES)], dpi=150).crop((0, 0, 1240, 560))
    crooked = scan(["Moms 25 % 2 490,00"], dpi=150).crop((100, 80, 700, 150)).rotate(3, expand=True, fillcolor=255)
    image.paste(crooked, (100, 470))
    image.paste(scan(["Reg.nr 1042"], dpi=150).crop((110, 80, 300, 140)).rotate(90, expand=True), (1100, 60))
    return image


@pytest.mark.ocr
def test_lines_are_found_and_read_as_rapidocr_does(page: Image.Image) -> None:
    from rapidocr import RapidOCR

    theirs: Any = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": 1280,
            "Rec.rec_batch_num": 1,
            "Rec.rec_img_shape": [3, 48, 96],
        }
    )(np.asarray(page.convert("RGB")), return_word_box=True, return_single_char_box=True)
    expected = {
        tuple(corners.ravel().tolist()): (text, score, characters)
        for corners, text, score, characters in zip(
            theirs.boxes, theirs.txts, theirs.scores, theirs.word_results, strict=True
        )
    }
    engine = rapid.load()
    pixels = np.asarray(page)
    found = find_lines(engine.finder, pixels)
    assert len(found) >= 8
    assert {tuple(corners.ravel().tolist()) for corners in found} == set(expected)
    for corners in found:
        line = engine.reader.read(pixels, corners)
        text, score, characters = expected[tuple(corners.ravel().tolist())]
        assert line.text == text
        assert line.score == pytest.approx(score, abs=1e-3)
        assert [char for char, _, _ in characters] == [char for char in line.text if not char.isspace()]
        # RapidOCR cuts fractions of a pixel off, on the line and again on the page.
        for box, (_, _, quad) in zip(line.characters, characters, strict=True):
            bounds = (*np.min(quad, axis=0), *np.max(quad, axis=0))
            assert box == pytest.approx(bounds, abs=2.5)


@pytest.mark.ocr
def test_two_threads_read_what_one_reads(page: Image.Image) -> None:
    image = page.convert("RGB")
    one, two = rapid.load(1).read(image), rapid.load(2).read(image)
    assert [word.text for word in one] == [word.text for word in two]
    for first, second in zip(one, two, strict=True):
        assert first.box == pytest.approx(second.box, abs=1e-6)
        assert first.confidence == pytest.approx(second.confidence, abs=1e-4)


@pytest.mark.ocr
def test_coloured_print_is_read() -> None:
    black = scan(dpi=150).crop((0, 0, 1240, 480))
    for ink in ("navy", "firebrick", "teal"):
        image = Image.composite(Image.new("RGB", black.size, "ivory"), Image.new("RGB", black.size, ink), black)
        words = rapid.load().read(image)
        assert sorted(word.text for word in words) == sorted(" ".join(LINES).split())


class _Reader:
    """Gives every line its length as text; fails at one of that length."""

    def __init__(self, broken: int | None = None) -> None:
        self.broken = broken
        self.asked: list[int] = []

    def read(self, page: Pixels, corners: Corners) -> Line:
        asked = round(length(corners))
        self.asked.append(asked)
        if asked == self.broken:
            raise RuntimeError("line")
        left, top = (float(edge) for edge in corners.min(0))
        right, bottom = (float(edge) for edge in corners.max(0))
        return Line(str(asked), 0.9, ((left, top, right, bottom),) * len(str(asked)))


def _engine(monkeypatch: pytest.MonkeyPatch, reader: _Reader, widths: Sequence[int]) -> rapid.Rapid:
    def corners(row: int, width: int) -> Corners:
        top = 20 * row
        return np.array([[0, top], [width, top], [width, top + 10], [0, top + 10]], dtype=np.float32)

    lines = [corners(row, width) for row, width in enumerate(widths)]
    monkeypatch.setattr("fakta.documents.ocr.paddle_boxes.find_lines", lambda *_: list(lines))
    return rapid.Rapid(None, reader, 2, threading.Lock())  # type: ignore[arg-type]


def test_the_longest_lines_are_read_first_and_each_stays_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = _Reader()
    words = _engine(monkeypatch, reader, [50, 90, 20, 70]).read(Image.new("RGB", (100, 100)))
    assert sorted(reader.asked, reverse=True) == [9, 7, 5, 2]
    assert [word.text for word in words] == ["9", "7", "5", "2"]
    # Rows 1, 3, 0 and 2 of the page.
    assert [word.box.middle for word in words] == pytest.approx([0.25, 0.65, 0.05, 0.45], abs=0.01)


def test_a_line_that_fails_is_said_and_the_engine_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = _Reader(broken=5)
    engine = _engine(monkeypatch, reader, [50, 90, 20])
    with pytest.raises(RuntimeError, match="line"):
        engine.read(Image.new("RGB", (100, 100)))
    reader.broken = None
    assert [word.text for word in engine.read(Image.new("RGB", (100, 100)))] == ["9", "5", "2"]


def test_a_page_without_lines_has_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _engine(monkeypatch, _Reader(), []).read(Image.new("RGB", (100, 100))) == []


def test_lines_become_words() -> None:
    places = {"A": 10, "B": 20, "1": 36, "2": 90}
    line = Line("AB 12", 0.9, tuple((x, 10.0, x + 9, 30.0) for x in places.values()))
    words = list(rapid._words(line, width=200, height=100))
    assert [(word.text, word.confidence) for word in words] == [("AB", 0.9), ("1", 0.9), ("2", 0.9)]
    assert words[0].box == pytest.approx(unpadded(Box(0.05, 0.1, 0.145, 0.3), long_side=2))
    assert list(rapid._words(Line("AB 12", 0.4, line.characters), width=200, height=100)) == []
    assert list(rapid._words(Line("", 0.0, ()), width=200, height=100)) == []


def _field(number: int, content: bytes) -> bytes:
    assert len(content) < 128
    return bytes([number << 3 | 2, len(content)]) + content


def test_only_weights_too_small_for_normal_numbers_become_zero() -> None:
    values = (1.5, -2e-38, 1e-39, -3e-42, 0.0, 1e-30)
    raw = struct.pack("<6f", *values)
    floats = _field(5, bytes([2 << 3, 1]) + _field(8, b"w") + _field(9, raw))
    # The same bytes as integers, and as something that is no weight, stay.
    integers = _field(5, bytes([2 << 3, 6]) + _field(9, raw))
    head = bytes([1 << 3, 0x80 | 8, 1])  # a number of two bytes
    model = bytearray(head + _field(7, floats) + _field(7, integers) + _field(9, raw))
    before = bytes(model)
    paddle_models.flush_tiny_weights(model)
    at = before.index(raw)
    assert np.frombuffer(model[at : at + 24], "<f4").tolist() == pytest.approx([1.5, -2e-38, 0.0, 0.0, 0.0, 1e-30])
    assert struct.unpack("<2f", model[at + 8 : at + 16]) == (0.0, 0.0)
    assert model[:at] == before[:at]
    assert model[at + 24 :] == before[at + 24 :]


@pytest.mark.ocr
@pytest.mark.parametrize("name", [paddle_models.FINDS_LINES, paddle_models.READS_LINES])
def test_a_flushed_model_differs_in_its_tiny_weights_only(name: str) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is not installed")
    folder = paddle_models.folder()
    assert folder is not None
    data = (folder / name).read_bytes()
    flushed = bytearray(data)
    paddle_models.flush_tiny_weights(flushed)

    def weights(model: bytes) -> Iterator[np.ndarray]:
        for tensor in onnx.load_from_string(model).graph.initializer:
            if tensor.data_type == onnx.TensorProto.FLOAT:
                yield onnx.numpy_helper.to_array(tensor)

    changed = 0
    for old, new in zip(weights(data), weights(bytes(flushed)), strict=True):
        tiny = np.abs(old) < np.finfo(np.float32).tiny
        assert np.array_equal(new, np.where(tiny, 0, old))
        changed += int((old != new).sum())
    assert changed


def test_without_the_models_there_is_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paddle_models, "folder", lambda: None)
    assert not rapid.available()
    with pytest.raises(OcrUnavailable, match=r"pip install 'fakta\[ocr\]'"):
        rapid.load.__wrapped__()
    with pytest.raises(OcrUnavailable):
        find_engine("rapidocr", threads=7)


@pytest.mark.ocr
def test_the_alphabet_has_an_answer_for_every_output() -> None:
    reader = rapid.load().reader
    assert isinstance(reader, LineReader)
    (output,) = reader.model.get_outputs()
    assert len(reader.alphabet) == output.shape[-1]
    assert set("abcåäöÅÄÖ0123456789,.-% ") <= set(reader.alphabet)
