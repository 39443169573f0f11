"""Words to lines and segments, where spaces are wide and where columns are near."""

from __future__ import annotations

import pytest

from fakta.documents.lines import segments
from fakta.documents.model import Box, Word

WIDTH, HEIGHT = 595.0, 842.0


def line(*pieces: tuple[str, float, float], size: float = 8.0) -> list[Word]:
    """Words on one line: text, left edge and letter width in points."""
    top = 100.0
    return [
        Word(text, Box(x / WIDTH, top / HEIGHT, (x + advance * len(text)) / WIDTH, (top + size) / HEIGHT))
        for text, x, advance in pieces
    ]


def texts(words: list[Word]) -> list[str]:
    return [segment.text for row in segments(words, width=WIDTH, height=HEIGHT) for segment in row]


def test_a_space_of_fixed_width_holds_words_together() -> None:
    # 8 points Courier: every letter, the space too, is 4.8 points wide.
    assert texts(line(("ER", 50, 4.8), ("ORDER", 50 + 3 * 4.8, 4.8))) == ["ER ORDER"]
    assert texts(line(("ER", 50, 4.8), ("ORDER", 50 + 3 * 4.8, 4.8), size=7.0)) == ["ER ORDER"]


def test_two_spaces_of_fixed_width_divide_columns() -> None:
    assert texts(line(("1042", 50, 4.8), ("88", 50 + 6 * 4.8, 4.8), size=7.0)) == ["1042", "88"]


@pytest.mark.parametrize(("gap", "expected"), [(2.3, ["Er order"]), (6.0, ["Er", "order"])])
def test_in_proportional_fonts_the_height_is_the_measure(gap: float, expected: list[str]) -> None:
    assert texts(line(("Er", 50, 4.1), ("order", 58.2 + gap, 4.6))) == expected
