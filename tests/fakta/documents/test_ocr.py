from __future__ import annotations

import importlib.util
import io
import logging
import socket
from collections.abc import Callable
from typing import Literal

import pytest
from PIL import Image
from tests.fakta.documents.drawing import (
    LINES,
    encoded,
    image_page,
    invoice_page,
    pdf,
    scan,
    text,
    texts,
)

from fakta.documents import Box, Page, Word, read
from fakta.documents.ocr import choice, find_engine, rapid, skew_degrees, tesseract
from fakta.errors import OcrUnavailable

EngineName = Literal["rapidocr", "tesseract"]


def _has_tesseract() -> bool:
    try:
        tesseract.load()
    except OcrUnavailable:
        return False
    return True


ENGINES = [
    pytest.param(
        "rapidocr",
        marks=pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="rapidocr is not installed"),
    ),
    pytest.param(
        "tesseract",
        marks=pytest.mark.skipif(not _has_tesseract(), reason="tesseract with Swedish is not installed"),
    ),
]
EXPECTED = " ".join(LINES).split()


@pytest.fixture(params=ENGINES)
def ocr(request: pytest.FixtureRequest) -> EngineName:
    name: EngineName = request.param
    return name


def _only(page_of: bytes, ocr: EngineName) -> Page:
    (page,) = read(page_of, ocr=ocr).pages
    return page


@pytest.mark.ocr
def test_a_scanned_pdf_is_read(ocr: EngineName, capfd: pytest.CaptureFixture[str]) -> None:
    page = _only(pdf(image_page(scan())), ocr)
    assert page.source == "ocr"
    assert texts(page) == EXPECTED
    assert all(0.5 < word.confidence <= 1 for word in page.words)
    assert capfd.readouterr() == ("", "")


@pytest.mark.ocr
def test_boxes_lie_on_the_ink(ocr: EngineName) -> None:
    page = _only(encoded(scan(["Bankgiro 5402-9681"], dpi=120), "png"), ocr)
    assert texts(page) == ["Bankgiro", "5402-9681"]
    first, second = (word.box for word in page.words)
    # Letters of 14 points whose baseline is 60 points from the left and the top; see `scan`.
    assert first.left == pytest.approx(60 / 595, abs=0.01)
    assert first.middle == pytest.approx((60 - 5) / 842, abs=0.01)
    assert 0.002 < second.left - first.right < 0.02
    assert 10 / 842 < first.height < 26 / 842


@pytest.mark.ocr
@pytest.mark.parametrize("turn", [90, 180])
def test_a_page_scanned_the_wrong_way_up_is_turned(ocr: EngineName, turn: int) -> None:
    small = scan(dpi=150).crop((0, 0, 1240, 480))
    page = _only(encoded(small.rotate(turn, expand=True), "png"), ocr)
    assert texts(page)[:4] == EXPECTED[:4]
    assert (page.width, page.height) == small.size
    assert page.render is not None
    assert page.render(72).size == small.size
    assert page.words[0].box.bottom < 0.4


@pytest.mark.parametrize("degrees", [-3.0, -0.7, 0.0, 0.1, 1.2])
def test_skew_is_found(degrees: float) -> None:
    lines = [f"{line} {line}" for line in LINES * 5]
    crooked = scan(lines, dpi=100).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    assert skew_degrees(crooked) == pytest.approx(degrees if abs(degrees) > 0.2 else 0, abs=0.11)


def test_what_has_no_lines_has_no_skew() -> None:
    assert skew_degrees(Image.new("RGB", (300, 400), "white")) == 0
    assert skew_degrees(Image.effect_noise((300, 400), 60)) == 0


@pytest.mark.ocr
def test_a_crooked_scan_is_straightened(ocr: EngineName) -> None:
    straight = scan([f"{line} {line}" for line in LINES], dpi=150).crop((0, 0, 1240, 480))
    page = _only(encoded(straight.rotate(2, Image.Resampling.BICUBIC, fillcolor=255), "png"), ocr)
    assert texts(page)[:4] == ["Faktura", "1042", "Faktura", "1042"]
    first, last = page.words[0].box, page.words[3].box
    assert abs(first.middle - last.middle) < 0.1 * first.height
    assert page.render is not None
    drawn = page.render(72)
    left, top, right, bottom = (round(edge * side) for edge, side in zip(first, drawn.size * 2, strict=True))
    assert drawn.crop((left, top, right, bottom)).convert("L").getextrema()[0] < 100


@pytest.mark.ocr
def test_rapidocr_uses_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rapidocr", reason="rapidocr is not installed")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    words = rapid.load.__wrapped__().read(scan(["Faktura 1042"], dpi=100).convert("RGB"))
    assert [word.text for word in words] == ["Faktura", "1042"]


@pytest.mark.ocr
def test_white_pages_have_no_words(ocr: EngineName) -> None:
    assert _only(encoded(Image.new("L", (400, 300), 255), "png"), ocr).words == ()
    assert _only(encoded(Image.new("L", (1, 1), 255), "png"), ocr).words == ()


class _Recorder:
    """An engine that says what it was asked to read."""

    name: EngineName = "rapidocr"

    def __init__(self) -> None:
        self.sizes: list[tuple[int, int]] = []

    def read(self, image: Image.Image) -> list[Word]:
        self.sizes.append(image.size)
        return [Word("Faktura", Box(0.1, 0.1, 0.3, 0.12))]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> _Recorder:
    used = _Recorder()
    monkeypatch.setattr("fakta.documents.ocr.find_engine", lambda wanted, **_: used)
    return used


@pytest.mark.parametrize(
    ("draw", "asked"),
    [
        (invoice_page, 0),
        (lambda canvas: None, 0),
        (image_page(scan(dpi=50)), 1),
        (image_page(scan(dpi=50), text(400, 800, "Ankom 2026-04-15")), 1),
        (lambda canvas: canvas.rect(50, 50, 200, 200, fill=1), 1),
    ],
    ids=["text", "blank", "scan", "stamped scan", "drawn letters"],
)
def test_only_pages_without_usable_text_go_to_ocr(
    recorder: _Recorder, draw: Callable[[object], None], asked: int
) -> None:
    read(pdf(draw))
    assert len(recorder.sizes) == asked


def test_ocr_resolution_is_that_of_a_scan_and_bounded(recorder: _Recorder) -> None:
    read(pdf(image_page(scan(dpi=50))))
    read(pdf(image_page(scan(dpi=50)), size=(5000, 5000)))
    read(encoded(scan(dpi=72).resize((6000, 6000)), "png"))
    a4, *large = recorder.sizes
    assert a4 == pytest.approx((595 * 200 / 72, 842 * 200 / 72), abs=2)
    assert all(10_000_000 < width * height <= 12_200_000 for width, height in large)


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapid, "available", lambda: False)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(tesseract, "load", tesseract.load.__wrapped__)


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_a_scan_is_refused_with_the_command() -> None:
    with pytest.raises(OcrUnavailable, match=r"a\.pdf is a scan without usable text.*pip install 'fakta\[ocr\]'"):
        read(pdf(image_page(scan(dpi=50))), name="a.pdf")
    with pytest.raises(OcrUnavailable, match="apt-get install tesseract-ocr"):
        read(pdf(image_page(scan(dpi=50))), ocr="tesseract")


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_the_other_pages_are_still_read(caplog: pytest.LogCaptureFixture) -> None:
    data = pdf(invoice_page, image_page(scan(dpi=50)))
    with caplog.at_level(logging.WARNING):
        first, second = read(data, name="a.pdf").pages
    assert (len(first.words) > 10, second.words) == (True, ())
    assert caplog.messages == [f"a.pdf: no usable text on page 2, and no OCR engine is installed: {choice.INSTALL}"]
    with pytest.raises(OcrUnavailable):
        read(data, ocr="tesseract")


@pytest.mark.usefixtures("no_engine")
def test_ocr_off_never_asks() -> None:
    (page,) = read(io.BytesIO(pdf(image_page(scan(dpi=50)))), ocr="off").pages
    assert (page.words, page.source) == ((), "text")


def test_auto_prefers_rapidocr(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rapidocr", reason="rapidocr is not installed")
    assert find_engine("auto").name == "rapidocr"
    monkeypatch.setattr(rapid, "available", lambda: False)
    if _has_tesseract():
        assert find_engine("auto").name == "tesseract"


def test_an_engine_of_ones_own_reads_scans() -> None:
    class Typist:
        name: EngineName = "tesseract"

        def read(self, image: Image.Image) -> list[Word]:
            assert image.mode == "RGB"
            return [Word("betala", Box(0.3, 0.1, 0.4, 0.12)), Word("Att", Box(0.2, 0.1, 0.29, 0.12))]

    (page,) = read(pdf(image_page(scan())), ocr=Typist()).pages
    assert page.source == "ocr"
    assert texts(page) == ["Att", "betala"]
