"""Words to lines to segments: the reading order that encoding, search and the generator share.

A line holds the words that stand beside each other; a segment is a run of words in a line that are set as running
text, so a wide gap (a table column, a label and its value in two columns) ends it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from fakta.documents.model import Box, Word

# A gap wider than this share of the line's height ends a segment. A space is 0.25-0.30 of the font size in common
# fonts and a line's height about 1.15 of it, so two typed spaces still hold together and table columns do not.
SEGMENT_GAP = 0.6

# In a font of fixed width a space is as wide as a letter, 0.6 of the font size.
FIXED_WIDTH_SPACE = 1.1
SAME_WIDTH = 0.02

# Two words share a line when their vertical overlap is at least this share of the lower of the two.
LINE_OVERLAP = 0.5


class Stretch(NamedTuple):
    """Some characters of a segment.

    Attributes:
        words: positions in the page's word list of the words that they touch.
        box: of the characters, taken as equally wide within a word.
    """

    words: tuple[int, ...]
    box: Box


@dataclass(frozen=True, eq=False)
class Segment:
    """A run of words that are set as running text.

    Attributes:
        indices: positions of the words in the page's word list.
        words: the words themselves, left to right.
    """

    indices: tuple[int, ...]
    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> Box:
        """The box around all words."""
        return union_box(word.box for word in self.words)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Offset of each word's first character in `text`."""
        offsets, position = [], 0
        for word in self.words:
            offsets.append(position)
            position += len(word.text) + 1
        return tuple(offsets)

    def followed_by(self, other: Segment) -> Segment:
        """The words of both as one run, for values that go on over the end of a line."""
        return Segment((*self.indices, *other.indices), (*self.words, *other.words))

    @cached_property
    def _stretches(self) -> dict[tuple[int, int], Stretch]:
        return {}

    def span(self, start: int, end: int) -> tuple[int, int]:
        """First and last+1 position in `words` touched by the characters `start:end` of `text`."""
        return bisect_right(self.starts, start) - 1, bisect_left(self.starts, end)

    def stretch(self, start: int, end: int) -> Stretch:
        """Words and box of the characters `start:end` of `text`; computed once, for many kinds of values ask."""
        if (start, end) not in self._stretches:
            self._stretches[start, end] = self._stretch(start, end)
        return self._stretches[start, end]

    def _stretch(self, start: int, end: int) -> Stretch:
        first, last = self.span(start, end)
        touched = self.words[first:last]
        left, top, right, bottom = touched[0].box
        if len(touched) > 1:
            right = touched[-1].box.right
            top = min(word.box.top for word in touched)
            bottom = max(word.box.bottom for word in touched)
        head = start - self.starts[first]
        if head > 0:
            left += touched[0].box.width * head / len(touched[0].text)
        tail = self.starts[last - 1] + len(touched[-1].text) - end
        if tail > 0:
            right -= touched[-1].box.width * tail / len(touched[-1].text)
        return Stretch(self.indices[first:last], Box(left, top, right, bottom))


def union_box(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of them; at least one is needed."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def group_lines(words: Sequence[Word]) -> list[list[int]]:
    """Positions of the words, given in any order, grouped into lines from the top, each line left to right."""
    boxes = [word.box for word in words]
    middles = [(top + bottom) / 2 for _, top, _, bottom in boxes]
    order = sorted(range(len(words)), key=lambda i: (middles[i], boxes[i][0]))
    lines: list[list[int]] = []
    spans: list[tuple[float, float]] = []
    for i in order:
        _, top, _, bottom = boxes[i]
        # Lines grow downwards, so only the latest few can take the word.
        for back in range(1, min(4, len(lines)) + 1):
            line_top, line_bottom = spans[-back]
            overlap = min(line_bottom, bottom) - max(line_top, top)
            if overlap >= LINE_OVERLAP * min(line_bottom - line_top, bottom - top):
                lines[-back].append(i)
                break
        else:
            lines.append([i])
            spans.append((top, bottom))
    for line in lines:
        line.sort(key=lambda i: boxes[i][0])
    lines.sort(key=lambda line: sum(middles[i] for i in line) / len(line))
    return lines


def reading_order(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words line by line from the top, left to right in a line."""
    return tuple(words[i] for line in group_lines(words) for i in line)


def segments(words: Sequence[Word], *, width: float, height: float) -> list[list[Segment]]:
    """The page's lines, each as its segments from left to right.

    Args:
        words: of one page.
        width, height: of the page in points; gaps are measured against line height, which needs both.
    """
    lines = []
    for line in group_lines(words):
        limit = SEGMENT_GAP * height / width
        runs: list[list[int]] = [[line[0]]]
        for previous, i in pairwise(line):
            gap = words[i].box.left - words[previous].box.right
            # The smaller of the two sets the measure: a large title must not swallow what stands beside it.
            if gap > limit * min(words[i].box.height, words[previous].box.height) and not _typed_space(
                words[previous], words[i], gap
            ):
                runs.append([])
            runs[-1].append(i)
        lines.append([Segment(tuple(run), tuple(words[i] for i in run)) for run in runs])
    return lines


def _typed_space(left: Word, right: Word, gap: float) -> bool:
    """Whether the gap is one space of a font of fixed width: both words' letters are as wide as each other."""
    first, second = left.box.width / len(left.text), right.box.width / len(right.text)
    return abs(first - second) <= SAME_WIDTH * first and gap <= FIXED_WIDTH_SPACE * first
