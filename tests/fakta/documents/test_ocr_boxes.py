"""Words that were read have the boxes that a text layer gives them."""

from __future__ import annotations

import pytest

from fakta.documents import Box, Word
from fakta.documents.ocr.ink import grown, unpadded

# Type of 0.10 from 0.20 to 0.30: the ink of words in it, as the letters of common fonts reach.
INK = {
    "Moms": (0.213, 0.283),
    "moms": (0.228, 0.283),
    "Belopp": (0.213, 0.298),
    "ÅR": (0.200, 0.283),
    "1234,00": (0.213, 0.290),
    "org.": (0.228, 0.298),
}


@pytest.mark.parametrize(("text", "ink"), INK.items())
def test_words_of_one_font_get_one_height(text: str, ink: tuple[float, float]) -> None:
    ((top, bottom),) = grown([Word(text, Box(0.1, ink[0], 0.2, ink[1]))])
    assert (top, bottom) == pytest.approx((0.2, 0.3), abs=0.002)


def test_marks_are_as_high_as_the_words_of_their_page() -> None:
    words = [Word("Moms", Box(0.1, 0.213, 0.2, 0.283)), Word("–", Box(0.3, 0.255, 0.31, 0.257))]
    top, bottom = grown(words)[1]
    assert bottom - top == pytest.approx(0.1, abs=0.002)
    assert top < 0.255 < 0.257 < bottom


def test_marks_alone_keep_their_boxes() -> None:
    box = Box(0.1, 0.25, 0.11, 0.26)
    assert grown([Word(":", box)]) == [(pytest.approx(box.top), pytest.approx(box.bottom))]
    assert grown([]) == []


@pytest.mark.parametrize("height", [0.008, 0.012, 0.016, 0.03])
def test_the_paper_around_a_line_is_taken_off_small_type_and_large(height: float) -> None:
    found = 0.74 * height + 0.0055
    box = unpadded(Box(0.1, 0.2 - found / 2, 0.2, 0.2 + found / 2), long_side=1)
    assert tuple(box) == pytest.approx((0.1, 0.2 - height / 2, 0.2, 0.2 + height / 2))


def test_boxes_of_wide_pages_and_of_nearly_nothing_keep_some_height() -> None:
    assert unpadded(Box(0.1, 0.2, 0.2, 0.203), long_side=1.414).height == pytest.approx(0.6 * 0.003)
    assert unpadded(Box(0.1, 0.2, 0.2, 0.22), long_side=1.414).height < 0.02
