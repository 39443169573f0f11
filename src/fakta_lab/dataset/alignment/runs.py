"""Runs of words that may hold one value, and what each of them may be read as.

A run is a line as far as its words stand close, or the end of one line with the start of the next, or words beside each
other that fell into different lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from fakta.candidates.page import PageView
from fakta.documents.model import Word
from fakta_lab.dataset.alignment.forms import key

# The words of one value stand no farther apart than this, in line heights: boxes of a form.
FARTHEST = 3.0
# The second line of a value stands under the first, set alike: in page widths, and in heights of a line.
FLUSH = 0.012
LEADING = 1.2
# Words beside each other overlap by so much of the higher one, and hardly from left to right, in heights; the
# lines that they fell into are so near to each other.
LEVEL = 0.6
CLOSE = 0.3
LINES_APART = 2
# A caption read together with the value: "Fakturanr:12345", "Datum2026-05-15", "12450,00kr", "KundGranvik".
_CAPTION = re.compile(r"^.*[:;#(](?=\w)")
_LETTERS_BEFORE = re.compile(r"^(?:[^\W\d_]++[.:)/-]*+)++(?=\d)")
_LETTERS_BEHIND = re.compile(r"(?<=\d)[.,)-]*+[^\W\d_]{2,}+\D*+$")
# What goes on without a blank behind a name: "Granvik AB,Box".
_MARK_INSIDE = re.compile(r"[,;:|(](?=\w)")
_CAPITAL_INSIDE = re.compile(r"(?<=[a-zåäöéü])(?=[A-ZÅÄÖ0-9])")


@dataclass(frozen=True)
class Run:
    """Words that may hold one value: of one line, or of the end of one line and the start of the next.

    Attributes:
        line: index of the first word's line.
        indices: positions in the page's words.
        words: the words.
        seam: windows must hold the words on both sides of this position; 0 where there is no seam.
    """

    line: int
    indices: tuple[int, ...]
    words: tuple[Word, ...]
    seam: int = 0

    @cached_property
    def _read(self) -> dict[tuple[int, int, bool], tuple[tuple[str, str], ...]]:
        return {}

    def readings(self, first: int, last: int, *, worded: bool) -> tuple[tuple[str, str], ...]:
        """What the words from the first to the last may be read as, each with its key; kept for the next field."""
        if (first, last, worded) not in self._read:
            texts = _readings(self.words[first : last + 1], worded=worded)
            self._read[first, last, worded] = tuple((text, key(text, worded=worded)) for text in dict.fromkeys(texts))
        return self._read[first, last, worded]

    @cached_property
    def worded_keys(self) -> tuple[str, ...]:
        return tuple(key(word.text, worded=True) for word in self.words)

    @cached_property
    def code_keys(self) -> tuple[str, ...]:
        return tuple(key(word.text, worded=False) for word in self.words)


def runs(view: PageView) -> list[Run]:
    """Every run of a page; words beside each other in different lines only of one that an OCR engine read."""
    chains = _chains(view) if view.page.source == "ocr" else ()
    return [*_lines(view), *_seams(view), *chains]


def _readings(words: Sequence[Word], *, worded: bool) -> Iterator[str]:
    """The words as one text: as they are, without a caption before them, without a unit behind them."""
    text = " ".join(word.text for word in words)
    yield text
    head = words[0].text
    starts = {found.end() for found in [_CAPTION.match(head)] if found}
    starts |= {found.start() for found in _CAPITAL_INSIDE.finditer(head)}
    if worded:
        yield from (text[start:] for start in starts)
        tail = len(text) - len(words[-1].text)
        ends = {tail + found.start() for found in _MARK_INSIDE.finditer(words[-1].text)}
        yield from (text[start:end] for start in {0, *starts} for end in ends if start < end)
        return
    starts |= {found.end() for found in [_LETTERS_BEFORE.match(head)] if found}
    yield from (text[start:] for start in starts)
    behind = _LETTERS_BEHIND.search(text)
    if behind:
        yield from (text[start : behind.start()] for start in {0, *starts})


def _lines(view: PageView) -> Iterator[Run]:
    """The page's lines, cut where words stand too far apart to be one value's."""
    limit = FARTHEST * view.page.height / view.page.width
    for line, segments in enumerate(view.lines):
        pairs = [pair for segment in segments for pair in zip(segment.indices, segment.words, strict=True)]
        start = 0
        for i in range(1, len(pairs) + 1):
            box = pairs[i - 1][1].box
            if i == len(pairs) or pairs[i][1].box.left - box.right > limit * box.height:
                indices, words = zip(*pairs[start:i], strict=True)
                yield Run(line, indices, words)
                start = i


def _chains(view: PageView) -> Iterator[Run]:
    """Words that stand beside each other though they fell into different lines: large type read with uneven boxes."""
    words = view.page.words
    line_of = {index: line for line, segments in enumerate(view.lines) for s in segments for index in s.indices}
    limit = FARTHEST * view.page.height / view.page.width
    rows = [[index for segment in segments for index in segment.indices] for segments in view.lines]
    after: dict[int, int] = {}
    for i, word in enumerate(words):
        box = word.box
        line = line_of[i]
        around = (k for row in rows[max(line - LINES_APART, 0) : line + LINES_APART + 1] for k in row)
        beside = [
            (other.box.left, k)
            for k, other in ((k, words[k]) for k in around)
            if 0 < other.box.left - box.left
            and -CLOSE * box.height < other.box.left - box.right <= limit * box.height
            and min(box.bottom, other.box.bottom) - max(box.top, other.box.top)
            >= LEVEL * max(box.height, other.box.height)
        ]
        if beside:
            after[i] = min(beside)[1]
    for start in set(after) - set(after.values()):
        chain = [start]
        while chain[-1] in after:
            chain.append(after[chain[-1]])
        if len({line_of[index] for index in chain}) > 1:
            yield Run(line_of[start], tuple(chain), tuple(words[index] for index in chain))


def _seams(view: PageView) -> Iterator[Run]:
    """A segment and the one under it, set alike: a value may go on there."""
    for line in range(len(view.lines) - 1):
        for first in view.lines[line]:
            for second in view.lines[line + 1]:
                box, below = first.box, second.box
                flush = abs(below.left - box.left) <= FLUSH or abs(below.center - box.center) <= FLUSH
                if flush and below.top - box.bottom <= LEADING * box.height:
                    yield Run(
                        line,
                        (*first.indices, *second.indices),
                        (*first.words, *second.words),
                        seam=len(first.words),
                    )
