"""What OCR engines do to words, counted: the words that a page was drawn with beside those that were read.

`scripts/ocr_habits.py` prints the counts as `data/ocr_habits.yaml`, from which `augment` takes its rates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from fakta.documents.lines import group_lines
from fakta.documents.model import Box, Word

# Upper ends of the classes of gaps between words, in line heights; a typed blank is 0.2-0.35. Words further apart are
# no neighbours.
GAPS = (0.2, 0.35, 0.6, 1.0, 2.0)
PUNCTUATION = frozenset(".,:;-–/'()")
# Words further than this from where they were drawn, 0-1 of the page, are others.
_FAR = 0.06


@dataclass
class Habits:
    """Counts over any number of pages.

    Attributes:
        characters: drawn, without those of lost words.
        misread: (drawn, read) -> how often; "" where a character was left out or put in.
        gaps, merged: by class of gap: neighbours drawn, neighbours read as one word.
        junctions, split: by class ("punctuation" in front, else "other"): places inside words, words broken there.
        words, lost: by length ("short" up to two characters, "long"): drawn, not read at all.
        exact: words read letter by letter.
        lines, lost_lines: of two words and more: drawn, not read at all.
        invented: words that were read where nothing was drawn.
        edges: offsets of well-read words' left, top, right and bottom edges, in heights of the drawn word.
    """

    characters: Counter[str] = field(default_factory=Counter)
    misread: Counter[tuple[str, str]] = field(default_factory=Counter)
    gaps: Counter[float] = field(default_factory=Counter)
    merged: Counter[float] = field(default_factory=Counter)
    junctions: Counter[str] = field(default_factory=Counter)
    split: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    exact: int = 0
    lines: int = 0
    lost_lines: int = 0
    invented: int = 0
    edges: list[tuple[float, float, float, float]] = field(default_factory=list)

    def count(self, drawn: Sequence[Word], seen: Sequence[Word], *, aspect: float) -> None:
        """Adds one page.

        Args:
            drawn: the words as they were set, boxes 0-1 of the page.
            seen: the words as an engine read them, on a page that may lie a little differently.
            aspect: the page's height over its width.
        """
        words = _moved(drawn, seen)
        if words is None:
            return
        bands = [[words[i] for i in line] for line in group_lines(words)]
        read: list[list[Word]] = [[] for _ in bands]
        for word in seen:
            best = max(range(len(bands)), key=lambda i: _shared(bands[i], word), default=None)
            if best is None or _shared(bands[best], word) < 0.4:
                self.invented += 1
            else:
                read[best].append(word)
        for band, found in zip(bands, read, strict=True):
            self._count_line(band, sorted(found, key=lambda word: word.box.left), aspect=aspect)

    def _count_line(self, drawn: list[Word], seen: list[Word], *, aspect: float) -> None:
        places = _places(drawn, seen, self.misread)
        lost_here = 0
        for word, chars in zip(drawn, places, strict=True):
            length = "short" if len(word.text) <= 2 else "long"
            self.words[length] += 1
            found = [char for char in chars if char is not None]
            if not found:
                self.lost[length] += 1
                lost_here += 1
                continue
            self.characters.update(word.text)
            owners = {owner for owner, _ in found}
            self._count_splits(word.text, chars)
            if len(owners) == 1 and seen[next(iter(owners))].text == word.text:
                self.exact += 1
                self._count_edges(word.box, seen[next(iter(owners))].box, aspect)
        touched = {char[0] for chars in places for char in chars if char is not None}
        self.invented += len(seen) - len(touched)
        if len(drawn) > 1:
            self.lines += 1
            self.lost_lines += lost_here == len(drawn)
        for i in range(len(drawn) - 1):
            before, after = _last(places[i]), _first(places[i + 1])
            if before is not None and after is not None:
                height = min(drawn[i].box.height, drawn[i + 1].box.height) * aspect
                gap = (drawn[i + 1].box.left - drawn[i].box.right) / height
                limit = next((limit for limit in GAPS if gap <= limit), None)
                if limit is not None:
                    self.gaps[limit] += 1
                    self.merged[limit] += before == after

    def _count_splits(self, text: str, chars: Sequence[tuple[int, int] | None]) -> None:
        for i in range(1, len(text)):
            before, after = chars[i - 1], chars[i]
            if before is not None and after is not None:
                kind = "punctuation" if text[i - 1] in PUNCTUATION else "other"
                self.junctions[kind] += 1
                self.split[kind] += before[0] != after[0]

    def _count_edges(self, drawn: Box, seen: Box, aspect: float) -> None:
        height = drawn.height
        self.edges.append(
            (
                (seen.left - drawn.left) / (height * aspect),
                (seen.top - drawn.top) / height,
                (seen.right - drawn.right) / (height * aspect),
                (seen.bottom - drawn.bottom) / height,
            )
        )


def _moved(drawn: Sequence[Word], seen: Sequence[Word]) -> list[Word] | None:
    """The drawn words where the scan shows them, after the shift and the bend that words read well agree on."""
    middles = [(word.box.center, word.box.middle) for word in drawn]
    pairs = list(_pairs(drawn, seen))
    for limit in (_FAR, 0.01):
        if len(pairs) < 8:
            return None
        source = np.array([_terms(*middles[i]) for i, _ in pairs])
        target = np.array([(seen[j].box.center, seen[j].box.middle) for _, j in pairs])
        weights = np.linalg.lstsq(source, target, rcond=None)[0]
        away = np.abs(source @ weights - target).max(axis=1)
        pairs = [pair for pair, distance in zip(pairs, away, strict=True) if distance < limit]
    moved = []
    for word, (x, y) in zip(drawn, middles, strict=True):
        to_x, to_y = (np.array(_terms(x, y)) @ weights).tolist()
        width, height = word.box.width / 2, word.box.height / 2
        moved.append(Word(word.text, Box(to_x - width, to_y - height, to_x + width, to_y + height)))
    return moved


def _terms(x: float, y: float) -> tuple[float, float, float, float]:
    return 1.0, x, y, x * y


def _pairs(drawn: Sequence[Word], seen: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Words of three letters and more that stand on both pages once in that region."""
    for i, word in enumerate(drawn):
        if len(word.text) < 3:
            continue
        near = [j for j, other in enumerate(seen) if other.text == word.text and _near(word.box, other.box)]
        if len(near) == 1:
            yield i, near[0]


def _near(one: Box, other: Box) -> bool:
    return abs(one.center - other.center) < _FAR and abs(one.middle - other.middle) < _FAR


def _shared(band: Iterable[Word], word: Word) -> float:
    """How much of the word's height lies in a line, measured at the line's nearest word."""
    nearest = min(band, key=lambda other: max(other.box.left - word.box.right, word.box.left - other.box.right, 0.0))
    overlap = min(nearest.box.bottom, word.box.bottom) - max(nearest.box.top, word.box.top)
    return overlap / max(min(nearest.box.height, word.box.height), 1e-6)


def _places(
    drawn: Sequence[Word], seen: Sequence[Word], misread: Counter[tuple[str, str]]
) -> list[list[tuple[int, int] | None]]:
    """For each character of each drawn word, the read word and the position in it; counts the differences."""
    text = "".join(word.text for word in drawn)
    owners = [(j, k) for j, word in enumerate(seen) for k in range(len(word.text))]
    read = "".join(word.text for word in seen)
    found: list[tuple[int, int] | None] = [None] * len(text)
    differences: list[tuple[int, str, str]] = []
    for a, b, c, d in _changes(text, read):
        for i in range(a, b):
            if d > c:
                found[i] = owners[min(c + i - a, d - 1)]
        if b - a == d - c:
            differences += [(a + i, text[a + i], read[c + i]) for i in range(b - a) if text[a + i] != read[c + i]]
        elif b - a <= 2 and d - c <= 2:
            differences.append((a, text[a:b], read[c:d]))
    result, start = [], 0
    for word in drawn:
        chars = found[start : start + len(word.text)]
        if any(char is not None for char in chars):
            inside = [(x, y) for at, x, y in differences if start <= at < start + len(word.text)]
            misread.update(inside)
        result.append(chars)
        start += len(word.text)
    return result


def _changes(text: str, read: str) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of both texts that belong together with the fewest edits: equal ones, and runs of changes."""
    rows = [list(range(len(read) + 1))]
    for i, char in enumerate(text, 1):
        above, row = rows[-1], [i]
        for j, other in enumerate(read, 1):
            row.append(min(above[j - 1] + (char != other), above[j] + 1, row[j - 1] + 1))
        rows.append(row)
    i, j, steps = len(text), len(read), []
    while i or j:
        if i and j and rows[i][j] == rows[i - 1][j - 1] + (text[i - 1] != read[j - 1]):
            steps.append((1, 1, text[i - 1] == read[j - 1]))
        elif i and rows[i][j] == rows[i - 1][j] + 1:
            steps.append((1, 0, False))
        else:
            steps.append((0, 1, False))
        i, j = i - steps[-1][0], j - steps[-1][1]
    a = c = 0
    for _, run in groupby(reversed(steps), key=lambda step: step[2]):
        moves = list(run)
        b, d = a + sum(move[0] for move in moves), c + sum(move[1] for move in moves)
        yield a, b, c, d
        a, c = b, d


def _first(chars: Sequence[tuple[int, int] | None]) -> int | None:
    return next((char[0] for char in chars if char is not None), None)


def _last(chars: Sequence[tuple[int, int] | None]) -> int | None:
    return next((char[0] for char in reversed(chars) if char is not None), None)
