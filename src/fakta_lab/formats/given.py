"""Benchmark documents whose text is given: a truth line with the key `lines`, so that nothing needs to be read.

`"lines": [{"text": "TOTAL 9.00", "box": [left, top, right, bottom], "page": 1}, …]`, boxes 0-1 of the page, `page` 1
where it is left out. Accuracy is then that of the model alone, without any OCR's mistakes, or with those of the OCR
that made the lines.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from fakta.documents import Box, Document, page_of_lines
from fakta.documents.detect import Format, detect_format
from fakta.errors import DatasetError, DocumentError
from fakta_lab.formats.benchmark import BenchmarkDocument

KEY = "lines"
# Of pages whose file is not there, or cannot be opened: A4 in points.
USUAL_SIZE = {"width": 595.0, "height": 842.0}


def given_document(document: BenchmarkDocument) -> Document | None:
    """The document with the words that its truth line gives, or None where that gives none.

    Page size and page image come from the document's file, where there is one that can be opened.

    Raises:
        DatasetError: a line is no text with a box.
    """
    given = document.extra.get(KEY)
    if given is None:
        return None
    if not isinstance(given, list):
        raise DatasetError(f"{document.document}: {KEY}: expected a list of lines")
    pages: dict[int, list[tuple[str, Box]]] = defaultdict(list)
    for i, line in enumerate(given):
        number, text, box = _line(line, where=f"{document.document}: {KEY}[{i}]")
        pages[number].append((text, box))
    data = document.path.read_bytes() if document.path.is_file() else b""
    sha256 = hashlib.sha256(data or repr(sorted(pages.items())).encode()).hexdigest()
    drawn = _drawn(document.document, data)
    read = tuple(
        page_of_lines(pages[number], number=number, **drawn.get(number, USUAL_SIZE))
        for number in range(1, max(pages, default=1) + 1)
    )
    return Document(document.document, sha256, read)


def _line(line: Any, *, where: str) -> tuple[int, str, Box]:
    if not isinstance(line, Mapping) or not isinstance(line.get("text"), str):
        raise DatasetError(f"{where}: expected an object with text and box")
    box, number = line.get("box"), line.get("page", 1)
    if not (isinstance(box, list) and len(box) == 4 and all(isinstance(edge, int | float) for edge in box)):
        raise DatasetError(f"{where}.box: expected four numbers, left, top, right, bottom, 0-1 of the page")
    if not (-0.01 <= min(box) and max(box) <= 1.01):
        raise DatasetError(f"{where}.box: {box} is not within the page; boxes are 0-1 of it, not pixels")
    if not isinstance(number, int) or number < 1:
        raise DatasetError(f"{where}.page: {number!r} is no page number; pages count from 1")
    left, top, right, bottom = (min(max(float(edge), 0.0), 1.0) for edge in box)
    return number, line["text"], Box(left, top, max(left, right), max(top, bottom))


def _drawn(name: str, data: bytes) -> dict[int, dict[str, Any]]:
    """Size and image of each page of a file, as the file shows it; of none where the file cannot be opened."""
    kind = detect_format(data)
    if kind is None:
        return {}
    try:
        return _pdf_pages(name, data) if kind == "pdf" else _image_pages(name, data, kind)
    except DocumentError:
        return {}


def _image_pages(name: str, data: bytes, kind: Format) -> dict[int, dict[str, Any]]:
    from fakta.documents.images import ImagePage, frame_sizes

    return {
        number: {"width": width, "height": height, "render": ImagePage(name, data, kind, number)}
        for number, (width, height) in enumerate(frame_sizes(data, kind, name=name), start=1)
    }


def _pdf_pages(name: str, data: bytes) -> dict[int, dict[str, Any]]:
    from fakta.documents.pdf import PdfPageImage, read_pages

    pages = {}
    for number, page in enumerate(read_pages(data, name=name), start=1):
        if page is not None:
            # Its size is that of the page turned until its text is upright, which the given boxes know nothing of.
            width, height = page.size[::-1] if page.turn % 180 else page.size
            pages[number] = {"width": width, "height": height, "render": PdfPageImage(name, data, number)}
    return pages
