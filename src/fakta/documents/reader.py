"""Reads a document: the text layer where there is one, OCR where there is none."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from fakta.documents.detect import Format, describe, detect_format
from fakta.documents.limits import OCR_DPI, OCR_MAX_PIXELS
from fakta.documents.lines import reading_order
from fakta.documents.model import Document, Page
from fakta.documents.poppler import Renderer
from fakta.documents.source import Source, load_source
from fakta.errors import DamagedDocument, OcrUnavailable, UnsupportedDocument

if TYPE_CHECKING:
    from fakta.documents.images import ImagePage
    from fakta.documents.ocr import Engine
    from fakta.documents.pdf import PdfPageImage

Ocr = Literal["auto", "off", "rapidocr", "tesseract"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A page before OCR.

    Attributes:
        page: with the words of its text layer.
        render: the page's own, by type, so that it can be turned.
        unread: the page has something on it, and no usable text layer.
        readable: the text layer can be used.
    """

    page: Page
    render: PdfPageImage | ImagePage
    unread: bool
    readable: bool


def read(
    source: str | Path | bytes | BinaryIO,
    *,
    name: str | None = None,
    ocr: Ocr | Engine = "auto",
    renderer: Renderer = "pdfium",
    threads: int = 1,
) -> Document:
    """The words of a document with their boxes, page by page, and its page images on demand.

    A page's text layer is used where it is good for anything; other pages are read by OCR. Nothing is written, and
    nothing stays open: `Page.render` draws from the bytes, which the document keeps. Scans that lie crooked, sideways
    or upside down are straightened, their words and their images alike.

    Args:
        source: a path, the bytes, or a file object opened in binary mode. PDF, PNG, JPEG, TIFF or WebP.
        name: for messages and results; taken from the path or the file object where it is left out.
        ocr: "auto" takes RapidOCR, else Tesseract; "off" leaves pages without a text layer without words; an engine of
            one's own reads them itself.
        renderer: what draws PDF pages first; poppler steps in where pdfium fails and it is installed.
        threads: of the OCR engine, on one page.

    Raises:
        DocumentError: one of its kinds, for bytes that are no document that can be read.
        OcrUnavailable: no page has usable text and no OCR engine is installed, or the one asked for is not. Where other
            pages have text, pages without it come without words and a warning is logged.
        MissingExtra: `renderer="poppler"` without pdf2image.

    >>> read(b"Hej!", name="a.pdf")
    Traceback (most recent call last):
    ...
    fakta.errors.UnsupportedDocument: a.pdf is plain text, not a PDF, PNG, JPEG, TIFF or WebP file: save it as a PDF
    """
    loaded = load_source(source, name=name)
    kind = detect_format(loaded.data)
    if kind is None:
        raise UnsupportedDocument(
            f"{loaded.name} is {describe(loaded.data)}, not a PDF, PNG, JPEG, TIFF or WebP file: save it as a PDF"
        )
    drafts = list(_pdf_drafts(loaded, renderer) if kind == "pdf" else _image_drafts(loaded, kind))
    engine = (
        _engine(drafts, ocr=ocr, name=loaded.name, threads=threads) if any(draft.unread for draft in drafts) else None
    )
    pages = [
        _recognised(draft, engine, name=loaded.name) if engine and draft.unread else draft.page for draft in drafts
    ]
    return Document(loaded.name, loaded.sha256, tuple(pages))


# pdfium and Pillow are imported by the format that needs them: a service that only reads PDFs holds less in memory.


def _pdf_drafts(source: Source, renderer: Renderer) -> Iterator[_Draft]:
    from fakta.documents import poppler
    from fakta.documents.images import is_blank
    from fakta.documents.pdf import PdfPageImage, read_pages

    if renderer == "poppler":
        poppler.require()
    for number, text in enumerate(read_pages(source.data, name=source.name), start=1):
        render = PdfPageImage(source.name, source.data, number, turn=text.turn if text else 0, renderer=renderer)
        if text is None:  # pdfium cannot open the page; poppler may, but draws white paper for what is not there
            image = render(72)
            if is_blank(image):
                raise DamagedDocument(f"{source.name}: page {number} cannot be opened: export the PDF again")
            width, height = map(float, image.size)
            page, unread, readable = Page(number, width, height, (), render=render), True, False
        else:
            page = Page(number, *text.size, text.words, render=render)
            unread, readable = text.problem is not None, text.problem is None and not text.blank
        yield _Draft(page, render, unread=unread, readable=readable)


def _image_drafts(source: Source, kind: Format) -> Iterator[_Draft]:
    from fakta.documents.images import ImagePage, frame_sizes

    for number, (width, height) in enumerate(frame_sizes(source.data, kind, name=source.name), start=1):
        render = ImagePage(source.name, source.data, kind, number)
        yield _Draft(Page(number, width, height, (), render=render), render, unread=True, readable=False)


def _engine(drafts: list[_Draft], *, ocr: Ocr | Engine, name: str, threads: int) -> Engine | None:
    """What reads the pages without text; None where they stay without words."""
    from fakta.documents.ocr import find_engine

    if ocr == "off":
        return None
    if not isinstance(ocr, str):
        return ocr
    try:
        return find_engine(ocr, threads=threads)
    except OcrUnavailable as error:
        if ocr != "auto" or not any(draft.readable for draft in drafts):
            raise OcrUnavailable(f"{name} is a scan without usable text, and {error}") from error
        numbers = ", ".join(str(draft.page.number) for draft in drafts if draft.unread)
        _log.warning("%s: no usable text on page %s, and %s", name, numbers, error)
        return None


def _recognised(draft: _Draft, engine: Engine, *, name: str) -> Page:
    from fakta.documents.images import turned
    from fakta.documents.ocr import evened, read_upright, repaired, skew_degrees

    page = draft.page
    highest = 72 * sqrt(OCR_MAX_PIXELS / (page.width * page.height))
    # In grey, straightening takes a third of the time and memory, and engines read no worse.
    image = evened(draft.render(max(1, int(min(OCR_DPI, highest)))).convert("L"))
    # The page as a person sees it is the straightened one, in its words and in its image.
    skew = skew_degrees(image)
    try:
        words, turn = read_upright(engine, turned(image, turn=0, skew=skew).convert("RGB"))
    except DamagedDocument as error:
        raise DamagedDocument(f"{name}, page {page.number}: {error}") from error
    width, height = (page.height, page.width) if turn % 180 else (page.width, page.height)
    render = replace(draft.render, turn=(draft.render.turn + turn) % 360, skew=skew)
    words = repaired(words, aspect=height / width)
    return Page(page.number, width, height, reading_order(words), source="ocr", render=render)
