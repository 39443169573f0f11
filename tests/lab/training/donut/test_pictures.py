"""Page images: drawn as production draws them, altered by chance that a seed decides."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from fakta.documents import read
from fakta.donut.image import drawn
from fakta_lab.synth import generate, render_pdf
from fakta_lab.training.donut.pictures import altered, drawn_page

SIZE = {"height": 320, "width": 224}


@pytest.fixture(scope="module")
def page() -> Image.Image:
    return drawn_page(generate(3), 1, **SIZE)


def test_generated_page_looks_as_production_draws_it(page: Image.Image) -> None:
    document = read(render_pdf(generate(3)), ocr="off")
    assert np.array_equal(page, drawn(document.pages[0], **SIZE))


def test_seed_decides_how_a_page_is_altered(page: Image.Image) -> None:
    once, again = (np.asarray(altered(page, **SIZE, seed="7/1")) for _ in range(2))
    assert np.array_equal(once, again)
    assert len({altered(page, **SIZE, seed=f"7/{i}").tobytes() for i in range(8)}) == 8


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_altered_page_can_still_be_read(page: Image.Image, mode: str) -> None:
    """Ink stays ink and paper stays paper, and nothing leaves the page."""
    plain = page.convert(mode)
    ink = float((np.asarray(plain.convert("L")) < 128).mean())
    for i in range(20):
        grey = np.asarray(altered(plain, **SIZE, seed=str(i)).convert("L"))
        assert np.percentile(grey, 95) - np.percentile(grey, 0.5) > 60
        middle = (np.percentile(grey, 95) + np.percentile(grey, 0.5)) / 2
        assert 0.3 * ink < (grey < middle).mean() < 3 * ink


def test_image_is_not_changed(page: Image.Image) -> None:
    before = page.tobytes()
    altered(page, **SIZE, seed="1")
    assert page.tobytes() == before
