"""From a head and the lines under it to a grid of cells: which lines are rows, and what stands in which column."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from fakta.documents.lines import union_box
from fakta.documents.model import Box
from fakta.tables.cells import MOST_GROUPS, Cell, Sheet, is_count, is_money, letters, numbers_multiply, unit
from fakta.tables.columns import column_edge, divided_heads, with_unheaded
from fakta.tables.heads import Head, TableHead, same_head

_MAX_GAP = 7.0  # line heights without any line after which a table has ended
_ALIGNED = 0.006  # of the page width
_LEADERS = ("...", "…", "___")  # that lead from a text to its amount
_BESIDE = 0.02  # of the page width: what stands farther out than this belongs to something beside the table


@dataclass(frozen=True, slots=True)
class Body:
    """Lines of one page under a head."""

    sheet: Sheet
    lines: range


@dataclass
class Table:
    """A head and the lines under it, on one page or several."""

    head: TableHead
    bodies: list[Body] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of a table.

    Attributes:
        sheet, line: where it stands.
        cells: its words, column by column; "" where a column is empty.
        box: around its words.
        anchor: its numbers stand where the first row's do.
    """

    sheet: Sheet
    line: int
    cells: tuple[str, ...]
    words: tuple[tuple[int, ...], ...]
    box: Box
    anchor: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its columns.

    Attributes:
        heads: of the columns, left to right; a head without text stands for a column that has none.
        edges: the left edge of each column but the first.
        lines: under the head, page by page.
        left, right: of the whole table.
        told_below: rows hold codes and numbers, and texts have lines of their own.
    """

    heads: tuple[Head, ...]
    edges: tuple[float, ...]
    lines: tuple[GridLine, ...]
    left: float
    right: float
    told_below: bool


def bodies_of(sheet: Sheet, heads: Sequence[TableHead]) -> list[Table]:
    """The tables under the heads of one page; each reaches to the next head, a wide gap or the end of the page."""
    tables = []
    for position, head in enumerate(heads):
        stop = heads[position + 1].first if position + 1 < len(heads) else len(sheet.view.lines)
        tables.append(Table(head, [Body(sheet, range(head.last + 1, _end(sheet, head.last, stop)))]))
    return tables


def _end(sheet: Sheet, head: int, stop: int) -> int:
    bottom = sheet.view.bottoms[head]
    for line in range(head + 1, stop):
        if sheet.view.tops[line] - bottom > _MAX_GAP * sheet.view.line_height:
            return line
        bottom = max(bottom, sheet.view.bottoms[line])
    return stop


def joined(tables: Iterable[Table]) -> list[Table]:
    """Tables whose head is repeated on the next page as one."""
    whole: list[Table] = []
    for table in tables:
        if whole and same_head(whole[-1].head, table.head) and table.bodies[0].sheet is not whole[-1].bodies[-1].sheet:
            whole[-1].bodies += table.bodies
        else:
            whole.append(Table(table.head, list(table.bodies)))
    return whole


def lay_out(table: Table) -> Grid | None:
    """The table's columns and cells; None where no line under the head holds an amount."""
    anchors = _anchors(table)
    if not anchors:
        return None
    rows = [line.cells for line in anchors]
    heads = with_unheaded(table.head.heads, rows)
    left = min(heads[0].box.left, *(cell.box.left for cells in rows for cell in cells if _near(cell, heads)))
    right = max(heads[-1].box.right, *(cells[-1].box.right for cells in rows))
    words = [word for cells in rows for cell in cells for word in cell.words]
    spans = [(word.box.left, word.box.right) for word in words if not word.text.startswith(_LEADERS)]
    heads = divided_heads(heads, spans, rows)
    edges = tuple(column_edge(one.box, other.box, spans) for one, other in pairwise(heads))
    anchored = {(id(line.sheet), line.line) for line in anchors}
    told_below = not any(_is_text(cell) for cells in rows for cell in cells)
    found = (
        line_in(
            body.sheet,
            line,
            edges,
            left,
            right,
            anchor=(id(body.sheet), line) in anchored,
            told_below=told_below,
        )
        for body in table.bodies
        for line in body.lines
    )
    return Grid(tuple(heads), edges, tuple(line for line in found if line), left, right, told_below)


def line_in(
    sheet: Sheet,
    line: int,
    edges: Sequence[float],
    left: float,
    right: float,
    *,
    anchor: bool = False,
    told_below: bool = False,
) -> GridLine | None:
    """A line's words by column; None where the line is beside the table.

    Args:
        sheet, line: where it stands.
        edges, left, right, told_below: see `Grid`.
        anchor: see `GridLine`.
    """
    columns: list[list[int]] = [[] for _ in range(len(edges) + 1)]
    inside = []
    words = sheet.view.page.words
    for cell in sheet.cells(line):
        whole = is_count(cell.text) or (told_below and _runs_over(cell, sheet.cells(line), edges))
        for index in cell.indices:
            box = words[index].box
            if left - _BESIDE <= box.left and box.right <= right + _BESIDE:
                place = words[cell.indices[0]].box if whole else box
                columns[bisect_right(edges, place.center)].append(index)
                inside.append(box)
    if not inside:
        return None
    cells = tuple(" ".join(words[i].text for i in column) for column in columns)
    return GridLine(sheet, line, cells, tuple(map(tuple, columns)), union_box(inside), anchor)


def _anchors(table: Table) -> list[_Line]:
    """The first row, and all lines whose numbers are aligned with that one's."""
    lines = list(_lines_with_numbers(table))
    first = _first_row(lines, amounts_are_named=any("line_amount" in head.names for head in table.head.heads))
    if first is None:
        return []
    found = []
    for line in lines:
        aligned = sum(any(_aligned(number.box, other.box) for other in first) for number in line.numbers)
        if aligned >= min(2, len(first)) and any(_aligned(number.box, first[-1].box) for number in line.numbers):
            found.append(line)
    return found


def _runs_over(cell: Cell, cells: Sequence[Cell], edges: Sequence[float]) -> bool:
    """Whether a text that has its line for itself makes use of the columns behind, but for that of the amounts."""
    return len(cells) == 1 and bool(edges) and cell.box.right < edges[-1] and _is_text(cell)


class _Line(NamedTuple):
    """A line with a text and numbers under a head."""

    sheet: Sheet
    line: int
    cells: list[Cell]
    numbers: list[Cell]


def _lines_with_numbers(table: Table) -> Iterator[_Line]:
    left, right = table.head.heads[0].box.left, table.head.heads[-1].box.right
    for body in table.bodies:
        for line in body.lines:
            cells = _cells_under(body.sheet, line, left, right)
            numbers = [number for cell in cells if (number := _number_at_end(cell))]
            if numbers and (any(map(_is_text, cells)) or _text_follows(body, line, cells)):
                yield _Line(body.sheet, line, cells, numbers)


def _first_row(lines: Sequence[_Line], *, amounts_are_named: bool) -> list[Cell] | None:
    """The numbers of the first line that ends in an amount, or of the first that multiply to one.

    Under a head that names amounts they may be whole, where they multiply.
    """
    rows = [
        line.numbers
        for line in lines
        if any(is_money(number.text) for number in line.numbers[-2:])
        or (amounts_are_named and numbers_multiply([cell.text for cell in line.numbers], whole=True))
    ]
    if not rows or len(rows[0]) > 1:
        return rows[0] if rows else None
    # A fee without a quantity tells of one column only.
    return next((numbers for numbers in rows if numbers_multiply([cell.text for cell in numbers])), rows[0])


def _text_follows(body: Body, line: int, cells: Sequence[Cell]) -> bool:
    """Whether a line of codes and numbers is a row that says below what it is about: "10012245", then "Membrane"."""
    if line + 1 not in body.lines:
        return False
    below = body.sheet.cells(line + 1)
    return (
        len(below) == 1
        and _is_text(below[0])
        and not below[0].text.endswith(":")
        and any(abs(cell.box.left - below[0].box.left) < _ALIGNED for cell in cells[:-1])
    )


def _number_at_end(cell: Cell) -> Cell | None:
    """The number that a cell is, or ends in: "timer 481" where two columns stand close."""
    if cell.is_number:
        return cell
    if not cell.text[-1].isdigit():
        return None
    for start in range(max(1, len(cell.words) - MOST_GROUPS), len(cell.words)):
        last = Cell.of(cell.words[start:], cell.indices[start:])
        if last.is_number and not unit(last.text):
            return last
    return None


def _cells_under(sheet: Sheet, line: int, left: float, right: float) -> list[Cell]:
    """The cells of a line under a head, with the text in front of it where the head has no word over the texts."""
    cells = [cell for cell in sheet.cells(line) if cell.box.left < right + _BESIDE]
    under = [cell for cell in cells if cell.box.right > left - _BESIDE]
    if len(under) < len(cells) and not any(map(_is_text, under)):
        return cells[-len(under) - 1 :]
    return under


def _is_text(cell: Cell) -> bool:
    return letters(cell.text) > 1 and not cell.is_number


def _aligned(first: Box, second: Box) -> bool:
    return (
        abs(first.right - second.right) < _ALIGNED
        or abs(first.left - second.left) < _ALIGNED
        or abs(first.center - second.center) < _ALIGNED
    )


def _near(cell: Cell, heads: Sequence[Head]) -> bool:
    return cell.box.right > heads[0].box.left - _BESIDE
