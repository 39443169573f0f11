"""A page's picture as a model sees it, and what happens where there is none."""

from __future__ import annotations

import logging
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.fakta.tiny_model import page_of

from fakta.errors import DamagedDocument
from fakta.pixels import OVERSAMPLING, PixelFormat

FORMAT = PixelFormat(32)
WHITE = Image.new("RGB", (100, 140), "white")


def refuses(dpi: int) -> Image.Image:
    raise DamagedDocument("a.pdf: page 1 cannot be drawn")


def test_white_paper_is_one_and_black_ink_minus_one() -> None:
    image = WHITE.copy()
    image.paste("black", (0, 0, 50, 140))
    pixels = FORMAT.pixels(FORMAT.picture(replace(page_of(["ord"]), render=lambda dpi: image)))
    assert pixels.shape == (3, 32, 32)
    assert pixels.dtype == np.float32
    assert (pixels[:, :, :15] == -1).all()
    assert (pixels[:, :, 17:] == 1).all()


def test_colours_are_seen_as_grey() -> None:
    picture = FORMAT.shrunk(Image.new("RGB", (50, 50), (200, 30, 30)))
    assert (picture == Image.new("RGB", (1, 1), (200, 30, 30)).convert("L").getpixel((0, 0))).all()


def test_own_mean_and_deviation_are_used() -> None:
    pixels = PixelFormat(8, (0.0, 0.5, 1.0), (1.0, 0.5, 0.25)).pixels(np.full((8, 8), 255, dtype=np.uint8))
    assert pixels[:, 0, 0].tolist() == [1.0, 1.0, 0.0]


def test_page_that_was_never_drawn_is_nothing() -> None:
    assert FORMAT.picture(page_of(["ord"])) is None
    assert not FORMAT.pixels(None).any()


def test_page_that_cannot_be_drawn_is_nothing_and_said_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert FORMAT.picture(replace(page_of(["ord"]), render=refuses)) is None
    assert caplog.messages == ["page 1 is read without its picture: a.pdf: page 1 cannot be drawn"]


@pytest.mark.parametrize("size", [(595.0, 842.0), (842.0, 595.0), (200.0, 3000.0), (20.0, 14000.0)])
def test_pages_of_any_shape_are_drawn_with_about_as_many_pixels(size: tuple[float, float]) -> None:
    asked: list[int] = []

    def render(dpi: int) -> Image.Image:
        asked.append(dpi)
        return WHITE

    width, height = size
    PixelFormat(224).picture(replace(page_of(["ord"]), width=width, height=height, render=render))
    side = sqrt(width * height) * asked[0] / 72
    assert 1 <= side / (224 * OVERSAMPLING) < 1.1


def test_format_survives_a_manifest() -> None:
    fmt = PixelFormat(64, (0.4, 0.5, 0.6), (0.2, 0.3, 0.4))
    assert PixelFormat.from_dict(fmt.to_dict()) == fmt


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (224, "is int, expected an object"),
        ({"mean": [0.5] * 3, "std": [0.5] * 3}, "size is None, expected a number of pixels"),
        ({"size": 0}, "size is 0"),
        ({"size": True}, "size is True"),
        ({"size": 8, "mean": 0.5}, "mean is 0.5, expected 3 numbers"),
        ({"size": 8, "mean": [0.5, 0.5]}, r"mean is \[0.5, 0.5\], expected 3 numbers"),
        ({"size": 8, "mean": [0.5] * 3, "std": [0.5, 0.5, "1"]}, "std is .* expected 3 numbers"),
        ({"size": 8, "mean": [0.5] * 3, "std": [0.5, 0.5, 0]}, "std is .* expected numbers above 0"),
    ],
)
def test_what_is_no_format_is_refused(data: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PixelFormat.from_dict(data)
