"""PDFs and images with known text at known places, for the tests of reading."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from contextlib import closing

import pypdfium2
from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from fakta.documents.model import Box, Page, Word

WIDTH, HEIGHT = 595.0, 842.0

LINES = (
    "Faktura 1042",
    "Förfallodatum 2026-05-15",
    "Åkerlunds Målare i Örebro AB",
    "Att betala 12 450,00 kr",
)


def pdf(*draws: Callable[[Canvas], None], size: tuple[float, float] = (WIDTH, HEIGHT), **options: object) -> bytes:
    """A PDF with a page for each function."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1, **options)
    for draw in draws:
        canvas.setFont("Helvetica", 12)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def text(x: float, y: float, line: str, *, size: float = 12, font: str = "Helvetica") -> Callable[[Canvas], None]:
    """Draws a line with its baseline `y` points above the bottom of the page."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont(font, size)
        canvas.drawString(x, y, line)

    return draw


def all_of(*draws: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    """Draws everything on one page."""

    def draw(canvas: Canvas) -> None:
        for each in draws:
            each(canvas)

    return draw


def invoice_page(canvas: Canvas) -> None:
    """A page with `LINES` and enough other text to be taken for one."""
    for i, line in enumerate(LINES):
        text(60, 780 - 30 * i, line)(canvas)
    for i in range(6):
        text(60, 600 - 20 * i, f"Artikel {i} levererad enligt avtal den 15 april")(canvas)


def expected_box(x: float, y: float, before: str, word: str, *, size: float = 12, font: str = "Helvetica") -> Box:
    """Where a word of a line drawn with `text` stands; vertically from the baseline to the height of capitals."""
    left = x + stringWidth(before, font, size)
    right = left + stringWidth(word, font, size)
    return Box(left / WIDTH, (HEIGHT - y - 0.72 * size) / HEIGHT, right / WIDTH, (HEIGHT - y) / HEIGHT)


def scan(lines: Iterable[str] = LINES, *, dpi: int = 200) -> Image.Image:
    """An A4 page as a scanner gives it, grey: lines of 14 points, the first baseline 60 points from the top."""
    page = pdf(all_of(*(text(60, HEIGHT - 60 - 30 * i, line, size=14) for i, line in enumerate(lines))))
    with closing(pypdfium2.PdfDocument(page)) as document:
        return document[0].render(scale=dpi / 72, grayscale=True).to_pil().copy()


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def image_page(image: Image.Image, *draws: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    """Fills a page with the image, as scanners do, and draws on top of it."""
    from reportlab.lib.utils import ImageReader

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(image), 0, 0, WIDTH, HEIGHT)
        for each in draws:
            each(canvas)

    return draw


def texts(page: Page) -> list[str]:
    """The page's words without their boxes."""
    return [word.text for word in page.words]


def word(page: Page, wanted: str) -> Word:
    """The only word with that text."""
    (found,) = [word for word in page.words if word.text == wanted]
    return found


def near(box: Box, expected: Box, *, within: float = 0.01) -> bool:
    """Whether every edge is off by at most `within` of the page."""
    return all(abs(edge - other) <= within for edge, other in zip(box, expected, strict=True))


def ink(image: Image.Image) -> tuple[float, float, float, float]:
    """Box of everything dark in the image, 0-1 of it."""
    left, top, right, bottom = image.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    return left / image.width, top / image.height, right / image.width, bottom / image.height
