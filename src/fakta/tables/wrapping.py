"""Lines without an amount: second lines of a description, or headings over the rows below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from fakta.documents.model import Box
from fakta.tables.grid import Grid, GridLine

_CLOSE = 1.6  # line heights between lines of one description, at most
_LOOSER = 0.12  # line heights: how much farther apart rows stand than the lines of one, where that can be told
_SET_OFF = 0.35  # line heights more than between rows: what stands so far below a row opens a group


@dataclass(frozen=True)
class Wrapping:
    """Tells what goes on with the row above.

    Attributes:
        grid: the table.
        position: of the column of descriptions.
        is_row: whether a line holds an amount.
        beside: columns of what stands beside the table.
    """

    grid: Grid
    position: int
    is_row: Callable[[GridLine], bool]
    beside: frozenset[int] = frozenset()

    @cached_property
    def text_left(self) -> float:
        """Where descriptions begin."""
        return median([box.left for box in self._texts] or [0.0])

    def continues(self, line: GridLine, above: GridLine) -> bool:
        """Whether a line goes on with the description of the line above it."""
        if not self.is_text(line) or line.sheet is not above.sheet:
            return False
        gap = _gap(above, line)
        if gap > _CLOSE or (self._row_gap is not None and gap > self._row_gap + _SET_OFF):
            return False
        return not self._heads_group(line, above)

    def is_text(self, line: GridLine) -> bool:
        """Whether a description is all that a line has."""
        return all(bool(cell) == (i == self.position) for i, cell in enumerate(line.cells) if i not in self.beside)

    def _heads_group(self, line: GridLine, above: GridLine) -> bool:
        """Whether a text is a heading: it ends so, or the table begins with one and this is no wrapped text."""
        text = line.cells[self.position]
        if text.endswith(":"):
            return True
        if not self._opens_with_heading:
            return False
        if self._leading is not None:
            return _pitch(above, line) > self._leading
        if self._headings_are_set_off or text[:1].islower():
            return False
        # A word that had found room on the line above was not wrapped.
        before = self._boxes(above)
        room = not before or before[-1].right + self._boxes(line)[0].width < self._wraps_at
        return room and self._row_follows(line)

    def _row_follows(self, line: GridLine) -> bool:
        below = next((other for other in self.grid.lines if other.sheet is line.sheet and other.line > line.line), None)
        return below is not None and self.is_row(below)

    @cached_property
    def _opens_with_heading(self) -> bool:
        first = next((line for line in self.grid.lines if line.cells[self.position]), None)
        return first is not None and not self.is_row(first)

    @cached_property
    def _headings_are_set_off(self) -> bool:
        """Whether some texts between rows stand apart; then the others are no headings."""
        last = max((i for i, line in enumerate(self.grid.lines) if line.anchor), default=0)
        gaps = [
            _gap(earlier, later)
            for earlier, later in pairwise(self.grid.lines[:last])
            if earlier.sheet is later.sheet and self.is_row(earlier) and not self.is_row(later)
        ]
        return self._row_gap is not None and any(gap > self._row_gap + _SET_OFF for gap in gaps)

    @cached_property
    def _leading(self) -> float | None:
        """What lines of one row stand closer than, foot to foot, in line heights; None where rows stand as close."""
        pairs = [(one, other) for one, other in pairwise(self.grid.lines) if one.anchor and one.sheet is other.sheet]
        rows = min((_pitch(one, other) for one, other in pairs if other.anchor), default=0.0)
        texts = min((_pitch(one, other) for one, other in pairs if self.is_text(other)), default=rows)
        return rows - _LOOSER / 2 if texts < rows - _LOOSER else None

    @cached_property
    def _row_gap(self) -> float | None:
        """Line heights between a row and the next where nothing stands between."""
        gaps = [
            _gap(earlier, later)
            for earlier, later in pairwise(self.grid.lines)
            if earlier.sheet is later.sheet and earlier.anchor and later.anchor
        ]
        return median(gaps) if gaps else None

    @cached_property
    def _wraps_at(self) -> float:
        """Where a description would have been wrapped: between the end of the longest and the next column."""
        longest = max((box.right for box in self._texts), default=0.0)
        behind = [
            min(line.sheet.view.page.words[i].box.left for i in line.words[self.position + 1])
            for line in self.grid.lines
            if line.anchor and self.position + 1 < len(line.words) and line.words[self.position + 1]
        ]
        return (longest + max(longest, min(behind))) / 2 if behind else longest

    @cached_property
    def _texts(self) -> list[Box]:
        """Around the description of each row."""
        lines = [self._boxes(line) for line in self.grid.lines if line.anchor]
        return [boxes[0].union(boxes[-1]) for boxes in lines if boxes]

    def _boxes(self, line: GridLine) -> list[Box]:
        words = line.sheet.view.page.words
        return [words[i].box for i in line.words[self.position]]


def _pitch(above: GridLine, line: GridLine) -> float:
    """Line heights from the foot of one line to that of the next: the same for all, whatever letters they hold."""
    return (line.box.bottom - above.box.bottom) / line.sheet.view.line_height


def _gap(above: GridLine, line: GridLine) -> float:
    """Line heights between two lines."""
    return (line.box.top - above.box.bottom) / line.sheet.view.line_height
