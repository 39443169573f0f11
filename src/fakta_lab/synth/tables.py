"""The line table: heads in one or two lines, rows with wrapped texts and second lines, groups, rows of text, sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from fakta_lab.synth.block import Block
from fakta_lab.synth.captions import broken, put_lines, widest
from fakta_lab.synth.cells import FIELD, NUMERIC, cell, columns_of, line_amount, truth, with_vat
from fakta_lab.synth.content import Content
from fakta_lab.synth.facets import Item
from fakta_lab.synth.facts import Line
from fakta_lab.synth.theme import WHITE, Theme
from fakta_lab.synth.typeface import Piece, Type, Words, words_of
from fakta_lab.synth.wording import wording

_GREY = (0.7, 0.7, 0.7)


@dataclass(frozen=True)
class Columns:
    """Where the columns stand.

    Attributes:
        widths: points.
        right: whether the column is set flush right.
        body: how the rows are set.
        pitch: least distance between rows in points.
    """

    names: list[str]
    widths: list[float]
    right: list[bool]
    body: Type
    pitch: float

    @cached_property
    def width(self) -> float:
        """Of all columns."""
        return sum(self.widths)

    def left(self, name: str) -> float:
        """Left edge of a column."""
        return sum(self.widths[: self.names.index(name)])

    def put(self, block: Block, name: str, top: float, words: Words, kind: Type) -> None:
        """Sets words in a column, at the edge where the column's values stand."""
        at = self.names.index(name)
        x = sum(self.widths[:at])
        if self.right[at]:
            block.put(x + self.widths[at] - 3, top, words, kind, align="right")
        else:
            block.put(x + 3, top, words, kind)


@dataclass
class LineTable:
    """A table in parts, so that it can be broken between pages.

    Attributes:
        header: the column labels; empty where the table has none.
        rows: one block each.
        sums: what the lines down to each row amount to.
        items: canonical values of each line as printed.
    """

    columns: Columns
    header: Block
    rows: list[Block] = field(default_factory=list)
    sums: list[Decimal] = field(default_factory=list)
    items: list[dict[str, str]] = field(default_factory=list)

    def add(self, block: Block, amount: Decimal = Decimal(0)) -> None:
        """One more row, which adds the amount."""
        self.rows.append(block)
        self.sums.append((self.sums[-1] if self.sums else Decimal(0)) + amount)


def line_table(content: Content, theme: Theme, width: float, *, sums: Sequence[Item] = ()) -> LineTable:
    """The invoice's lines as this supplier tabulates them.

    Args:
        content, theme: of the invoice.
        width: points.
        sums: printed as the table's last rows, under its column of amounts.
    """
    keys, lines = content.keys, content.facts.lines
    names = columns_of(content)
    cells = [[cell(content, line, name) for name in names] for line in lines]
    captions = [words_of([(theme.caption(_caption(content, name), colon=False), "")]) for name in names]
    width *= keys.pick("table_width", (1.0, 1.0, 1.0, 0.93))
    columns, heads = _fitted(content, theme, names, captions, cells, width)
    table = LineTable(columns, _header(content, theme, columns, heads))
    zebra, ruled, grid = keys.chance("zebra", 0.14), keys.chance("ruled", 0.22), keys.chance("grid", 0.12)
    grouped = len(lines) > 3 and keys.chance("groups", 0.14)
    summed = grouped and "line_amount" in names and keys.chance("group_sums", 0.5)
    size = content.rng.randrange(2, 6)
    groups = content.rng.sample(wording(content.supplier.language, "groups"), 6)
    for number, (line, row) in enumerate(zip(lines, cells, strict=True)):
        if grouped and number % size == 0 and number // size < len(groups):
            heading = theme.strong.sized(columns.body.size / theme.strong.size)
            table.add(_text_row(columns, ((groups[number // size], ""),), heading))
        if line.note:
            table.add(_text_row(columns, content.fill(line.note), columns.body))
        more = words_of(content.fill(line.continuation)) if line.continuation else ()
        block = _row(columns, row, more, _second_line(content, line, names))
        if zebra and number % 2:
            block.box(0, 0, columns.width, block.height, fill=theme.tint)
            block.shapes.insert(0, block.shapes.pop())
        if ruled or grid:
            block.box(0, block.height, columns.width, 0, stroke=_GREY)
        if grid:
            x = 0.0
            for extent in (*columns.widths, 0.0):
                block.box(x, 0, 0, block.height, stroke=_GREY)
                x += extent
        table.add(block, line_amount(content, line))
        table.items.append(truth(content, line, row, more))
        if summed and (number % size == size - 1 or number == len(lines) - 1):
            first = number - number % size
            subtotal = sum((line_amount(content, each) for each in lines[first : number + 1]), Decimal(0))
            label = str(keys.pick("group_sum", wording(content.supplier.language, "subtotal_row")))
            label = label.format(group=groups[min(number // size, len(groups) - 1)])
            value = content.money(subtotal, "", place="lines")
            table.add(_sum_row(columns, ((label, ""),), value, theme, keys.unit("group_sum_at")))
    for position, item in enumerate(sums):
        block = _sum_row(columns, item.label, item.value, theme, keys.unit("sums_at"), strong=item.strong)
        if keys.chance("sums_ruled", 0.35) and (position == 0 or item.strong):
            left = 0.0 if keys.chance("sums_rule_wide", 0.5) else columns.left("line_amount")
            block.box(left, 0, columns.width - left, 0, stroke=theme.rule)
        table.add(block)
    return table


def _caption(content: Content, name: str) -> str:
    if with_vat(content) and name == "line_amount" and content.keys.chance("gross_caption", 0.8):
        return content.supplier.label("line_gross")
    return content.supplier.label(name)


def _fitted(
    content: Content, theme: Theme, names: list[str], captions: list[Words], cells: list[list[Words]], width: float
) -> tuple[Columns, list[list[Words]]]:
    """The columns, set so small that the description has room, and their captions in lines."""
    keys = content.keys
    body = theme.value.sized(keys.pick("table_size", (1.0, 1.0, 0.92, 0.85)))
    broad = keys.chance("heads_in_one_line", 0.6)
    at = names.index("description")
    for _ in range(6):
        gap = max(5.0, body.size * 0.9)
        kind = _header_type(theme, body)
        widths, heads = [], []
        for column, caption in enumerate(captions):
            extent = max(body.width(row[column]) for row in cells)
            lines = (
                [caption] if broad or column == at else broken(caption, kind, max(extent, kind.width(caption) * 0.5))
            )
            heads.append(lines)
            widths.append(max(extent, widest(lines, kind)) + gap)
        # The description takes what is left over.
        widths[at] = width - sum(extent for column, extent in enumerate(widths) if column != at)
        if widths[at] >= min(90.0, width * 0.25) or len(names) < 4:
            break
        body = body.sized(0.93)
    right = [name in NUMERIC and not keys.chance(f"column_left.{name}", 0.08) for name in names]
    return Columns(names, widths, right, body, body.size * keys.between("row_pitch", 1.25, 2.0)), heads


def _header_type(theme: Theme, body: Type) -> Type:
    return theme.small_label if theme.small_label.size < body.size else theme.label.sized(body.size / theme.label.size)


def _header(content: Content, theme: Theme, columns: Columns, heads: list[list[Words]]) -> Block:
    keys, width = content.keys, columns.width
    block = Block("table_header", width=width)
    look = keys.weighted(
        "table_header", {"rule": 32, "band": 20, "dark": 11, "bare": 18, "rules": 9, "boxes": 5, "none": 5}
    )
    if look == "none":
        return block
    kind = _header_type(theme, columns.body)
    pitch = kind.size * 1.15
    height = kind.above + kind.below + 5 + pitch * (max(map(len, heads)) - 1)
    if look == "band":
        block.box(0, 0, width, height, fill=theme.tint)
    if look == "dark":
        block.box(0, 0, width, height, fill=theme.accent if theme.accent != (0, 0, 0) else (0.25, 0.25, 0.25))
        kind = kind.coloured(WHITE)
    if look == "rules":
        block.box(0, 0, width, 0, stroke=theme.rule)
    low = keys.chance("heads_at_bottom", 0.5)
    x = 0.0
    for name, lines, column, flush in zip(columns.names, heads, columns.widths, columns.right, strict=True):
        if look == "boxes":
            block.box(x, 0, column, height, stroke=theme.rule)
        shrunk = 1.0 if name == "description" else min(1.0, (column - 4) / max(1.0, widest(lines, kind)))
        top = 2.5 + (pitch * (max(map(len, heads)) - len(lines)) if low else 0.0)
        edge = x + column - 3 if flush else x + 3
        put_lines(block, edge, top, lines, kind.sized(shrunk), pitch, align="right" if flush else "left")
        x += column
    block.height = height
    if look in ("rule", "rules"):
        block.box(0, height, width, 0, stroke=theme.rule)
    block.height += keys.between("header_gap", 0, 5)
    block.width = width
    return block


def _row(columns: Columns, cells: list[Words], more: Words, second: Words) -> Block:
    block = Block("row")
    body, step = columns.body, columns.body.size * 1.25
    bottom = 1.5
    for name, words, extent in zip(columns.names, cells, columns.widths, strict=True):
        top = 1.5
        for chunk in wrapped(words, body, extent - 8) if name == "description" else [words]:
            columns.put(block, name, top, chunk, body)
            top += step
        if name == "description":
            # What stands under the description belongs to it; numbers and dates under it do not.
            for tail in (tuple((text, f"I-{FIELD[name]}") for text, _ in more), second):
                for chunk in wrapped(tail, body, extent - 8) if tail else []:
                    columns.put(block, name, top, chunk, body)
                    top += step
        bottom = max(bottom, top)
    block.width, block.height = columns.width, max(columns.pitch, bottom + 0.3 * body.size)
    return block


def _second_line(content: Content, line: Line, names: list[str]) -> Words:
    """What a row says about its line under the description: an article number, a period, a discount ..."""
    keys = content.keys
    if not keys.chance("second_lines", 0.12) or content.rng.random() < 0.3:
        return ()
    if "article_number" not in names and keys.chance("second_article", 0.5):
        label = content.supplier.label("article_number")
        return words_of([(label, ""), (line.article_number, FIELD["article_number"])])
    return words_of(content.fill(keys.pick("second_line", wording(content.supplier.language, "second_lines"))))


def _text_row(columns: Columns, pieces: Sequence[Piece], kind: Type) -> Block:
    block = Block("row")
    top = 1.5
    for chunk in wrapped(words_of(pieces), kind, columns.width - 6):
        block.put(3, top, chunk, kind)
        top += kind.size * 1.25
    block.width, block.height = columns.width, max(columns.pitch, top)
    return block


def _sum_row(
    columns: Columns,
    label: Sequence[Piece],
    value: Sequence[Piece],
    theme: Theme,
    place: float,
    *,
    strong: bool = False,
) -> Block:
    """A label before an amount that stands in the column of amounts; `place` (0-1) says where the label stands."""
    block = Block("row")
    body = columns.body
    kind = theme.strong.sized(body.size / theme.strong.size) if strong else body
    words, amount = words_of([(theme.caption(t, colon=False) if not f else t, f) for t, f in label]), words_of(value)
    columns.put(block, "line_amount", 1.5, amount, kind)
    left, extent = columns.left("line_amount"), columns.widths[columns.names.index("line_amount")]
    # An amount with its currency may be wider than the column.
    edge = min(left, left + extent - 3 - kind.width(amount)) - 6
    if kind.width(words) > edge:
        # The amounts stand too far left for a label before them.
        block.put(left + extent + 6, 1.5, words, kind)
    elif place < 0.45:
        block.put(edge, 1.5, words, kind, align="right")
    elif place < 0.75 and columns.left("description") + kind.width(words) < edge:
        block.put(columns.left("description") + 3, 1.5, words, kind)
    else:
        block.put(max(0.0, min(edge - kind.width(words), edge * place)), 1.5, words, kind)
    block.width, block.height = max(columns.width, block.width), max(columns.pitch, 1.5 + kind.size * 1.5)
    return block


def wrapped(words: Words, kind: Type, width: float, *, whole: bool = False) -> list[Words]:
    """The words in lines that are no wider; with `whole`, a labelled value is not broken."""
    units: list[list[tuple[str, str]]] = []
    for word in words:
        if whole and units and word[1].startswith("I-"):
            units[-1].append(word)
        else:
            units.append([word])
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0.0
    for unit in units:
        extent = kind.width(tuple(unit))
        if lines[-1] and used + kind.space + extent > width:
            lines.append([])
            used = 0.0
        used += extent + (kind.space if lines[-1] else 0.0)
        lines[-1] += unit
    return [tuple(line) for line in lines]
