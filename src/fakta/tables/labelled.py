"""Line items as the model labels them: the words of each line by the column that it takes them for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from fakta.candidates.page import PageView
from fakta.errors import FieldError
from fakta.fields import KINDS
from fakta.fields.base import Value
from fakta.schema import Field
from fakta.tables.rows import Row

_QUANTITY_UNIT = re.compile(r"^(-?[\d\s.,]+?)\s*([^\W\d_%][\w².]*)$")


def labelled_rows(views: Sequence[PageView], label_names: Sequence[str], columns: Mapping[str, Field]) -> list[Row]:
    """The rows; a row begins where its amount stands, and lines without one go on with the description above.

    Args:
        views: the pages.
        label_names: what the columns of the views' probabilities stand for.
        columns: of the schema.
    """
    return [row for view in views for row in _assembled(_lines(view, label_names), columns)]


@cache
def item_column(label: str) -> str:
    """The column of line items that a label of the model names; "" where it names something else.

    >>> item_column("B-line_items.unit_price"), item_column("B-due_date")
    ('unit_price', '')
    """
    table, _, column = label[2:].partition(".")
    return column if table == "line_items" else ""


def _lines(view: PageView, label_names: Sequence[str]) -> Iterator[dict[str, str]]:
    """The cells of each line that the model calls parts of line items."""
    if view.probabilities is None:
        return
    columns = [item_column(label_names[best]) for best in view.likeliest]
    for line in view.lines:
        cells: dict[str, str] = {}
        for segment in line:
            for index, word in zip(segment.indices, segment.words, strict=True):
                if column := columns[index]:
                    cells[column] = f"{cells[column]} {word.text}" if column in cells else word.text
        if cells:
            yield cells


def _assembled(lines: Iterable[Mapping[str, str]], columns: Mapping[str, Field]) -> Iterator[Row]:
    """Rows from the cells of consecutive lines."""
    current: dict[str, Value] = {}
    for cells in lines:
        row = _parsed(cells, columns)
        if "line_amount" in row or ("quantity" in row and "unit_price" in row):
            if current:
                yield current
            current = row
        elif current and set(cells) == {"description"} and "description" in current:
            current["description"] = f"{current['description']} {cells['description']}"
    if current:
        yield current


def _parsed(cells: Mapping[str, str], columns: Mapping[str, Field]) -> dict[str, Value]:
    row: dict[str, Value] = {}
    for name, text in cells.items():
        kind = columns[name].kind
        if name == "quantity" and (both := _QUANTITY_UNIT.match(text)):
            text = both.group(1)
            if "unit" in columns:
                row.setdefault("unit", both.group(2))
        try:
            row[name] = KINDS[kind].parse(text)
        except FieldError:
            continue
    return row
