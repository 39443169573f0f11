"""Pictures are cut around the places that they show."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from fakta.documents import Box, Document, Page
from fakta.errors import DamagedDocument
from fakta_lab.evaluation.page.crops import Crop, Cutter
from fakta_lab.evaluation.page.places import Place

TRUTH, READ = Box(0.4, 0.5, 0.5, 0.51), Box(0.4, 0.55, 0.5, 0.56)


class Pages:
    """A document of two A4 pages that counts how often they are drawn."""

    def __init__(self) -> None:
        self.drawn: list[int] = []

    def document(self) -> Document:
        pages = tuple(Page(number, 595, 842, (), render=lambda dpi, n=number: self._draw(n, dpi)) for number in (1, 2))
        return Document("a.pdf", "", pages)

    def _draw(self, number: int, dpi: int) -> Image.Image:
        self.drawn.append(number)
        return Image.new("RGB", (round(595 * dpi / 72), round(842 * dpi / 72)), "white")


def picture(crop: Crop) -> Image.Image:
    head, data = crop.uri.split(",")
    assert head == "data:image/webp;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_places_that_stand_together_share_a_picture_that_holds_both() -> None:
    [crop] = Cutter(Pages().document()).cut([("truth", Place(1, TRUTH)), ("read", Place(1, READ))])
    assert picture(crop).size == (crop.width, crop.height)
    assert [(mark.name, mark.below) for mark in crop.marks] == [("truth", False), ("read", True)]
    for mark, box in zip(crop.marks, (TRUTH, READ), strict=True):
        # The mark's box on the picture is the place's on the page.
        assert crop.region.left + mark.box.left * crop.region.width == pytest.approx(box.left)
        assert crop.region.top + mark.box.bottom * crop.region.height == pytest.approx(box.bottom)


def test_places_far_apart_or_on_two_pages_get_a_picture_each() -> None:
    pages = Pages()
    cutter = Cutter(pages.document())
    assert len(cutter.cut([("truth", Place(1, TRUTH)), ("read", Place(1, Box(0.4, 0.9, 0.5, 0.91)))])) == 2
    assert [crop.page for crop in cutter.cut([("truth", Place(1, TRUTH)), ("read", Place(2, READ))])] == [1, 2]
    assert pages.drawn == [1, 2]


@pytest.mark.parametrize("box", [Box(0, 0, 0, 0), Box(1, 1, 1, 1), Box(0, 0, 1, 1), Box(0.99, 0.0, 1.0, 0.01)])
def test_pictures_stay_within_the_page(box: Box) -> None:
    [crop] = Cutter(Pages().document()).cut([("truth", Place(1, box))])
    assert min(crop.region) >= 0
    assert max(crop.region) <= 1
    assert crop.width >= 400
    assert crop.height >= 90
    assert all(0 <= edge <= 1 for edge in crop.marks[0].box)


def test_pages_that_are_not_there_or_cannot_be_drawn_give_no_picture() -> None:
    def fail(dpi: int) -> Image.Image:
        raise DamagedDocument("page 1 cannot be drawn")

    broken = Document("a.pdf", "", (Page(1, 595, 842, (), render=fail), Page(2, 595, 842, ())))
    for number in (1, 2, 3):
        assert Cutter(broken).cut([("truth", Place(number, TRUTH))]) == ()
    assert Cutter(broken).cut([]) == ()
