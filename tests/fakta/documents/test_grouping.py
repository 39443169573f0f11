from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fakta.documents.grouping import Glyphs, without_reprints, word_spans

HEIGHT = 11.5


def _glyphs(placed: list[tuple[str, float]], *, spaced: set[int] = frozenset(), width: float = 6) -> Glyphs:
    """Characters with their left edges, all on one line."""
    boxes = np.array([(left, 100, left + width, 100 + HEIGHT) for _, left in placed], dtype=float).reshape(-1, 4)
    return Glyphs([char for char, _ in placed], boxes, np.array([i in spaced for i in range(len(placed))], dtype=bool))


def _words(glyphs: Glyphs) -> list[str]:
    return ["".join(glyphs.text[start:end]) for start, end in word_spans(glyphs)]


def _row(text: str, *, step: float, gap: float = 0) -> list[tuple[str, float]]:
    placed, left = [], 0.0
    for char in text:
        if char == " ":
            left += gap
        else:
            placed.append((char, left))
            left += step
    return placed


def test_a_gap_as_wide_as_a_space_parts_words() -> None:
    assert _words(_glyphs(_row("Att betala", step=6, gap=2.4))) == ["Att", "betala"]


def test_kerning_does_not() -> None:
    assert _words(_glyphs([("A", 0), ("V", 5), ("A", 10.2), ("r", 17)])) == ["AVAr"]


def test_white_space_in_the_document_parts_words_however_narrow() -> None:
    assert _words(_glyphs(_row("ab", step=6), spaced={1})) == ["a", "b"]


def test_letter_spacing_keeps_a_word_together_and_its_wider_gaps_part() -> None:
    assert _words(_glyphs(_row("FAKTURA", step=10))) == ["FAKTURA"]
    assert _words(_glyphs(_row("FAKTURA NR", step=10, gap=7))) == ["FAKTURA", "NR"]


def test_letter_spacing_narrower_than_a_space_bears_uneven_letters() -> None:
    loose = [("L", 0), ("Ä", 7.4), ("R", 14.5), ("K", 21.6), ("A", 28.7), ("N", 35.8)]
    assert _words(_glyphs(loose)) == ["LÄRKAN"]
    assert _words(_glyphs([*loose, *((char, 45 + left) for char, left in loose)])) == ["LÄRKAN", "LÄRKAN"]


def test_typed_letter_spacing() -> None:
    placed = _row("FAKTURA", step=12)
    assert _words(_glyphs(placed, spaced=set(range(1, 7)))) == ["FAKTURA"]
    assert _words(_glyphs(_row("FAKTURA NR", step=12, gap=5), spaced=set(range(1, 9)))) == ["FAKTURA", "N", "R"]


def test_single_digits_typed_apart_stay_apart() -> None:
    assert _words(_glyphs(_row("12345", step=12), spaced={1, 2, 3, 4})) == ["1", "2", "3", "4", "5"]


def test_columns_step_back_and_next_line_part_words() -> None:
    assert _words(_glyphs([("1", 0), ("2", 40)])) == ["1", "2"]
    assert _words(_glyphs([("1", 40), ("2", 0)])) == ["1", "2"]
    glyphs = _glyphs([("1", 0), ("2", 6)])
    glyphs.boxes[1, [1, 3]] += 0.6 * HEIGHT
    assert _words(glyphs) == ["1", "2"]


def test_superscript_stays_with_its_word() -> None:
    glyphs = _glyphs([("m", 0), ("2", 6)])
    glyphs.boxes[1] = (6, 98, 10, 105)
    assert _words(glyphs) == ["m2"]


def test_double_print_is_told_from_double_letters() -> None:
    assert without_reprints(_glyphs([("l", 0), ("l", 6)])).tolist() == [True, True]
    assert without_reprints(_glyphs([("l", 0), ("l", 0.4)])).tolist() == [True, False]
    assert without_reprints(_glyphs([("l", 0), ("i", 0.4)])).tolist() == [True, True]


def test_a_ligature_is_no_reprint() -> None:
    ligature = _glyphs([("f", 0), ("f", 0)], width=0.6 * HEIGHT)
    assert without_reprints(ligature).tolist() == [True, True]
    assert without_reprints(_glyphs([("f", 0), ("f", 0)], width=0.3 * HEIGHT)).tolist() == [True, False]


def test_nothing_gives_nothing() -> None:
    assert word_spans(_glyphs([])) == []


coordinates = st.floats(-1000, 1000, allow_nan=False)


@given(st.lists(st.tuples(st.sampled_from("aA1 .å"), coordinates, coordinates, st.booleans()), max_size=30))
def test_every_glyph_ends_up_in_exactly_one_word(drawn: list[tuple[str, float, float, bool]]) -> None:
    drawn = [each for each in drawn if not each[0].isspace()]
    boxes = np.array([(x, y, x + 5, y + 10) for _, x, y, _ in drawn], dtype=float).reshape(-1, 4)
    glyphs = Glyphs([char for char, *_ in drawn], boxes, np.array([space for *_, space in drawn], dtype=bool))
    covered = [i for start, end in word_spans(glyphs) for i in range(start, end)]
    assert covered == list(range(len(drawn)))
