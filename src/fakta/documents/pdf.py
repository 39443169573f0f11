"""PDF files through pdfium: open, read the text layer of every page, draw a page.

pdfium is not thread-safe, so everything that touches it holds one lock. Nothing stays open between calls: a page is
drawn from the bytes again, which costs a tenth of a millisecond and lets a `Document` outlive its file and travel
between processes.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium

from fakta.documents import poppler
from fakta.documents.images import turned
from fakta.documents.limits import MAX_PAGES, check_pixels
from fakta.documents.pdf_text import PageText, read_page_text
from fakta.documents.poppler import Renderer
from fakta.errors import DamagedDocument, DocumentTooLarge, EmptyDocument, EncryptedDocument

if TYPE_CHECKING:
    from PIL.Image import Image

_NO_PAGES = re.compile(rb"/Kids\s*\[\s*\]")

_LOCK = threading.RLock()

# What pdfium draws without changing the words' meaning: links and pop-up notes have nothing to flatten.
_NOT_FLATTENED = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)


@dataclass(frozen=True, slots=True)
class PdfPageImage:
    """Draws one page of a PDF when it is called; can be pickled (the PDF's bytes travel along).

    Attributes:
        name: of the document, for messages.
        data: the PDF.
        number: of the page, from 1.
        turn, skew: degrees clockwise beyond the page's own rotation, as for its words.
        renderer: which one is tried first; poppler is always the second attempt where it is installed.
    """

    name: str
    data: bytes = field(repr=False)
    number: int
    turn: int = 0
    skew: float = 0.0
    renderer: Renderer = "pdfium"

    def __call__(self, dpi: int) -> Image:
        """The page as an RGB image.

        Args:
            dpi: dots per inch, at least 1.

        Raises:
            DocumentTooLarge: the image would have more than `MAX_PIXELS`.
            DamagedDocument: the page cannot be drawn.
            MissingExtra: poppler was asked for and its bindings are not installed.
        """
        if dpi < 1:
            raise ValueError(f"dpi must be at least 1, not {dpi}")
        if self.renderer == "poppler":
            image = poppler.draw(self.data, self.number, dpi=dpi, name=self.name)
        else:
            try:
                image = _draw(self.data, self.number, dpi=dpi, name=self.name)
            except DamagedDocument:
                if not poppler.available():
                    raise
                image = poppler.draw(self.data, self.number, dpi=dpi, name=self.name)
        return turned(image, turn=self.turn, skew=self.skew)


def read_pages(data: bytes, *, name: str) -> list[PageText | None]:
    """What the text layer of each page gives; None for a page that pdfium cannot open.

    Raises:
        EncryptedDocument: a password is needed.
        DamagedDocument: the file is broken beyond pdfium's repair, or cut off with nothing left on its pages.
        EmptyDocument: there are no pages.
        DocumentTooLarge: more than `MAX_PAGES` pages.
    """
    with _opened(data, name) as document:
        count = len(document)
        if count == 0:
            raise EmptyDocument(_without_pages(name))
        if count > MAX_PAGES:
            raise DocumentTooLarge(f"{name} has {count} pages, the limit is {MAX_PAGES}: split it")
        pages = [_read_page(document, index) for index in range(count)]
    if b"%%EOF" not in data[-2048:] and all(page is None or page.blank for page in pages):
        raise DamagedDocument(f"{name} is cut off and nothing on its pages is left: transfer it again")
    return pages


def _read_page(document: pypdfium2.PdfDocument, index: int) -> PageText | None:
    try:
        page = _open_page(document, index)
    except pypdfium2.PdfiumError:
        return None
    if not _has_drawn_annotations(page):
        with closing(page):
            return read_page_text(page)
    # Form fields and stamps become part of the page's content, which is what the text layer is made from.
    with closing(page):
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    with closing(document[index]) as flat:
        return read_page_text(flat)


def _open_page(document: pypdfium2.PdfDocument, index: int) -> Any:
    """A page that has an area: where the crop box lies beside the paper, all of the paper, as viewers show it."""
    page = document[index]
    if _has_area(page):
        return page
    with closing(page):
        page.set_cropbox(*page.get_mediabox())
    page = document[index]
    if not _has_area(page):
        page.close()
        raise pypdfium2.PdfiumError("the page has no area")
    return page


def _has_area(page: Any) -> bool:
    left, bottom, right, top = page.get_bbox()
    return bool(right > left and top > bottom)


def _has_drawn_annotations(page: Any) -> bool:
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind not in _NOT_FLATTENED:
            return True
    return False


@contextmanager
def _opened(data: bytes, name: str) -> Iterator[pypdfium2.PdfDocument]:
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            # First, since pdfium gives no reason for these but the one of the last file that failed.
            if _NO_PAGES.search(data):
                raise EmptyDocument(_without_pages(name)) from error
            if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
                raise EncryptedDocument(f"{name} is protected with a password: save a copy without one") from error
            cut = "" if b"%%EOF" in data[-2048:] else " (it seems to be cut off)"
            raise DamagedDocument(f"{name} is a damaged PDF{cut}: export or transfer it again") from error
        with closing(document):
            # Before any page is opened, as pdfium asks; without it form fields are neither drawn nor read.
            if document.get_formtype() == pdfium.FORMTYPE_ACRO_FORM:
                document.init_forms()
            yield document


def _draw(data: bytes, number: int, *, dpi: int, name: str) -> Image:
    with _opened(data, name) as document:
        try:
            page = _open_page(document, number - 1)
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise DamagedDocument(f"{name}: page {number} cannot be opened: export the PDF again") from error
        with closing(page):
            width, height = page.get_size()
            check_pixels(width * height * (dpi / 72) ** 2, what=f"{name}: page {number} at {dpi} dpi")
            try:
                with closing(page.render(scale=dpi / 72, rev_byteorder=True)) as bitmap:
                    # A copy: the bitmap's memory goes with it.
                    image: Image = bitmap.to_pil().convert("RGB").copy()
                    return image
            except (pypdfium2.PdfiumError, ValueError) as error:
                raise DamagedDocument(f"{name}: page {number} cannot be drawn: export the PDF again") from error


def _without_pages(name: str) -> str:
    return f"{name} is a PDF without pages: export it again"
