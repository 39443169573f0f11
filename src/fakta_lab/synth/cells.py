"""What stands in the columns of the line table: which columns a supplier has, and what a line says in each."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from fakta_lab.synth.content import Content
from fakta_lab.synth.facts import CENT, Line
from fakta_lab.synth.typeface import Words, words_of

NUMERIC = {
    "quantity",
    "unit_price",
    "discount_column",
    "line_vat_rate",
    "line_vat_amount",
    "line_amount",
    "line_gross",
}
FIELD = {
    "description": "line_items.description",
    "article_number": "line_items.article_number",
    "quantity": "line_items.quantity",
    "unit": "line_items.unit",
    "unit_price": "line_items.unit_price",
    "line_vat_rate": "line_items.vat_rate",
    "line_amount": "line_items.line_amount",
}


# What a list of goods that were sent does not say.
_PRICES = {"unit_price", "discount_column", "line_vat_rate", "line_vat_amount", "line_amount", "line_gross"}


def plain(value: Decimal) -> str:
    """A number without trailing zeros."""
    return f"{value.normalize():f}"


def columns_of(content: Content) -> list[str]:
    """Names of the columns from left to right."""
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
    if with_vat(content):
        chosen -= {"line_gross", "line_vat_amount"}
    if content.facts.kind.body == "goods":
        chosen -= _PRICES
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
        "column_order",
        {"usual": 60, "quantity_first": 12, "description_first": 12, "price_first": 8, "mixed": 8, "amount_early": 4},
    )
    if way == "quantity_first":
        order = ["quantity", "unit", *[n for n in order if n not in ("quantity", "unit")]]
    elif way == "description_first":
        order = ["description", *[n for n in order if n != "description"]]
    elif way == "price_first":
        order.remove("unit_price")
        order.insert(order.index("quantity"), "unit_price")
    elif way == "amount_early":
        order.remove("line_amount")
        order.insert(order.index("unit_price") + 1, "line_amount")
    elif way == "mixed":
        middle = keys.shuffled("column_mix", [n for n in order if n not in ("position", "description", "line_amount")])
        order = ["position", "description", *middle, "line_amount"]
    return [name for name in order if name in chosen]


def with_vat(content: Content) -> bool:
    """Whether this supplier's prices and line amounts include the VAT."""
    return content.keys.chance("lines_with_vat", 0.06)


def with_codes(content: Content) -> bool:
    """Whether this supplier prints a code for each VAT rate and explains the codes under the lines."""
    return content.keys.chance("vat_codes", 0.1)


def rate_codes(content: Content) -> dict[Decimal, str]:
    """The supplier's code for each VAT rate of the invoice."""
    codes = content.keys.pick("vat_code_set", (("1", "2", "3", "4"), ("A", "B", "C", "D"), ("M1", "M2", "M3", "M0")))
    return dict(zip(sorted(content.facts.rates, reverse=True), codes, strict=False))


def line_amount(content: Content, line: Line) -> Decimal:
    """The line's amount as this supplier prints it."""
    return _gross(line.amount, line) if with_vat(content) else line.amount


def unit_price(content: Content, line: Line) -> Decimal:
    """The line's unit price as this supplier prints it."""
    return _gross(line.unit_price, line) if with_vat(content) else line.unit_price


def _gross(amount: Decimal, line: Line) -> Decimal:
    return (amount * (100 + line.vat_rate) / 100).quantize(CENT, ROUND_HALF_UP)


def cell(content: Content, line: Line, name: str) -> Words:
    """What the line says in the column of that name."""
    formats = content.supplier.formats
    unit_beside = not content.keys.chance("column.unit", 0.6) and content.keys.chance("unit_with_quantity", 0.35)
    match name:
        case "description":
            return words_of([(line.description, FIELD[name])])
        case "article_number":
            return words_of([(line.article_number, FIELD[name])])
        case "quantity":
            pieces = [(formats.quantity(line.quantity), FIELD[name])]
            return words_of([*pieces, (line.unit, FIELD["unit"])] if unit_beside else pieces)
        case "unit":
            return words_of([(line.unit, FIELD[name])])
        case "unit_price":
            price = unit_price(content, line)
            places = 2 if price == price.quantize(CENT) else 4
            return words_of([(formats.number(price, places), FIELD[name])])
        case "discount_column":
            return words_of([(f"{line.discount:.0f} %" if line.discount else "", "")])
        case "line_vat_rate":
            if with_codes(content):
                return words_of([(rate_codes(content)[line.vat_rate], "")])
            return words_of([(formats.rate(line.vat_rate), FIELD[name])])
        case "line_vat_amount":
            return words_of([(formats.amount(line.amount * line.vat_rate / 100), "")])
        case "line_amount":
            return words_of([(formats.amount(line_amount(content, line)), FIELD[name])])
        case "line_gross":
            return words_of([(formats.amount(_gross(line.amount, line)), "")])
        case "position":
            return words_of(
                [(str((content.facts.lines.index(line) + 1) * content.keys.pick("position", (1, 1, 10))), "")]
            )
        case _:
            return words_of(
                [(content.other_date(-30, 0) if name == "line_date" else str(content.rng.randrange(10000, 99999)), "")]
            )


def truth(content: Content, line: Line, cells: list[Words], more: Words) -> dict[str, str]:
    """The printed cells of a line by column, canonical; `more` continues the description."""
    values = {
        "description": " ".join([line.description, *(text for text, _ in more)]),
        "article_number": line.article_number,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "unit_price": plain(unit_price(content, line)),
        "vat_rate": plain(line.vat_rate),
        "line_amount": f"{line_amount(content, line):.2f}",
    }
    printed = {label.partition(".")[2] for words in cells for _, label in words}
    return {column: value for column, value in values.items() if column in printed}
