"""What a document is after reading: pages of words with boxes, and page images on demand.

Boxes are `(left, top, right, bottom)`, 0-1 of the page as a person sees it (rotation already applied), origin top
left. Pages count from 1. A page's words stand in reading order: line by line from the top, left to right in a line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image


class Box(NamedTuple):
    """A rectangle on a page, 0-1 of its width and height, origin top left.

    >>> box = Box(0.1, 0.2, 0.3, 0.25)
    >>> round(box.width, 3), round(box.height, 3), round(box.middle, 3)
    (0.2, 0.05, 0.225)
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Horizontal extent, 0-1 of the page width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Vertical extent, 0-1 of the page height."""
        return self.bottom - self.top

    @property
    def center(self) -> float:
        """Horizontal centre, 0-1 of the page width."""
        return (self.left + self.right) / 2

    @property
    def middle(self) -> float:
        """Vertical centre, 0-1 of the page height."""
        return (self.top + self.bottom) / 2

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without white space.

    Attributes:
        text: as printed, never empty, without white space.
        box: where it stands on its page.
        confidence: how sure the OCR engine was, 0-1; 1.0 for a text layer.
    """

    text: str
    box: Box
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document.

    Attributes:
        number: counts from 1.
        width, height: in PDF points (1/72 inch) as a person sees the page; for images, pixels at 72 dpi.
        words: in reading order.
        source: where the words come from.
        render: gives the page image (RGB) at a resolution in dots per inch; None for pages that were never drawn.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    source: Literal["text", "ocr", "generated"] = "text"
    render: Callable[[int], Image] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A document that has been read.

    Attributes:
        name: file name or path as it was given, for messages and results.
        sha256: of the bytes, hex.
        pages: at least one.
    """

    name: str
    sha256: str
    pages: tuple[Page, ...]
