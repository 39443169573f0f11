"""Line items: what was sold, read by the heads of the table and by the model's labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from fakta.candidates.page import PageView
from fakta.fields.base import Value
from fakta.schema import Field, Schema
from fakta.tables.cells import Sheet
from fakta.tables.grid import Body, Grid, Table, bodies_of, joined, lay_out, line_in
from fakta.tables.heads import headless_tables, table_heads
from fakta.tables.in_words import listed_rows, with_price
from fakta.tables.labelled import item_column, labelled_rows
from fakta.tables.roles import assign_roles
from fakta.tables.rows import Row, RowReader

__all__ = ["Row", "read_line_items"]

_TABLE = "line_items"


def read_line_items(
    views: Sequence[PageView], schema: Schema, label_names: Sequence[str], *, net: Value | None = None
) -> tuple[Row, ...]:
    """The rows of the document's tables of line items; a cell that could not be read is absent from its row.

    They are read twice, by the column heads and by the model's labels, and the reading that adds up is taken.

    Args:
        views: the pages.
        schema: with the table's columns.
        label_names: what the columns of the views' probabilities stand for.
        net: the net amount, which the rows should come to.
    """
    columns = schema.tables.get(_TABLE)
    if not columns:
        return ()
    sheets = [Sheet(view) for view in views]
    tables = [
        _on_further_pages(reader, table, sheets, label_names)
        for table in _tables(sheets, columns, label_names)
        if (reader := _reader(table, columns, label_names, net))
    ]
    by_heads = [(reader.roles.multiplies, reader.rows()) for reader in tables]
    candidates: list[Sequence[Row]] = [
        [row for multiplies, rows in by_heads if multiplies for row in rows],
        [row for _, rows in by_heads for row in rows],
        labelled_rows(views, label_names, columns),
    ]
    best: Sequence[Row] = max(candidates, key=lambda rows: _agreement(rows, net))
    return tuple(map(with_price, best or listed_rows(views, net)))


def _tables(sheets: Sequence[Sheet], columns: Mapping[str, Field], label_names: Sequence[str]) -> list[Table]:
    """The tables of all pages; one that goes on without a repeated head is followed to the next page."""
    tables: list[Table] = []
    for sheet in sheets:
        heads = table_heads(sheet) or ([] if tables else headless_tables(sheet))
        if tables:
            stop = heads[0].first if heads else len(sheet.view.lines)
            reader = _reader(tables[-1], columns, label_names, None)
            if reader and reader.roles.multiplies and (body := _went_on(sheet, stop, reader)):
                tables[-1].bodies.append(body)
        tables = joined([*tables, *bodies_of(sheet, heads)])
    return tables


def _went_on(sheet: Sheet, stop: int, reader: RowReader) -> Body | None:
    """The lines from the first row on a page that has no head of its own."""
    grid = reader.grid
    for line in range(stop):
        cells = line_in(sheet, line, grid.edges, grid.left, grid.right)
        if cells and reader.is_full(cells):
            return Body(sheet, range(line, stop))
    return None


def _on_further_pages(
    reader: RowReader, table: Table, sheets: Sequence[Sheet], label_names: Sequence[str]
) -> RowReader:
    """The table with the pages after it, where its rows do not multiply and only with these come to the net amount."""
    last = next(i for i, sheet in enumerate(sheets) if sheet is table.bodies[-1].sheet)
    behind = sheets[last + 1 :]
    if not behind or reader.roles.multiplies or not isinstance(reader.net, Decimal) or reader.comes_to_net():
        return reader
    bodies = [
        Body(sheet, range(first, len(sheet.view.lines)))
        for sheet in behind
        if (first := next((i for i in range(len(sheet.view.lines)) if _looks_like_a_row(reader, sheet, i)), None))
        is not None
    ]
    longer = _reader(Table(table.head, [*table.bodies, *bodies]), reader.columns, label_names, reader.net)
    return longer if longer and longer.comes_to_net() else reader


def _looks_like_a_row(reader: RowReader, sheet: Sheet, line: int) -> bool:
    grid = reader.grid
    cells = line_in(sheet, line, grid.edges, grid.left, grid.right)
    return cells is not None and reader.may_be_row(cells)


def _reader(
    table: Table, columns: Mapping[str, Field], label_names: Sequence[str], net: Value | None
) -> RowReader | None:
    grid = lay_out(table)
    if grid is None:
        return None
    roles = assign_roles(grid, _votes(grid, label_names))
    if not {"description", "line_amount"} <= set(roles.columns):
        return None
    return RowReader(grid, roles, columns, net)


def _votes(grid: Grid, label_names: Sequence[str]) -> list[dict[str, float]]:
    """Per column, the share of its words that the model takes for each column of the schema."""
    lines = [line for line in grid.lines if line.anchor]
    votes = []
    for position in range(len(grid.heads)):
        counts: dict[str, int] = {}
        n_words = 0
        for line in lines:
            likeliest = line.sheet.view.likeliest
            if not likeliest:
                continue
            for index in line.words[position]:
                n_words += 1
                if column := item_column(label_names[likeliest[index]]):
                    counts[column] = counts.get(column, 0) + 1
        votes.append({column: count / n_words for column, count in counts.items()})
    return votes


def _agreement(rows: Sequence[Row], net: Value | None) -> tuple[bool, int, bool]:
    """How far rows add up: to the net amount, each saying what it is for; quantity by price to amount; any at all."""
    whole = bool(rows) and all({"description", "line_amount"} <= set(row) for row in rows)
    total = sum(_decimal(row["line_amount"]) for row in rows) if whole else None
    adds_up = total is not None and isinstance(net, Decimal) and abs(total - net) <= Decimal("0.05")
    return adds_up, sum(map(_multiplies, rows)), bool(rows)


def _multiplies(row: Row) -> bool:
    if not {"quantity", "unit_price", "line_amount"} <= set(row):
        return False
    result = _decimal(row["quantity"]) * _decimal(row["unit_price"])
    return abs(result - _decimal(row["line_amount"])) <= Decimal("0.02")


def _decimal(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)
