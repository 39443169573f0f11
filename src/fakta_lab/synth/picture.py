"""Pictures of generated pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakta_lab.synth.block import Block
from fakta_lab.synth.render import pdf_of

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """Draws a generated page when it is called, by the library that draws PDFs in production.

    Attributes:
        drawing: what stands on the page.
        width, height: points.
    """

    drawing: Block = field(repr=False)
    width: float
    height: float

    def __call__(self, dpi: int) -> Image:
        """The page as an RGB image, `dpi` dots per inch."""
        from fakta.documents.pdf import PdfPageImage

        data = pdf_of([(self.drawing, self.width, self.height)])
        return PdfPageImage("a generated page", data, number=1)(dpi)
