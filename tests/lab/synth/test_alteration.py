"""An altered page's picture shows what its words say, where they say it."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from PIL import Image

from fakta_lab.synth import SyntheticInvoice, SyntheticPage
from fakta_lab.synth.alteration import Alteration
from fakta_lab.synth.augment import augment

WIDTH, HEIGHT = 400, 600
SKEWED = Alteration(scale_x=0.9, scale_y=0.95, shift_x=0.04, shift_y=0.02, slope=0.01, fan=-0.03)


def dot(x: float, y: float) -> Image.Image:
    """White paper with a black square around a point."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    left, top = x * WIDTH, y * HEIGHT
    image.paste("black", (round(left - 6), round(top - 6), round(left + 6), round(top + 6)))
    return image


@pytest.mark.parametrize(("x", "y"), [(0.1, 0.1), (0.9, 0.15), (0.5, 0.5), (0.2, 0.9), (0.85, 0.8)])
def test_a_point_goes_where_words_go(x: float, y: float) -> None:
    ink = 255 - np.asarray(SKEWED.applied(dot(x, y)), dtype=float)
    rows, columns = np.indices(ink.shape)
    found = ((columns + 0.5) * ink).sum() / ink.sum() / WIDTH, ((rows + 0.5) * ink).sum() / ink.sum() / HEIGHT
    right, down = 0.9 * x + 0.04, 0.95 * y + 0.02
    down += (0.01 - 0.03 * (down - 0.5)) * (right - 0.5)
    assert found == pytest.approx((right, down), abs=0.5 / WIDTH)


def test_nothing_is_altered_by_nothing() -> None:
    image = dot(0.3, 0.4)
    assert Alteration().applied(image).tobytes() == image.convert("L").tobytes()


def test_scans_are_worn_the_same_way_each_time() -> None:
    clean, worn = Alteration().applied(dot(0.3, 0.4)), Alteration(scanned=True).applied(dot(0.3, 0.4))
    assert worn.tobytes() == Alteration(scanned=True).applied(dot(0.3, 0.4)).tobytes() != clean.tobytes()
    levels = np.asarray(worn)
    assert levels.max() > levels.min() + 60


def inked(page: SyntheticPage) -> float:
    """Share of the words that are darker than the paper around them."""
    render = page.as_page(1).render
    assert render is not None
    levels = np.asarray(render(100).convert("L"), dtype=float)
    height, width = levels.shape
    paper = np.median(levels)
    dark = []
    for word in page.words:
        left, top, right, bottom = word.box
        area = levels[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]
        dark.append(area.mean() < paper - 8)
    return float(np.mean(dark))


def test_altered_words_stand_on_their_ink(invoices: list[SyntheticInvoice]) -> None:
    tried = 0
    for number, invoice in enumerate(invoices[:12]):
        page = augment(invoice.pages[0], Random(number))
        if page.alteration is None or page.alteration.scanned:  # OCR's words are not all on the paper
            continue
        tried += 1
        assert inked(page) > 0.9 * inked(invoice.pages[0]), invoice.seed
    assert tried >= 4
