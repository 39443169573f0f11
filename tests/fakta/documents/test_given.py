"""Lines whose text is known become words."""

from __future__ import annotations

import pytest

from fakta.documents import Box, page_of_lines
from fakta.documents.given import words_of_line

LINE = Box(0.1, 0.2, 0.5, 0.22)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("TOTAL  9.00", ["TOTAL", "9.00"]),
        ("Date:25/12/2018", ["Date:", "25/12/2018"]),
        (":25/12/2018", [":", "25/12/2018"]),
        ("25/12/2018TIME:8:13", ["25/12/2018", "TIME:", "8:13"]),
        ("A4: 5", ["A4:", "5"]),
        ("25/12/2018 8:13:39 PM", ["25/12/2018", "8:13:39", "PM"]),
        ("http://exempel.se", ["http://exempel.se"]),
        ("TEL: 08-12", ["TEL:", "08-12"]),
        (" : ", [":"]),
        ("  ", []),
    ],
)
def test_a_caption_set_tight_before_its_value_is_a_word(text: str, words: list[str]) -> None:
    assert [word.text for word in words_of_line(text, LINE)] == words


def test_a_word_is_as_wide_as_its_share_of_the_line() -> None:
    first, second = words_of_line("ABC DEFG", LINE)  # eight characters, each 0.05 wide
    assert first.box == pytest.approx((0.1, 0.2, 0.25, 0.22))
    assert second.box == pytest.approx((0.3, 0.2, 0.5, 0.22))


def test_words_stand_in_reading_order() -> None:
    lines = [
        ("9.00", Box(0.6, 0.5, 0.7, 0.52)),
        ("TOTAL", Box(0.1, 0.5, 0.3, 0.52)),
        ("SHOP", Box(0.1, 0.1, 0.3, 0.12)),
    ]
    page = page_of_lines(lines, width=300, height=900, number=2)
    assert [word.text for word in page.words] == ["SHOP", "TOTAL", "9.00"]
    assert (page.number, page.source) == (2, "ocr")
