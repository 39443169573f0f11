"""Counting what an engine did to words that are known."""

from __future__ import annotations

import pytest

from fakta.documents.model import Box, Word
from fakta_lab.synth.habits import Habits

ASPECT = 1.0
LINES = (
    "Kabelgruvan Elteknik AB",
    "Fakturanummer 482913 Fakturadatum 2026-03-14",
    "Betalningsvillkor 30 dagar netto",
    "Arbete enligt avtal 4 tim 3 200,00",
    "Summa exklusive moms 3 200,00",
    "Moms 25 % 800,00",
    "Att betala 4 000,00 kr",
)


def _page(*, dx: float = 0.0, dy: float = 0.0) -> list[Word]:
    words = []
    for row, line in enumerate(LINES):
        left, top = 0.1 + dx, 0.1 + 0.04 * row + dy
        for text in line.split():
            words.append(Word(text, Box(left, top, left + 0.008 * len(text), top + 0.016)))
            left += 0.008 * len(text) + 0.005
    return words


def _count(seen: list[Word]) -> Habits:
    habits = Habits()
    habits.count(_page(), seen, aspect=ASPECT)
    return habits


def _without(words: list[Word], *texts: str) -> list[Word]:
    return [word for word in words if word.text not in texts]


def test_a_page_that_was_read_well_counts_no_errors() -> None:
    habits = _count(_page(dx=0.01, dy=-0.012))
    assert habits.exact == habits.words.total() == len(_page())
    assert not habits.misread
    assert not habits.merged.total()
    assert not habits.lost.total()
    assert habits.invented == habits.lost_lines == 0
    assert max(abs(offset) for edges in habits.edges for offset in edges) == pytest.approx(0, abs=1e-6)


def test_joined_split_and_misread_words_are_told_apart() -> None:
    seen: list[Word] = []
    for word in _page():
        if word.text == "482913":
            seen[-1] = Word(seen[-1].text + word.text, seen[-1].box.union(word.box))
        elif word.text == "2026-03-14":
            middle = word.box.center
            seen += [Word("2026-", word.box._replace(right=middle)), Word("03-14", word.box._replace(left=middle))]
        elif word.text == "800,00":
            seen.append(Word("8OO.00", word.box))
        else:
            seen.append(word)
    habits = _count(seen)
    assert habits.merged.total() == 1
    assert habits.split == {"punctuation": 1, "other": 0}
    assert habits.misread == {("0", "O"): 2, (",", "."): 1}
    assert habits.exact == len(_page()) - 4


def test_lost_words_and_lines_and_invented_words() -> None:
    seen = _without(_page(), "%", "netto")
    seen = [word for word in seen if not 0.17 < word.box.top < 0.19]
    seen.append(Word("|", Box(0.9, 0.8, 0.902, 0.82)))
    habits = _count(seen)
    assert habits.lost == {"short": 2, "long": 3}  # "%", and four words with their line
    assert habits.lost_lines == 1
    assert habits.invented == 1


def test_a_page_that_cannot_be_laid_beside_the_drawn_one_counts_nothing() -> None:
    assert _count([]) == Habits()
