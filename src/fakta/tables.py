"""Tables: line items and VAT breakdown, read from column heads and what is aligned under them, and by the model.

A row begins where its amount stands; lines without one continue the description above. Pages are read on their own,
so a table that goes on without a repeated head ends with its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fakta.candidates.labels import LabelHit
from fakta.candidates.page import PageView
from fakta.documents.lines import Segment
from fakta.documents.model import Box
from fakta.errors import FieldError
from fakta.fields import KINDS
from fakta.fields.base import Value
from fakta.schema import Field, Schema

Row = Mapping[str, Value]

_MAX_GAP = 7.0  # line heights without any row after which a table has ended
_AMOUNT_AT_MOST = re.compile(r"[\s\d:.,%()–-]*(?:kr|[A-Z]{3})?[\s\d.,–-]*")
_QUANTITY_UNIT = re.compile(r"^(-?[\d\s.,]+?)\s*([^\W\d_%][\w².]*)$")


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    box: Box


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
    columns = schema.tables.get("line_items")
    if not columns:
        return ()
    by_heads = tuple(row for view in views for head in sorted(view.table_heads) for row in _rows(view, head, columns))
    by_model = tuple(row for view in views for row in _assembled(_labelled_cells(view, label_names), columns))
    return max(by_model, by_heads, key=lambda rows: _agreement(rows, net))


def read_vat_breakdown(
    views: Sequence[PageView], schema: Schema, net: Value | None, vat: Value | None
) -> tuple[Row, ...]:
    """Rate, taxable amount and tax amount of each VAT rate.

    Read from a table of its own where there is one; else the single rate that net and VAT amount imply, if it is one
    of the rates in use.
    """
    columns = schema.tables.get("vat_breakdown")
    if not columns:
        return ()
    for view in views:
        for line, hits in enumerate(view.hits):
            names = {m.name for hit in hits for m in hit.meanings if m.group == "column"}
            if line not in view.table_heads and {"taxable_amount", "tax_amount"} <= names:
                rows = tuple(_vat_rows(view, line, columns))
                if rows:
                    return rows
    if isinstance(net, Decimal) and isinstance(vat, Decimal) and net:
        for rate in (25, 12, 6, 0):
            if abs(net * rate / 100 - vat) <= Decimal("0.05"):
                return ({"rate": Decimal(rate), "taxable_amount": net, "tax_amount": vat},)
    return ()


def _rows(view: PageView, head: int, columns: Mapping[str, Field]) -> Iterator[Row]:
    heads = _heads(view.hits[head], columns)
    # Without a column for amounts nothing tells where a row begins.
    if any(column.name == "line_amount" for column in heads):
        yield from _assembled(_aligned_cells(view, head, heads), columns)


def _aligned_cells(view: PageView, head: int, heads: Sequence[_Column]) -> Iterator[dict[str, str]]:
    """The cells of each line under a head, to the end of the table."""
    bottom = view.bottoms[head]
    for line in range(head + 1, len(view.lines)):
        if line in view.table_heads or view.tops[line] - bottom > _MAX_GAP * view.line_height or _ends(view, line):
            return
        bottom = view.bottoms[line]
        yield _cells(view.lines[line], heads)


def _labelled_cells(view: PageView, label_names: Sequence[str]) -> Iterator[dict[str, str]]:
    """The cells of each line that the model calls parts of line items."""
    if view.probabilities is None:
        return
    best = view.probabilities.argmax(axis=1)
    for line in view.lines:
        cells: dict[str, str] = {}
        for segment in line:
            for index, word in zip(segment.indices, segment.words, strict=True):
                table, _, column = label_names[best[index]][2:].partition(".")
                if table == "line_items":
                    cells[column] = f"{cells[column]} {word.text}" if column in cells else word.text
        if cells:
            yield cells


def _assembled(lines: Iterable[Mapping[str, str]], columns: Mapping[str, Field]) -> Iterator[Row]:
    """Rows from the cells of consecutive lines."""
    current: dict[str, Value] = {}
    for cells in lines:
        row = _parse(cells, columns)
        if "line_amount" in row or ("quantity" in row and "unit_price" in row):
            if current:
                yield current
            current = row
        elif current and set(cells) == {"description"} and "description" in current:
            current["description"] = f"{current['description']} {cells['description']}"
    if current:
        yield current


def _agreement(rows: Sequence[Row], net: Value | None) -> tuple[bool, int, int]:
    """How far rows add up: to the net amount, quantity by price to amount, and how many cells were read."""
    amounts = [row["line_amount"] for row in rows] if all("line_amount" in row for row in rows) else []
    adds_up = bool(amounts) and isinstance(net, Decimal) and abs(sum(map(_decimal, amounts)) - net) <= Decimal("0.05")
    products = sum(_multiplies(row) for row in rows)
    return adds_up, products, sum(len(row) for row in rows)


def _multiplies(row: Row) -> bool:
    if not {"quantity", "unit_price", "line_amount"} <= set(row):
        return False
    product = _decimal(row["quantity"]) * _decimal(row["unit_price"])
    return abs(product - _decimal(row["line_amount"])) <= Decimal("0.02")


def _decimal(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _vat_rows(view: PageView, head: int, columns: Mapping[str, Field]) -> Iterator[Row]:
    renamed = {"vat_rate": "rate"}
    heads = [
        _Column(renamed.get(column.name, column.name), column.box)
        for column in _heads(view.hits[head], {**columns, "vat_rate": columns["rate"]})
    ]
    for line in range(head + 1, min(head + 6, len(view.lines))):
        row = _parse(_cells(view.lines[line], heads), columns)
        if set(row) != set(columns):
            break
        yield row


def _heads(hits: Sequence[LabelHit], columns: Mapping[str, Field]) -> list[_Column]:
    found: list[_Column] = []
    taken: set[str] = set()
    # From the right: where two heads may both be the amount ("Pris" ... "Summa"), the last one is.
    for hit in reversed(hits):
        names = [m.name for m in hit.meanings if m.group == "column" and m.name in columns and m.name not in taken]
        if names:
            name = "line_amount" if "line_amount" in names else names[0]
            taken.add(name)
            found.append(_Column(name, hit.box))
    return found[::-1]


def _cells(segments: Sequence[Segment], heads: Sequence[_Column]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for segment in segments:
        nearest = min(heads, key=lambda column: _distance(column.box, segment.box))
        cells[nearest.name] = f"{cells[nearest.name]} {segment.text}" if nearest.name in cells else segment.text
    return cells


def _distance(head: Box, cell: Box) -> float:
    return min(abs(head.left - cell.left), abs(head.right - cell.right), abs(head.center - cell.center))


def _parse(cells: Mapping[str, str], columns: Mapping[str, Field]) -> dict[str, Value]:
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


def _ends(view: PageView, line: int) -> bool:
    """Whether a line opens the totals: a closing label leads it, and it is no row of its own."""
    for hit in view.hits[line]:
        if hit.leading and any(meaning.group == "end" for meaning in hit.meanings):
            if _AMOUNT_AT_MOST.fullmatch(hit.segment.text, hit.end):
                return True
    return False
