"""Rows that say in words what others have columns for: "Snickare 8 tim à 450 kr", and lists of texts and amounts.

Nothing but the sums tells such rows from other words and numbers: quantity times price has to be the amount, and a
list of texts and amounts under no head that is known has to come to the net amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from fakta.candidates.labels import LabelHit
from fakta.candidates.page import PageView
from fakta.fields.base import Value
from fakta.fields.printed import plain
from fakta.tables.cells import Cell, Sheet, is_money, letters, product, readings

Row = Mapping[str, Value]

_NUMBER = r"-?(?:\d{1,3}(?:[ .]\d{3})+|\d+)(?:[.,]\d{1,4})?"
_WORD = r"[^\W\d_]{1,8}"
_PRICED = re.compile(
    rf"(?<![\w.,])(?P<one>{_NUMBER}) ?(?P<unit>{_WORD}\.?)? ?(?:[àá@×*x]|a(?= )) ?(?P<other>{_NUMBER})(?!\d)"
    rf"(?: ?(?P<behind>{_WORD}))?",
    re.IGNORECASE,
)
_CURRENCIES = frozenset({"kr", "sek", "nok", "dkk", "eur", "gbp", "usd"})
_LEAST_ROWS = 3  # of a list without a head: two lines may be a sum and a fee
_LEAST_LETTERS = 3
_TOTALS = frozenset({"net_amount", "vat_amount", "rounding_amount", "amount_due"})
_MOST_LINES = 60  # of a list without a head
_LONGEST = 200  # letters of a description in which a price is looked for
_ALIGNED = 0.006  # of the page width
_GAP = 3.0  # line heights between rows of a list, at most


def with_price(row: Row) -> Row:
    """The row, with quantity, unit and price where its description states them and they multiply to its amount."""
    text, amount = row.get("description"), row.get("line_amount")
    if not isinstance(text, str) or not isinstance(amount, Decimal) or {"quantity", "unit_price"} & row.keys():
        return row
    for match in _PRICED.finditer(plain(text[:_LONGEST])):
        if multiplied := product(match["one"], match["other"], str(amount)):
            quantity, price, unit = *multiplied[:2], match["unit"]
            if unit and unit.lower() in _CURRENCIES:
                quantity, price, unit = price, quantity, match["behind"]  # "450 kr × 8 tim"
            named: dict[str, Value] = {"unit": unit} if unit and "unit" not in row else {}
            return {**row, "quantity": quantity, "unit_price": price, **named}
    return row


def listed_rows(views: Sequence[PageView], net: Value | None) -> list[Row]:
    """The first list of texts and amounts that comes to the net amount; none where the net is not known."""
    if not isinstance(net, Decimal):
        return []
    for view in views:
        sheet = Sheet(view)
        for first in range(len(view.lines)):
            if rows := _list_from(sheet, first, net):
                return rows
    return []


def _list_from(sheet: Sheet, first: int, net: Decimal) -> list[Row]:
    """The rows from a line on that come to the net amount."""
    rows: list[dict[str, Value]] = []
    total = Decimal(0)
    for text, amount in _entries(sheet, first):
        if amount is None:
            rows[-1]["description"] = f"{rows[-1]['description']} {text}"
            continue
        total += amount
        rows.append({"description": text, "line_amount": amount})
        if total == net:
            return list(rows) if len(rows) >= _LEAST_ROWS else []
    return []


def _entries(sheet: Sheet, first: int) -> Iterator[tuple[str, Decimal | None]]:
    """Texts with their amounts from a line on, and texts alone below them; up to the first line that is neither."""
    view = sheet.view
    head: list[Cell] = []
    for line in range(first, min(first + _MOST_LINES, len(view.lines))):
        cells = sheet.cells(line)
        far = line > first and view.tops[line] - view.bottoms[line - 1] > _GAP * view.line_height
        if far or letters(cells[0].text) < _LEAST_LETTERS or _names_a_total(view.hits[line]):
            return
        if len(cells) == 2 and is_money(cells[1].text) and (not head or _under(head, cells)):
            head = head or cells
            yield cells[0].text, readings(cells[1].text)[0]
        elif len(cells) == 1 and head and abs(cells[0].box.left - head[0].box.left) < _ALIGNED:
            yield cells[0].text, None
        else:
            return


def _under(head: Sequence[Cell], cells: Sequence[Cell]) -> bool:
    """Whether text and amount stand under those of the first row."""
    return (
        abs(cells[0].box.left - head[0].box.left) < _ALIGNED and abs(cells[1].box.right - head[1].box.right) < _ALIGNED
    )


def _names_a_total(hits: Iterable[LabelHit]) -> bool:
    """Whether a line opens with what totals are called."""
    return any(
        hit.leading and any(meaning.group == "end" or meaning.name in _TOTALS for meaning in hit.meanings)
        for hit in hits
    )
