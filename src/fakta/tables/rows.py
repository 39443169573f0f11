"""From the lines of a grid to rows; headings, and sums between and below the rows, are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from fakta.candidates.labels import Lexicon
from fakta.errors import FieldError
from fakta.fields import KINDS
from fakta.fields.base import Value
from fakta.schema import Field
from fakta.tables.cells import product, readings, unit
from fakta.tables.grid import Grid, GridLine
from fakta.tables.roles import Roles
from fakta.tables.wrapping import Wrapping

Row = Mapping[str, Value]

_NUMBERS = ("quantity", "unit_price", "line_amount")
_MOSTLY = 0.6  # share of rows that multiply, above which one that does not has to explain itself
_ALIGNED = 0.01  # of the page width


@dataclass(frozen=True)
class RowReader:
    """Reads the rows of one table.

    Attributes:
        grid, roles: the table; it has columns of descriptions and of amounts.
        columns: of the schema.
        net: what the rows should come to, where it is known.
    """

    grid: Grid
    roles: Roles
    columns: Mapping[str, Field]
    net: Value | None

    def rows(self) -> list[Row]:
        """The rows, from the top; one as large as all above it is their sum, unless only so they come to the net."""
        return list(self._read)

    @cached_property
    def _read(self) -> list[Row]:
        rows = self._rows(sums_repeat=True)
        if isinstance(self.net, Decimal) and _total(rows) != self.net:
            others = self._rows(sums_repeat=False)
            return others if _total(others) == self.net else rows
        return rows

    def _rows(self, *, sums_repeat: bool) -> list[Row]:
        rows: list[dict[str, Value]] = []
        lines = self.grid.lines
        last_full = max((i for i, line in enumerate(lines) if self.is_full(line)), default=-1)
        total = group = Decimal(0)
        above: GridLine | None = None
        for i, line in enumerate(lines):
            amount = self._amount(line)
            if amount is None:
                if above and self._wrapping.continues(line, above) and not _opens_totals(line):
                    self._append(rows[-1], self.roles.cell(line, "description"))
                    above = line
                elif self.roles.cell(line, "description"):
                    above = None
                continue
            above = None
            if not self.is_full(line):
                if rows and self._is_sum(line, amount, total, (total, group) if sums_repeat else ()):
                    if i > last_full:
                        break
                    group = Decimal(0)
                    continue
                if not self._may_be_row(line):
                    continue
            total, group = total + amount, group + amount
            rows.append(dict(self._values(line)))
            above = line
        return list(rows)

    def comes_to_net(self) -> bool:
        """Whether the rows come to the net amount."""
        return _total(self.rows()) == self.net

    def may_be_row(self, line: GridLine) -> bool:
        """Whether a line has an amount, and says what it is for."""
        return self._amount(line) is not None and not _opens_totals(line) and self._may_be_row(line)

    def is_full(self, line: GridLine) -> bool:
        """Whether a line is a row beyond doubt: quantity times price is its amount."""
        return self._product(line) is not None

    def _product(self, line: GridLine) -> tuple[Decimal, Decimal, Decimal] | None:
        quantity, price, amount = (self.roles.cell(line, role) for role in _NUMBERS)
        if not (quantity and price and amount):
            return None
        return product(quantity, price, amount, self.roles.cell(line, "discount"))

    def _amount(self, line: GridLine) -> Decimal | None:
        if found := self._product(line):
            return found[2]
        read = readings(self.roles.cell(line, "line_amount"))
        return read[0] if read else None

    def _is_sum(self, line: GridLine, amount: Decimal, total: Decimal, sums: tuple[Decimal, ...]) -> bool:
        """Whether a line states what rows above it come to; "Transport  1 tim" says what was sold, "Transport" not."""
        if total == self.net:
            return True
        counted = bool(self.roles.cell(line, "quantity"))
        return (amount in sums and (self.roles.multiplies or not counted)) or (_opens_totals(line) and not counted)

    def _may_be_row(self, line: GridLine) -> bool:
        """Whether a line that does not multiply may be a row: it says what it is about, where rows say that."""
        if not self.roles.cell(line, "description") or self.roles.contradicts(line):
            return False
        if not self.roles.multiplies:
            return True
        if _opens_totals(line) and not self.roles.cell(line, "quantity"):
            return False
        if line.anchor or not self._mostly_full:
            return True
        first = line.words[self.roles.columns["description"]][0]
        left = line.sheet.view.page.words[first].box.left
        alone = not self.roles.cell(line, "quantity") and not self.roles.cell(line, "unit_price")
        return alone and abs(left - self._wrapping.text_left) < _ALIGNED

    @cached_property
    def _mostly_full(self) -> bool:
        anchors = [line for line in self.grid.lines if line.anchor]
        return sum(map(self.is_full, anchors)) > _MOSTLY * len(anchors)

    @property
    def _told_below(self) -> bool:
        """Whether rows begin with the number of the article and say below what it is."""
        return self.roles.columns["description"] == self.roles.columns.get("article_number")

    @cached_property
    def _wrapping(self) -> Wrapping:
        position = self.roles.columns["description"]
        return Wrapping(self.grid, position, lambda line: self._amount(line) is not None, self._beside)

    @property
    def _beside(self) -> frozenset[int]:
        """The outermost columns that mean nothing and are empty in most rows: a letterhead beside the table."""
        anchors = [line for line in self.grid.lines if line.anchor]
        outermost = {0, len(self.grid.heads) - 1} - set(self.roles.columns.values())
        return frozenset(i for i in outermost if 2 * sum(bool(line.cells[i]) for line in anchors) < len(anchors))

    def _values(self, line: GridLine) -> Iterator[tuple[str, Value]]:
        multiplied = self._product(line)
        numbers = dict(zip(_NUMBERS, multiplied, strict=True)) if multiplied else {}
        for role in self.roles.columns:
            text = self.roles.cell(line, role)
            if role not in self.columns or not text or (role == "description" and self._told_below):
                continue
            if role in numbers:
                yield role, numbers[role]
            elif role in _NUMBERS:
                if read := readings(text):
                    # Amounts are money, quantities and prices may have three decimals.
                    yield role, read[0] if role == "line_amount" else read[-1]
            else:
                try:
                    yield role, KINDS[self.columns[role].kind].parse(text)
                except FieldError:
                    continue
        behind = unit(self.roles.cell(line, "quantity"))
        if behind and "unit" in self.columns and "unit" not in self.roles.columns:
            yield "unit", behind

    def _append(self, row: dict[str, Value], text: str) -> None:
        """Adds a second line: to the description, or the article's number where it is labelled as that."""
        number = _labelled_article_number(text)
        if number and "article_number" in self.columns and "article_number" not in row:
            row["article_number"] = number
        else:
            row["description"] = f"{row['description']} {text}" if "description" in row else text


def _labelled_article_number(text: str) -> str:
    """The number behind a label of article numbers that opens a text; "" where the text is something else.

    >>> _labelled_article_number("Art.-Nr. 72-561E"), _labelled_article_number("Chargen-Nr. 88213")
    ('72-561E', '')
    """
    label, _, number = text.rpartition(" ")
    meanings = Lexicon.shipped().meanings(label.rstrip(":")) if label else ()
    return number if any((m.group, m.name) == ("column", "article_number") for m in meanings) else ""


def _total(rows: Sequence[Row]) -> Decimal:
    amounts = (row.get("line_amount") for row in rows)
    return sum((amount for amount in amounts if isinstance(amount, Decimal)), Decimal(0))


def _opens_totals(line: GridLine) -> bool:
    """Whether a label that closes tables leads a segment of the line, with numbers at most behind it."""
    inside = {i for column in line.words for i in column}
    return any(
        hit.leading
        and any(meaning.group == "end" for meaning in hit.meanings)
        and hit.segment.indices[0] in inside
        and not any(map(str.isalpha, hit.segment.text[hit.end :].replace("SEK", "").replace("kr", "")))
        for hit in line.sheet.view.hits[line.line]
    )
