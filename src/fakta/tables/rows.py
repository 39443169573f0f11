"""From the lines of a grid to rows: descriptions over several lines, headings, sums between and below the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from statistics import median

from fakta.candidates.labels import Lexicon
from fakta.errors import FieldError
from fakta.fields import KINDS
from fakta.fields.base import Value
from fakta.schema import Field
from fakta.tables.cells import Sheet, product, readings, unit
from fakta.tables.grid import Grid, GridLine
from fakta.tables.roles import Roles

Row = Mapping[str, Value]

_CENT = Decimal("0.02")
_CLOSE = 1.6  # line heights between lines of one description, at most
_SET_OFF = 0.35  # line heights more than between rows: what stands so far below a row opens a group
_MOST_WRAPPED = 6


@dataclass
class _Draft:
    """A row as it grows."""

    values: dict[str, Value]
    last: GridLine
    text: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of one table.

    Attributes:
        grid, roles: the table.
        columns: of the schema.
        net: what the rows should come to, where it is known.
    """

    grid: Grid
    roles: Roles
    columns: Mapping[str, Field]
    net: Value | None

    def rows(self) -> list[Row]:
        """The rows, from the top."""
        return [draft.values for draft in self._drafts()]

    def is_full(self, line: GridLine) -> bool:
        """Whether a line is a row beyond doubt: quantity times price is its amount."""
        return self._product(line) is not None

    def _drafts(self) -> list[_Draft]:
        drafts: list[_Draft] = []
        lines = self.grid.lines
        last_full = max((i for i, line in enumerate(lines) if self.is_full(line)), default=-1)
        total = group = Decimal(0)
        open_text = False
        for i, line in enumerate(lines):
            amount = self._amount(line)
            if amount is None:
                if open_text and self._continues(line, drafts[-1]):
                    self._append(drafts[-1], line)
                elif self.roles.cell(line, "description"):
                    open_text = False
                continue
            open_text = False
            if not self.is_full(line):
                if drafts and self._is_sum(line, amount, (total, group)):
                    if i > last_full:
                        break
                    group = Decimal(0)
                    continue
                if not self._may_be_row(line):
                    continue
            total, group = total + amount, group + amount
            drafts.append(self._draft(line))
            open_text = True
        return drafts

    def _product(self, line: GridLine) -> tuple[Decimal, Decimal, Decimal] | None:
        cells = [self.roles.cell(line, role) for role in ("quantity", "unit_price", "line_amount")]
        return product(cells[0], cells[1], cells[2], self.roles.cell(line, "discount")) if all(cells) else None

    def _amount(self, line: GridLine) -> Decimal | None:
        if found := self._product(line):
            return found[2]
        read = readings(self.roles.cell(line, "line_amount"))
        return read[0] if read else None

    def _is_sum(self, line: GridLine, amount: Decimal, sums: Sequence[Decimal]) -> bool:
        """Whether a line states what the rows above it come to, or opens the totals."""
        return (
            any(amount == total for total in sums)
            or (isinstance(self.net, Decimal) and sums[0] == self.net)
            or _opens_totals(line.sheet, line)
        )

    def _may_be_row(self, line: GridLine) -> bool:
        """Whether a line without a product may be a row: it says what it is about, where rows say that."""
        if not self.roles.cell(line, "description"):
            return False
        if not (self.roles.multiplies and self._needs_product):
            return True
        left = min(line.sheet.view.page.words[i].box.left for i in line.words[self.roles.columns["description"]])
        others = ("quantity", "unit_price", "vat_rate", "article_number")
        return line.anchor or (
            abs(left - self._text_left) < 0.01 and not any(self.roles.cell(line, role) for role in others[:2])
        )

    @cached_property
    def _needs_product(self) -> bool:
        anchors = [line for line in self.grid.lines if line.anchor]
        return sum(self.is_full(line) for line in anchors) > 0.6 * len(anchors)

    def _draft(self, line: GridLine) -> _Draft:
        values = dict(self._values(line))
        return _Draft(values, line)

    def _values(self, line: GridLine) -> Iterator[tuple[str, Value]]:
        multiplied = self._product(line)
        numbers = dict(zip(("quantity", "unit_price", "line_amount"), multiplied, strict=True)) if multiplied else {}
        for role in self.roles.columns:
            text = self.roles.cell(line, role)
            if role not in self.columns or not text:
                continue
            if role in numbers:
                yield role, numbers[role]
            elif role in ("quantity", "unit_price", "line_amount"):
                if read := readings(text):
                    yield role, read[0] if role == "line_amount" else read[-1]
            else:
                try:
                    yield role, KINDS[self.columns[role].kind].parse(text)
                except FieldError:
                    continue
        behind = unit(self.roles.cell(line, "quantity"))
        if behind and "unit" in self.columns and "unit" not in self.roles.columns:
            yield "unit", behind

    def _continues(self, line: GridLine, draft: _Draft) -> bool:
        """Whether a line without an amount goes on with a row's description, rather than heading the rows below."""
        position = self.roles.columns.get("description")
        others = [cell for i, cell in enumerate(line.cells) if i != position and cell]
        if position is None or not line.cells[position] or others or line.sheet is not draft.last.sheet:
            return False
        gap = (line.box.top - draft.last.box.bottom) / line.sheet.view.line_height
        if gap > _CLOSE or len(draft.text) >= _MOST_WRAPPED or _opens_totals(line.sheet, line):
            return False
        if self._row_gap is not None and gap > self._row_gap + _SET_OFF:
            return False
        return not self._heads_group(line, draft)

    def _heads_group(self, line: GridLine, draft: _Draft) -> bool:
        """Whether a text is a heading, in a table that begins with one."""
        position = self.roles.columns["description"]
        text = line.cells[position]
        if text.endswith(":"):
            return True
        if not self._opens_with_heading or self._headings_are_set_off or text[:1].islower():
            return False
        words = line.sheet.view.page.words
        before = draft.last.words[position]
        fits = not before or words[before[-1]].box.right + words[line.words[position][0]].box.width < self._text_right
        return fits and self._row_follows(line)

    def _row_follows(self, line: GridLine) -> bool:
        below = next((other for other in self.grid.lines if other.sheet is line.sheet and other.line > line.line), None)
        return below is not None and self._amount(below) is not None

    @cached_property
    def _opens_with_heading(self) -> bool:
        first = next((line for line in self.grid.lines if line.cells[self.roles.columns["description"]]), None)
        return first is not None and self._amount(first) is None

    @cached_property
    def _headings_are_set_off(self) -> bool:
        last = max((i for i, line in enumerate(self.grid.lines) if line.anchor), default=0)
        gaps = [
            (later.box.top - earlier.box.bottom) / later.sheet.view.line_height
            for earlier, later in pairwise(self.grid.lines[:last])
            if earlier.sheet is later.sheet and self._amount(earlier) is not None and self._amount(later) is None
        ]
        return self._row_gap is not None and any(gap > self._row_gap + _SET_OFF for gap in gaps)

    @cached_property
    def _row_gap(self) -> float | None:
        """Line heights between a row and the next where nothing stands between."""
        gaps = [
            (later.box.top - earlier.box.bottom) / later.sheet.view.line_height
            for earlier, later in pairwise(self.grid.lines)
            if earlier.sheet is later.sheet and earlier.anchor and later.anchor
        ]
        return median(gaps) if gaps else None

    @cached_property
    def _text_left(self) -> float:
        return median(self._text_edges(0))

    @cached_property
    def _text_right(self) -> float:
        return max(self._text_edges(-1))

    def _text_edges(self, which: int) -> list[float]:
        position = self.roles.columns["description"]
        boxes = [
            line.sheet.view.page.words[line.words[position][which]].box
            for line in self.grid.lines
            if line.anchor and line.words[position]
        ]
        return [box.left if which == 0 else box.right for box in boxes] or [0.0]

    def _append(self, draft: _Draft, line: GridLine) -> None:
        text = self.roles.cell(line, "description")
        draft.last = line
        draft.text.append(text)
        label, _, rest = _article_label(text)
        if label and rest and "article_number" in self.columns and "article_number" not in draft.values:
            draft.values["article_number"] = rest
        else:
            draft.values["description"] = (
                f"{draft.values['description']} {text}" if "description" in draft.values else text
            )


def _article_label(text: str) -> tuple[str, str, str]:
    """A label of article numbers that opens a text, and the number behind it; empty where there is none.

    >>> _article_label("Art.-Nr. 72-561E")[2], _article_label("Chargen-Nr. 88213")[2]
    ('72-561E', '')
    """
    words = text.split()
    for count in range(1, len(words)):
        meanings = Lexicon.shipped().meanings(" ".join(words[:count]).rstrip(":"))
        if any(m.group == "column" and m.name == "article_number" for m in meanings) and len(words) == count + 1:
            return " ".join(words[:count]), " ", words[count]
    return "", "", ""


def _opens_totals(sheet: Sheet, line: GridLine) -> bool:
    """Whether a label that closes tables leads a segment of the line, with numbers at most behind it."""
    inside = {i for column in line.words for i in column}
    return any(
        hit.leading
        and any(meaning.group == "end" for meaning in hit.meanings)
        and hit.segment.indices[0] in inside
        and not any(map(str.isalpha, hit.segment.text[hit.end :].replace("SEK", "").replace("kr", "")))
        for hit in sheet.view.hits[line.line]
    )
