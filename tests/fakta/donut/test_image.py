"""Pages as pixels: equal to transformers' own preparation, and boxes that find their way back."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from fakta.documents.model import Box, Page
from fakta.donut.image import drawn, prepared

HEIGHT, WIDTH = 320, 224
SIZES = {
    "A4": (595, 842),
    "A4, large": (1241, 1754),
    "landscape": (842, 595),
    "receipt": (120, 700),
    "ribbon": (900, 90),
    "square": (300, 300),
    "smaller than the model's image": (50, 61),
    "exactly the model's image": (WIDTH, HEIGHT),
}


def noise(size: tuple[int, int]) -> Image.Image:
    width, height = size
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.mark.torch
@pytest.mark.parametrize("kind", SIZES)
@pytest.mark.parametrize(("height", "width"), [(HEIGHT, WIDTH), (WIDTH, HEIGHT), (256, 256)])
def test_pixels_are_those_of_transformers(kind: str, height: int, width: int) -> None:
    pytest.importorskip("torch", reason="needs the lab extra")
    transformers = pytest.importorskip("transformers", reason="needs the lab extra")
    processor = transformers.DonutImageProcessorPil(size={"height": height, "width": width})
    image = noise(SIZES[kind])
    expected = processor(image, return_tensors="np")["pixel_values"][0]
    found = prepared(image, height=height, width=width).values
    assert found.dtype == np.float32
    assert found.shape == expected.shape == (3, height, width)
    np.testing.assert_allclose(found, expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", SIZES)
def test_the_placed_page_goes_back_to_the_whole_page(kind: str) -> None:
    placement = prepared(noise(SIZES[kind]), height=HEIGHT, width=WIDTH).placement
    left, top = placement.left, placement.top
    assert placement.to_page(left, top, left + placement.width, top + placement.height) == Box(0, 0, 1, 1)
    assert placement.to_page(-5, -5, WIDTH + 5, HEIGHT + 5) == Box(0, 0, 1, 1)


def test_a_mark_on_the_page_is_found_where_it_was_drawn() -> None:
    page = Image.new("RGB", (595, 842), "white")
    page.paste("black", (119, 421, 238, 505))  # 0.2-0.4 across, 0.5-0.6 down
    pixels = prepared(page, height=HEIGHT, width=WIDTH)
    rows, columns = np.nonzero((pixels.values.mean(axis=0) < 0)[pixels.placement.top :][: pixels.placement.height])
    found = pixels.placement.to_page(
        columns.min(), rows.min() + pixels.placement.top, columns.max() + 1, rows.max() + 1 + pixels.placement.top
    )
    np.testing.assert_allclose(found, (0.2, 0.5, 0.4, 0.6), atol=0.005)


def test_other_modes_become_colours() -> None:
    grey = Image.new("L", (100, 140), 255)
    assert prepared(grey, height=140, width=100).values.max() == 1.0


def test_a_page_is_drawn_at_twice_what_the_model_sees() -> None:
    asked: list[int] = []

    def render(dpi: int) -> Image.Image:
        asked.append(dpi)
        return Image.new("RGB", (1, 1))

    drawn(Page(1, 595, 842, (), render=render), height=1280, width=960)
    drawn(Page(1, 595, 842, (), render=render), height=10_000, width=10_000)
    assert asked == [219, 353]  # the second is held to twelve million pixels


def test_a_page_that_was_never_drawn_is_named() -> None:
    with pytest.raises(ValueError, match="page 3 was never drawn"):
        drawn(Page(3, 595, 842, ()), height=320, width=224)
