"""The line table and the VAT table: random columns in random order, with wrapped texts and rows of text."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from fakta_lab.synth.block import Block
from fakta_lab.synth.content import Content
from fakta_lab.synth.facts import Line
from fakta_lab.synth.theme import WHITE, Theme
from fakta_lab.synth.typeface import Type, Words, words_of

_NUMERIC = {
    "quantity",
    "unit_price",
    "discount_column",
    "line_vat_rate",
    "line_vat_amount",
    "line_amount",
    "line_gross",
}
_FIELD = {
    "description": "line_items.description",
    "article_number": "line_items.article_number",
    "quantity": "line_items.quantity",
    "unit": "line_items.unit",
    "unit_price": "line_items.unit_price",
    "line_vat_rate": "line_items.vat_rate",
    "line_amount": "line_items.line_amount",
}


@dataclass
class LineTable:
    """A table in parts, so that it can be broken between pages.

    Attributes:
        header: the column labels; empty where the table has none.
        rows: one block each.
        items: canonical values of each line as printed.
    """

    width: float
    header: Block
    rows: list[Block] = field(default_factory=list)
    items: list[dict[str, str]] = field(default_factory=list)


def line_table(content: Content, theme: Theme, width: float) -> LineTable:
    """The invoice's lines as this supplier tabulates them."""
    keys, lines = content.keys, content.facts.lines
    names = _columns(content)
    body = theme.value.sized(keys.pick("table_size", (1.0, 1.0, 0.92, 0.85)))
    cells = [[_cell(content, line, name) for name in names] for line in lines]
    captions = [words_of([(theme.caption(content.supplier.label(name), colon=False), "")]) for name in names]
    width *= keys.pick("table_width", (1.0, 1.0, 1.0, 0.93))
    for _ in range(6):
        widths = _widths(names, captions, cells, theme, body, width)
        if widths[names.index("description")] >= min(90.0, width * 0.25) or len(names) < 4:
            break
        body = body.sized(0.93)
    right = [name in _NUMERIC and not keys.chance(f"column_left.{name}", 0.08) for name in names]
    table = LineTable(width, _header(content, theme, names, captions, widths, right, body, width))
    zebra, ruled, grid = keys.chance("zebra", 0.14), keys.chance("ruled", 0.22), keys.chance("grid", 0.12)
    pitch = body.size * keys.between("row_pitch", 1.25, 2.0)
    for number, (line, row) in enumerate(zip(lines, cells, strict=True)):
        if line.note:
            note = Block(width=width)
            note.put(3, 0, words_of(content.fill(line.note)), body)
            note.height = pitch
            table.rows.append(note)
        more = words_of(content.fill(line.continuation)) if line.continuation else ()
        block = _row(more, names, row, widths, right, body, pitch)
        if zebra and number % 2:
            block.box(0, 0, width, block.height, fill=theme.tint)
            block.shapes.insert(0, block.shapes.pop())
        if ruled or grid:
            block.box(0, block.height, width, 0, stroke=(0.7, 0.7, 0.7))
        if grid:
            x = 0.0
            for column in widths:
                block.box(x, 0, 0, block.height, stroke=(0.7, 0.7, 0.7))
                x += column
            block.box(x, 0, 0, block.height, stroke=(0.7, 0.7, 0.7))
        table.rows.append(block)
        table.items.append(_truth(line, row, more))
    return table


def vat_table(content: Content, theme: Theme) -> tuple[Block, list[dict[str, str]]]:
    """Rate, taxable amount and tax for each rate, and what it states."""
    keys, formats = content.keys, content.supplier.formats
    names = ["vat_rate", "taxable_amount", "tax_amount"]
    if keys.chance("vat_gross", 0.3):
        names.append("vat_gross")
    if keys.chance("vat_order", 0.25):
        names[0], names[1] = names[1], names[0]
    rows, truth = [], []
    for rate, (base, tax) in content.facts.rates.items():
        values = {
            "vat_rate": (formats.rate(rate), "vat_breakdown.rate"),
            "taxable_amount": (formats.amount(base), "vat_breakdown.taxable_amount"),
            "tax_amount": (formats.amount(tax), "vat_breakdown.tax_amount"),
            "vat_gross": (formats.amount(base + tax), ""),
        }
        rows.append([words_of([values[name]]) for name in names])
        truth.append({"rate": plain(rate), "taxable_amount": f"{base:.2f}", "tax_amount": f"{tax:.2f}"})
    captions = [words_of([(theme.caption(content.supplier.label(name), colon=False), "")]) for name in names]
    block = Block("vat")
    pad = keys.between("vat_pad", 6, 26)
    top = 0.0
    if keys.chance("vat_heading", 0.4):
        block.put(0, 0, words_of([(content.supplier.label("vat_heading"), "")]), theme.heading)
        top = theme.line(theme.heading)
    x = 0.0
    for column, caption in enumerate(captions):
        width = max([theme.label.width(caption), *(theme.value.width(row[column]) for row in rows)])
        block.put(x + width, top, caption, theme.label, align="right")
        for position, row in enumerate(rows):
            block.put(
                x + width,
                top + theme.line(theme.label) + position * theme.line(theme.value) + 2,
                row[column],
                theme.value,
                align="right",
            )
        x += width + pad
    if keys.chance("vat_rule", 0.4):
        block.box(0, top + theme.line(theme.label), x - pad, 0, stroke=theme.rule)
    return block, truth


def plain(value: Decimal) -> str:
    """A number without trailing zeros."""
    return f"{value.normalize():f}"


def _columns(content: Content) -> list[str]:
    keys = content.keys
    optional = {
        "position": 0.1,
        "article_number": 0.45,
        "quantity": 0.88,
        "unit": 0.6,
        "unit_price": 0.85,
        "line_vat_rate": 0.4,
        "line_vat_amount": 0.05,
        "line_date": 0.1,
        "line_order": 0.05,
        "line_gross": 0.06,
    }
    chosen = {name for name, share in optional.items() if keys.chance(f"column.{name}", share)} | {
        "description",
        "line_amount",
    }
    if any(line.discount for line in content.facts.lines):
        chosen.add("discount_column")
    if keys.chance("minimal_table", 0.06):
        chosen = {"description", "line_amount"}
    order = [
        "position",
        "line_date",
        "article_number",
        "description",
        "line_order",
        "quantity",
        "unit",
        "unit_price",
        "discount_column",
        "line_vat_rate",
        "line_vat_amount",
        "line_amount",
        "line_gross",
    ]
    way = keys.weighted(
        "column_order", {"usual": 60, "quantity_first": 12, "description_first": 12, "price_first": 8, "mixed": 8}
    )
    if way == "quantity_first":
        order = ["quantity", "unit", *[n for n in order if n not in ("quantity", "unit")]]
    elif way == "description_first":
        order = ["description", *[n for n in order if n != "description"]]
    elif way == "price_first":
        order.remove("unit_price")
        order.insert(order.index("quantity"), "unit_price")
    elif way == "mixed":
        middle = keys.shuffled("column_mix", [n for n in order if n not in ("position", "description", "line_amount")])
        order = ["position", "description", *middle, "line_amount"]
    return [name for name in order if name in chosen]


def _cell(content: Content, line: Line, name: str) -> Words:
    formats = content.supplier.formats
    unit_glued = content.keys.chance("unit_with_quantity", 0.12) and not content.keys.chance("column.unit", 0.6)
    match name:
        case "description":
            return words_of([(line.description, _FIELD[name])])
        case "article_number":
            return words_of([(line.article_number, _FIELD[name])])
        case "quantity":
            pieces = [(formats.quantity(line.quantity), _FIELD[name])]
            return words_of([*pieces, (line.unit, _FIELD["unit"])] if unit_glued else pieces)
        case "unit":
            return words_of([(line.unit, _FIELD[name])])
        case "unit_price":
            places = 2 if line.unit_price == line.unit_price.quantize(Decimal("0.01")) else 4
            return words_of([(formats.number(line.unit_price, places), _FIELD[name])])
        case "discount_column":
            return words_of([(f"{line.discount:.0f} %" if line.discount else "", "")])
        case "line_vat_rate":
            return words_of([(formats.rate(line.vat_rate), _FIELD[name])])
        case "line_vat_amount":
            return words_of([(formats.amount(line.amount * line.vat_rate / 100), "")])
        case "line_amount":
            return words_of([(formats.amount(line.amount), _FIELD[name])])
        case "line_gross":
            return words_of([(formats.amount(line.amount * (100 + line.vat_rate) / 100), "")])
        case "position":
            return words_of(
                [(str((content.facts.lines.index(line) + 1) * content.keys.pick("position", (1, 1, 10))), "")]
            )
        case _:
            return words_of(
                [(content.other_date(-30, 0) if name == "line_date" else str(content.rng.randrange(10000, 99999)), "")]
            )


def _widths(
    names: list[str], captions: list[Words], cells: list[list[Words]], theme: Theme, body: Type, width: float
) -> list[float]:
    gap = max(5.0, body.size * 0.9)
    label = _header_type(theme, body)
    natural = []
    for column, name in enumerate(names):
        extent = max(body.width(row[column]) for row in cells)
        natural.append(max(extent, label.width(captions[column]) if name != "description" else 40.0) + gap)
    # The description takes what is left over.
    at = names.index("description")
    natural[at] = width - sum(w for i, w in enumerate(natural) if i != at)
    return natural


def _header_type(theme: Theme, body: Type) -> Type:
    return theme.small_label if theme.small_label.size < body.size else theme.label.sized(body.size / theme.label.size)


def _header(
    content: Content,
    theme: Theme,
    names: list[str],
    captions: list[Words],
    widths: list[float],
    right: list[bool],
    body: Type,
    width: float,
) -> Block:
    keys = content.keys
    block = Block("table_header", width=width)
    look = keys.weighted("table_header", {"rule": 34, "band": 22, "dark": 12, "bare": 18, "rules": 10, "none": 4})
    if look == "none":
        return block
    kind = _header_type(theme, body)
    height = kind.above + kind.below + 5
    if look == "band":
        block.box(0, 0, width, height, fill=theme.tint)
    if look == "dark":
        block.box(0, 0, width, height, fill=theme.accent if theme.accent != (0, 0, 0) else (0.25, 0.25, 0.25))
        kind = kind.coloured(WHITE)
    if look == "rules":
        block.box(0, 0, width, 0, stroke=theme.rule)
    x = 0.0
    for name, caption, column, flush in zip(names, captions, widths, right, strict=True):
        fitted = kind.sized(min(1.0, (column - 4) / max(1.0, kind.width(caption)))) if name != "description" else kind
        block.put(x + column - 3 if flush else x + 3, 2.5, caption, fitted, align="right" if flush else "left")
        x += column
    block.height = height
    if look in ("rule", "rules"):
        block.box(0, height, width, 0, stroke=theme.rule)
    block.height += keys.between("header_gap", 0, 5)
    block.width = width
    return block


def _row(
    more: Words, names: list[str], cells: list[Words], widths: list[float], right: list[bool], body: Type, pitch: float
) -> Block:
    block = Block("row")
    x = 0.0
    bottom = 0.0
    for name, words, column, flush in zip(names, cells, widths, right, strict=True):
        top = 1.5
        for chunk in wrapped(words, body, column - 8) if name == "description" else [words]:
            block.put(x + column - 3 if flush else x + 3, top, chunk, body, align="right" if flush else "left")
            top += body.size * 1.25
        if name == "description" and more:
            # What stands under the description belongs to it.
            for chunk in wrapped(tuple((text, f"I-{_FIELD[name]}") for text, _ in more), body, column - 8):
                block.put(x + 3, top, chunk, body)
                top += body.size * 1.25
        bottom = max(bottom, top)
        x += column
    block.width, block.height = sum(widths), max(pitch, bottom + 0.3 * body.size)
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


def _truth(line: Line, cells: list[Words], more: Words) -> dict[str, str]:
    values = {
        "description": " ".join([line.description, *(text for text, _ in more)]),
        "article_number": line.article_number,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "unit_price": plain(line.unit_price),
        "vat_rate": plain(line.vat_rate),
        "line_amount": f"{line.amount:.2f}",
    }
    printed = {label.partition(".")[2] for words in cells for _, label in words}
    return {column: value for column, value in values.items() if column in printed}
