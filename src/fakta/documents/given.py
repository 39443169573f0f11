"""Documents whose text is known already: lines with boxes, as an OCR service or a data set gives them.

`Extractor.extract` takes such a document in place of a file, and reads nothing itself.

>>> page = page_of_lines([("Date:25/12/2018", Box(0.1, 0.2, 0.4, 0.22))], width=500, height=1000)
>>> [(word.text, round(word.box.left, 2), round(word.box.right, 2)) for word in page.words]
[('Date:', 0.1, 0.2), ('25/12/2018', 0.2, 0.4)]
>>> document = Document("receipt.jpg", "0" * 64, (page,))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from fakta.documents.lines import reading_order
from fakta.documents.model import Box, Document, Page, Word

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Document", "page_of_lines", "words_of_line"]

# A caption set tight before its value ends in a colon of its own; a time ("8:13") and an address ("http://") do not.
# One set tight behind the value before it ("25/12/2018TIME:") begins with its letters.
_WORD = re.compile(r"[^\s:]*?\d(?=[^\W\d]{2,}:)|[^\s:]*(?<!\d):(?=\w)|\S+")


def words_of_line(text: str, box: Box, *, confidence: float = 1.0) -> Iterator[Word]:
    """The words of a line, each as wide as its share of the line's characters.

    Args:
        text: of the line; nothing comes of blanks alone.
        box: of the whole line.
        confidence: of whatever read it, 0-1.
    """
    for found in _WORD.finditer(text):
        left, right = (box.left + box.width * at / len(text) for at in found.span())
        yield Word(found[0], Box(left, box.top, right, box.bottom), confidence)


def page_of_lines(
    lines: Iterable[tuple[str, Box]],
    *,
    width: float,
    height: float,
    number: int = 1,
    render: Callable[[int], Image] | None = None,
) -> Page:
    """A page from the text of its lines.

    Args:
        lines: text and box, 0-1 of the page, in any order.
        width, height: of the page, in points or pixels; only their ratio matters.
        number: of the page, from 1.
        render: gives the page's image, where a model looks at it.
    """
    words = [word for text, box in lines for word in words_of_line(text, box)]
    return Page(number, width, height, reading_order(words), source="ocr", render=render)
