"""Columns of a table from its heads and rows: which heads stand over two, and where one ends and the next begins."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from fakta.documents.model import Box, Word
from fakta.fields.printed import has_digit
from fakta.tables.cells import MOST_GROUPS, Cell, is_count, letters, readings
from fakta.tables.heads import Head, split_head


def with_unheaded(heads: Sequence[Head], rows: Sequence[Sequence[Cell]]) -> list[Head]:
    """The heads, and one without text for a first column of texts that has none."""
    outside = [cells[0].box for cells in rows if cells[0].box.right < heads[0].box.left and letters(cells[0].text) > 1]
    texts = [
        cell
        for cells in rows
        for cell in cells
        if letters(cell.text) > 1 and not cell.is_number and cell.box.right >= heads[0].box.left
    ]
    if 2 * len(outside) < len(rows) or len(texts) > len(rows) / 2:
        return list(heads)
    left = min(box.left for box in outside)
    return [Head("", Box(left, heads[0].box.top, left, heads[0].box.bottom), ()), *heads]


def divided_heads(
    heads: Sequence[Head], spans: Sequence[tuple[float, float]], rows: Sequence[Sequence[Cell]]
) -> list[Head]:
    """The heads, one whose column holds a unit and a number, or a position and a code, in most rows as two."""
    edges = [0.0, *(column_edge(one.box, other.box, spans) for one, other in pairwise(heads)), 1.0]
    filled = [_Row.of(cells) for cells in rows]
    divided: list[Head] = []
    for head, (left, right) in zip(heads, pairwise(edges), strict=True):
        gaps = [gap for row in filled if (gap := row.gap(left, right))]
        low, high = max((gap[0] for gap in gaps), default=1.0), min((gap[1] for gap in gaps), default=0.0)
        if low < high and 2 * len(gaps) > len(rows) and head.box.left < (low + high) / 2 < head.box.right:
            divided += split_head(head, (low + high) / 2)
        else:
            divided.append(head)
    return divided


class _Row(NamedTuple):
    """The words of a row, left to right, with their middles, and the gap behind each that counts what follows."""

    words: list[Word]
    middles: list[float]
    behind_counts: dict[int, tuple[float, float]]

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> _Row:
        words = [word for cell in cells for word in cell.words]
        counts = {
            id(one.words[0]): (one.words[0].box.right, other.words[0].box.center)
            for one, other in pairwise(cells)
            if is_count(one.text)
        }
        return cls(words, [word.box.center for word in words], counts)

    def gap(self, left: float, right: float) -> tuple[float, float] | None:
        """The gap between a unit and a number, or a position and a code, if they are all there is between two edges.

        Also that behind the count in "3 × text", from the number to within the text: counts need not be aligned.
        """
        words = self.words[bisect_left(self.middles, left) : bisect_left(self.middles, right)]
        if len(words) < 2:
            return None
        first, second = words[0], words[1]
        if id(first) in self.behind_counts:
            return self.behind_counts[id(first)]
        if first.text.isdigit():
            found = len(words) == 2 and has_digit(second.text) is not None and not readings(second.text)
        else:
            number = " ".join(word.text for word in words[1:]) if len(words) <= 1 + MOST_GROUPS else ""
            found = first.text[0].isalpha() and bool(readings(number))
        return (first.box.right, second.box.left) if found else None


def column_edge(left_head: Box, right_head: Box, spans: Sequence[tuple[float, float]]) -> float:
    """Where two columns meet: the middle of the widest strip between their heads that the fewest words reach into.

    The words of a column stand within its part of the page, and so does its head; so the columns meet between the
    heads, in a strip that no row reaches into unless its text overflows.
    """
    low, high = left_head.right, right_head.left
    if high <= low:
        return (low + high) / 2
    # Each word adds one to what is covered at its left edge and takes it away at its right.
    steps = {low: 0, high: 0}
    for left, right in spans:
        if left < high and right > low:
            start, end = max(left, low), min(right, high)
            steps[start] = steps.get(start, 0) + 1
            steps[end] = steps.get(end, 0) - 1
    strips: list[tuple[int, float, float]] = []
    covered, start = 0, low
    for x in sorted(steps):
        if steps[x] and x > start:
            strips.append((covered, x - start, (start + x) / 2))
            start = x
        covered += steps[x]
    if high > start:
        strips.append((0, high - start, (start + high) / 2))
    return min(strips, key=lambda strip: (strip[0], -strip[1]))[2]
