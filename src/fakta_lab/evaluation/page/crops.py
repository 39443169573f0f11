"""Pictures of the places that an error is about: cut from the page, small enough for a thousand of them in one file."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakta.documents import Box, Document, Page
from fakta.documents.lines import union_box
from fakta.errors import DocumentError
from fakta_lab.evaluation.page.places import Place

if TYPE_CHECKING:
    from PIL.Image import Image

# Pixels of the shorter side of a page: A4 at 121 dpi, where the small print of an invoice can be read.
PAGE_PIXELS = 1000
# A cut is so much wider and higher than what it shows, 0-1 of the page, and at least so wide: captions stand left of
# values or above them.
_BESIDE, _ABOVE = 0.16, 0.035
_WIDTH, _HEIGHT = 0.5, 0.09
# Places further apart than this, 0-1 of the page's height, get a picture each.
_TOGETHER = 0.2
# Grey WebP: text stays legible, a cut is some 5 kB.
_QUALITY = 40


@dataclass(frozen=True, slots=True)
class Mark:
    """A box on a picture: `name` says whose, the edges are 0-1 of the picture."""

    name: str
    box: Box


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a page.

    Attributes:
        uri: the picture as `data:` URI.
        width, height: of the picture in pixels.
        page: number of the page it is cut from.
        aspect: the page's height by its width.
        region: what of the page it shows, 0-1 of it.
        marks: what stands where on it.
    """

    uri: str
    width: int
    height: int
    page: int
    aspect: float
    region: Box
    marks: tuple[Mark, ...]


class Cutter:
    """Cuts pictures out of one document; each of its pages is drawn once, when it is first needed."""

    def __init__(self, document: Document) -> None:
        self._pages = {page.number: page for page in document.pages}
        self._drawn: dict[int, Image | None] = {}

    def cut(self, places: Mapping[str, Place | None]) -> tuple[Crop, ...]:
        """Pictures that show all of the places: one where they stand together, else one each.

        A page that cannot be drawn gives none.

        Args:
            places: by the name that their marks get; None and pages that the document does not have are left out.
        """
        known = {name: place for name, place in places.items() if place is not None and place.page in self._pages}
        crops = (self._one(group) for group in _grouped(known))
        return tuple(crop for crop in crops if crop is not None)

    def _one(self, places: Mapping[str, Place]) -> Crop | None:
        number = next(iter(places.values())).page
        image = self._image(number)
        if image is None:
            return None
        region = _region(union_box(place.box for place in places.values()))
        edges = (
            round(region.left * image.width),
            round(region.top * image.height),
            max(round(region.right * image.width), round(region.left * image.width) + 1),
            max(round(region.bottom * image.height), round(region.top * image.height) + 1),
        )
        part = image.crop(edges)
        marks = tuple(Mark(name, _within(place.box, region)) for name, place in places.items())
        return Crop(_data_uri(part), part.width, part.height, number, image.height / image.width, region, marks)

    def _image(self, number: int) -> Image | None:
        if number not in self._drawn:
            self._drawn[number] = _draw(self._pages[number])
        return self._drawn[number]


def _draw(page: Page) -> Image | None:
    if page.render is None:
        return None
    try:
        return page.render(max(1, round(72 * PAGE_PIXELS / min(page.width, page.height)))).convert("L")
    except DocumentError:
        return None


def _grouped(places: Mapping[str, Place]) -> Sequence[Mapping[str, Place]]:
    pages = {place.page for place in places.values()}
    if len(pages) <= 1 and places:
        around = union_box(place.box for place in places.values())
        highest = max(place.box.height for place in places.values())
        if around.height <= max(_TOGETHER, highest):
            return [places]
    return [{name: place} for name, place in places.items()]


def _region(box: Box) -> Box:
    """What to show around a box, within the page.

    >>> [round(edge, 3) for edge in _region(Box(0.9, 0.5, 0.98, 0.51))]
    [0.5, 0.46, 1.0, 0.55]
    """
    left, right = _around(box.left, box.right, beside=_BESIDE, least=_WIDTH)
    top, bottom = _around(box.top, box.bottom, beside=_ABOVE, least=_HEIGHT)
    return Box(left, top, right, bottom)


def _around(low: float, high: float, *, beside: float, least: float) -> tuple[float, float]:
    more = max(beside, (least - (high - low)) / 2)
    low, high = low - more, high + more
    if low < 0:
        low, high = 0.0, min(1.0, high - low)
    if high > 1:
        low, high = max(0.0, low - (high - 1)), 1.0
    return low, high


def _within(box: Box, region: Box) -> Box:
    """A box of the page as one of the region, no further than its edges."""

    def inside(edge: float, low: float, size: float) -> float:
        return min(1.0, max(0.0, (edge - low) / size))

    return Box(
        inside(box.left, region.left, region.width),
        inside(box.top, region.top, region.height),
        inside(box.right, region.left, region.width),
        inside(box.bottom, region.top, region.height),
    )


def _data_uri(image: Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, format="WEBP", quality=_QUALITY, method=4)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
