"""Shadows are taken off the paper; pages without any stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from tests.fakta.documents.drawing import LINES, scan

from fakta.documents.ocr import evened


@pytest.fixture(scope="module")
def page() -> Image.Image:
    return scan([f"{line} {line}" for line in LINES * 6], dpi=100)


def _shaded(page: Image.Image, field: np.ndarray) -> Image.Image:
    return Image.fromarray((np.asarray(page, dtype=np.float32) * field).astype(np.uint8))


def test_even_pages_are_not_touched(page: Image.Image) -> None:
    assert evened(page) is page
    grey = page.point(lambda level: level * 3 // 4)
    assert evened(grey) is grey


def test_a_shadow_goes_and_the_print_stays(page: Image.Image) -> None:
    height, width = page.height, page.width
    field = np.ones((height, width), dtype=np.float32) * np.linspace(0.45, 1, width, dtype=np.float32)
    result = np.asarray(evened(_shaded(page, field)), dtype=np.float32)
    clean = np.asarray(page, dtype=np.float32)
    inner = (slice(20, -20), slice(20, -20))
    paper, ink = result[inner][clean[inner] > 250], result[inner][clean[inner] < 30]
    assert np.percentile(paper, 2) > 225
    assert np.percentile(ink, 90) < 90


def test_dark_pictures_are_not_paper() -> None:
    page = Image.new("L", (800, 1000), "white")
    page.paste(20, (0, 0, 800, 400))
    result = evened(page)
    assert np.asarray(result)[200, 400] < 90


def test_small_and_black_images_are_taken() -> None:
    for size in ((1, 1), (7, 900)):
        for colour in ("black", "white"):
            image = Image.new("L", size, colour)
            assert evened(image).size == size
