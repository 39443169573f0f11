"""Pictures of the places that an error is about: cut from the page, small enough for a thousand of them in one file."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
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
    """A box on a picture: `name` says whose, the edges are 0-1 of the picture.

    `below` says that its name has to stand below it, since above it stands another.
    """

    name: str
    box: Box
    below: bool = False


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

    def cut(
        self, places: Sequence[tuple[str, Place]], *, together: float = _TOGETHER, beside: float = _BESIDE
    ) -> tuple[Crop, ...]:
        """Pictures that show all of the places: one where they stand together, else one each.

        A page that cannot be drawn gives none, nor does one that the document does not have.

        Args:
            places: each with the name that its mark gets.
            together: height, 0-1 of the page, within which places share a picture.
            beside: width, 0-1 of the page, that is shown beside them.
        """
        known = [(name, place) for name, place in places if place.page in self._pages]
        crops = (self._one(group, beside) for group in _grouped(known, together))
        return tuple(crop for crop in crops if crop is not None)

    def _one(self, places: Sequence[tuple[str, Place]], beside: float) -> Crop | None:
        number = places[0][1].page
        image = self._image(number)
        if image is None:
            return None
        region = _region(union_box(place.box for _, place in places), beside=beside)
        left, right = round(region.left * image.width), round(region.right * image.width)
        top, bottom = round(region.top * image.height), round(region.bottom * image.height)
        part = image.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
        first, *_, last = sorted(places, key=lambda each: each[1].box.middle) * 2
        marks = tuple(
            Mark(each[0], _within(each[1].box, region), below=each is last and each[0] != first[0]) for each in places
        )
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


def _grouped(places: Sequence[tuple[str, Place]], together: float) -> Sequence[Sequence[tuple[str, Place]]]:
    if not places:
        return []
    around = union_box(place.box for _, place in places)
    highest = max(place.box.height for _, place in places)
    if len({place.page for _, place in places}) == 1 and around.height <= max(together, highest):
        return [places]
    return [[each] for each in places]


def _region(box: Box, *, beside: float = _BESIDE) -> Box:
    """What to show around a box, within the page.

    >>> [round(edge, 3) for edge in _region(Box(0.9, 0.5, 0.98, 0.51))]
    [0.5, 0.46, 1.0, 0.55]
    """
    left, right = _around(box.left, box.right, beside=beside, least=_WIDTH)
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
    image.save(buffer, format="WEBP", quality=_QUALITY, method=2)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
