"""What an OCR engine is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from fakta.documents.model import Word

if TYPE_CHECKING:
    from PIL.Image import Image

EngineName = Literal["rapidocr", "tesseract"]


class Engine(Protocol):
    """Reads the words of a page image."""

    @property
    def name(self) -> EngineName:
        """Which one it is."""
        ...

    def read(self, image: Image) -> list[Word]:
        """The words of a page in any order, boxes 0-1 of the image, with the engine's confidence.

        Args:
            image: RGB, its colours taken out: print is darker than its paper in any colour.
        """
        ...
