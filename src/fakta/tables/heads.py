"""Heads of tables: lines of words that stand over columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from fakta.candidates.labels import LabelHit, Lexicon
from fakta.documents.lines import Segment, union_box
from fakta.documents.model import Box
from fakta.fields.printed import has_digit
from fakta.tables.cells import Cell, Sheet, is_money, letters, numbers_multiply

_LEAST_CELLS = 3  # of a head that no lexicon knows
_LINES_TO_FIRST_ROW = 4  # a heading over the first group may stand between
_MOST_DIGITS = 2  # of a word that heads a column
_BLANK = 1.2  # letters: a blank of any font is narrower, of a fixed pitch one letter wide
_WRAP = 1.0  # line heights between the lines of one head, at most


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one column.

    Attributes:
        text: as printed, its lines joined.
        box: around it.
        names: the columns that the lexicon takes it for, the likeliest first; empty where it knows none.
    """

    text: str
    box: Box
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableHead:
    """The head of a table.

    Attributes:
        first, last: its lines on the page.
        heads: of its columns, left to right.
    """

    first: int
    last: int
    heads: tuple[Head, ...]


def table_heads(sheet: Sheet) -> list[TableHead]:
    """The heads of tables of line items on a page, from the top: known by the lexicon, or by what stands under them."""
    found: list[TableHead] = []
    for line in range(len(sheet.view.lines)):
        if found and line <= found[-1].last:
            continue
        named = line in sheet.view.table_heads and not _holds_numbers(sheet, line)
        if named or _stands_over_a_row(sheet, line) or _heads_texts_and_amounts(sheet, line):
            head = _with_wrapped_lines(sheet, line, earliest=found[-1].last + 1 if found else 0)
            # A line of numbers alone may hold words of a head without having any.
            if head.heads:
                found.append(head)
    return found


def _holds_numbers(sheet: Sheet, line: int) -> bool:
    """Whether a line is a row although its words are heads elsewhere: "Travel at cost", "1 each", "300.47"."""
    numbers = [cell.text for cell in sheet.cells(line) if cell.is_number]
    return len(numbers) > 1 or any(map(is_money, numbers))


def _stands_over_a_row(sheet: Sheet, line: int) -> bool:
    """Whether the cells of a line without digits stand over a text and at least two numbers, the last of them money."""
    heads = sheet.cells(line)
    if len(heads) < _LEAST_CELLS or any(has_digit(head.text) or head.text.endswith(":") for head in heads):
        return False
    for below in range(line + 1, min(line + 1 + _LINES_TO_FIRST_ROW, len(sheet.view.lines))):
        cells = sheet.cells(below)
        numbers = [cell for cell in cells if cell.is_number]
        if len(numbers) < 2:
            continue
        texts = [cell for cell in cells if letters(cell.text) >= 3 and cell.box.left < numbers[-1].box.left]
        return bool(texts) and is_money(numbers[-1].text) and _each_has_its_own(numbers, heads)
    return False


def _heads_texts_and_amounts(sheet: Sheet, line: int) -> bool:
    """Whether a line has two heads that the lexicon knows, of texts and of amounts, and such a row under it."""
    cells = sheet.cells(line)
    if len(cells) != 2 or line + 1 >= len(sheet.view.lines):
        return False
    below = sheet.cells(line + 1)
    return (
        "description" in _names(cells[0].text)
        and "line_amount" in _names(cells[1].text)
        and len(below) == 2
        and letters(below[0].text) >= 3
        and is_money(below[1].text)
        and all(_overlap(head.box, cell.box) for head, cell in zip(cells, below, strict=True))
    )


def headless_tables(sheet: Sheet) -> list[TableHead]:
    """Stand-ins for the head of a table that has none: the cells of the first line whose numbers multiply."""
    for line in range(1, len(sheet.view.lines)):
        cells = sheet.cells(line)
        numbers = [cell.text for cell in cells if cell.is_number]
        if len(numbers) >= 3 and any(letters(cell.text) >= 3 for cell in cells) and numbers_multiply(numbers):
            return [TableHead(line, line - 1, tuple(Head("", cell.box, ()) for cell in cells))]
    return []


def _each_has_its_own(cells: Sequence[Cell], heads: Sequence[Cell]) -> bool:
    """Whether every cell overlaps a head, no two the same one."""
    over = [next((i for i, head in enumerate(heads) if _overlap(head.box, cell.box)), None) for cell in reversed(cells)]
    return None not in over and len(set(over)) == len(over)


def _overlap(first: Box, second: Box) -> bool:
    return first.left < second.right and second.left < first.right


def _with_wrapped_lines(sheet: Sheet, line: int, *, earliest: int) -> TableHead:
    """The head in a line, with the lines above and below that go on with its words."""
    heads = _heads_of(sheet, line)
    first = last = line
    if line > earliest and _goes_on(
        sheet, heads, line - 1, sheet.view.tops[line] - sheet.view.bottoms[line - 1], least=2
    ):
        first, heads = line - 1, _merged(_heads_of(sheet, line - 1), heads)
    if line + 1 < len(sheet.view.lines):
        below = sheet.view.tops[line + 1] - sheet.view.bottoms[line]
        # A single text under the head of the texts is the first row's, or a heading.
        single = len(sheet.cells(line + 1)) == 1
        others = [head for head in heads[1:] if "description" not in head.names] if single else heads
        if _goes_on(sheet, others, line + 1, below, least=1):
            last, heads = line + 1, _merged(heads, _heads_of(sheet, line + 1))
    return TableHead(first, last, tuple(heads))


def _goes_on(sheet: Sheet, heads: Sequence[Head], line: int, gap: float, *, least: int) -> bool:
    """Whether each cell of a line stands over or under one of the heads; sentences and rows do not."""
    cells = sheet.cells(line)
    if gap > _WRAP * sheet.view.line_height or len(cells) < least or any(has_digit(cell.text) for cell in cells):
        return False
    under = [next((i for i, head in enumerate(heads) if _overlap(head.box, cell.box)), None) for cell in cells]
    return sum(i is not None for i in under) >= len(cells) - (least == 2) and len(set(under)) == len(under)


def _merged(above: Sequence[Head], below: Sequence[Head]) -> list[Head]:
    """Heads of two lines, those over each other as one."""
    merged = list(above)
    for head in below:
        over = next((i for i, other in enumerate(merged) if _overlap(other.box, head.box)), None)
        if over is None:
            merged.append(head)
        else:
            text = f"{merged[over].text} {head.text}"
            names = _names(text) or head.names or merged[over].names
            merged[over] = Head(text, merged[over].box.union(head.box), names)
    return sorted(merged, key=lambda head: head.box.left)


def _heads_of(sheet: Sheet, line: int) -> list[Head]:
    """The heads in one line: its cells, divided where the lexicon knows several heads in one."""
    heads: list[Head] = []
    for cell in sheet.cells(line):
        if sum(map(str.isdigit, cell.text)) > _MOST_DIGITS:
            continue  # beside the table
        if names := _names(cell.text):
            heads.append(Head(cell.text, cell.box, names))
        else:
            segments = [segment for segment in sheet.view.lines[line] if segment.indices[0] in cell.indices]
            heads += [head for segment in segments for head in _divided(sheet, line, segment)]
    return heads


def _divided(sheet: Sheet, line: int, segment: Segment) -> Iterator[Head]:
    """The heads in a segment, one for each that the lexicon knows; a gap between words divides them."""
    hits = [
        (hit, names)
        for hit in sheet.view.hits[line]
        if hit.segment is segment and (names := tuple(m.name for m in hit.meanings if m.group == "column"))
    ]
    # A head that begins within a word ("Pris/enh") is part of the one in front.
    hits = [*hits[:1], *((hit, names) for hit, names in hits[1:] if segment.text[hit.start - 1] == " ")]
    hits = hits[:1] + [other for one, other in pairwise(hits) if not _goes_on_naming(segment, one, other)]
    if not hits:
        yield Head(segment.text, segment.box, ())
        return
    words = segment.words
    starts = [0]
    for (one, _), (other, _) in pairwise(hits):
        low, high = segment.span(one.start, one.end)[1], segment.span(other.start, other.end)[0]
        # Words that the lexicon does not know stand nearer to the head that they belong to.
        starts.append(max(range(low, high + 1), key=lambda i: words[i].box.left - words[i - 1].box.right))
    for (_, names), (start, end) in zip(hits, pairwise([*starts, len(words)]), strict=True):
        yield Head(" ".join(w.text for w in words[start:end]), union_box(w.box for w in words[start:end]), names)


_Named = tuple[LabelHit, tuple[str, ...]]


def _goes_on_naming(segment: Segment, one: _Named, other: _Named) -> bool:
    """Whether two phrases that mean one column are a single head: only a blank stands between them."""
    (hit, names), (next_hit, next_names) = one, other
    end, start = segment.span(hit.start, hit.end)[1], segment.span(next_hit.start, next_hit.end)[0]
    left, right = segment.words[end - 1].box, segment.words[start].box
    letter = min(left.width / len(segment.words[end - 1].text), right.width / len(segment.words[start].text))
    return end == start and names[0] == next_names[0] and right.left - left.right < _BLANK * letter


def _names(text: str) -> tuple[str, ...]:
    return tuple(m.name for m in Lexicon.shipped().meanings(text) if m.group == "column")


def same_head(first: TableHead, second: TableHead) -> bool:
    """Whether two pages bear the head of one table."""
    return len(first.heads) == len(second.heads) and all(
        one.text == other.text and abs(one.box.left - other.box.left) < 0.01
        for one, other in zip(first.heads, second.heads, strict=True)
    )


def split_head(head: Head, edge: float) -> tuple[Head, Head]:
    """The head of two columns as two, by where the columns meet; characters are taken as equally wide."""
    share = (edge - head.box.left) / head.box.width
    words = head.text.split()
    count = sum(len(" ".join(words[: i + 1])) <= share * len(head.text) + 1 for i in range(len(words)))
    texts = (" ".join(words[:count]), " ".join(words[count:]))
    boxes = (head.box._replace(right=edge), head.box._replace(left=edge))
    one, other = (
        Head(text, box, _names(text) or (head.names if len(words[count:]) == 0 or text == texts[1] else ()))
        for text, box in zip(texts, boxes, strict=True)
    )
    return one, other
