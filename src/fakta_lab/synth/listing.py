"""Tables of other things than what is sold: open invoices, wages, hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from fakta_lab.synth.abroad import person_in
from fakta_lab.synth.block import Block
from fakta_lab.synth.content import Content
from fakta_lab.synth.identifiers import digits
from fakta_lab.synth.tables import Columns, LineTable
from fakta_lab.synth.theme import Theme
from fakta_lab.synth.typeface import Piece, words_of
from fakta_lab.synth.wording import wording

Row = Sequence[Sequence[Piece]]


def listing(content: Content, theme: Theme, width: float) -> LineTable:
    """The table of a document that is no invoice; without rows where it has none."""
    kind = content.facts.kind
    texts = kind.texts(content.supplier.language)
    if kind.body == "open":
        rows = _open_invoices(content, alone=kind.keeps("invoice_number"), fees=texts.get("fees", ()))
    elif kind.body == "wages":
        rows = _wages(content, texts["items"])
    else:
        return LineTable(Columns([], [], [], theme.value, 0.0), Block())
    return _table(content, theme, width, texts["heads"], rows, name=kind.name)


def hours(content: Content, theme: Theme, width: float) -> tuple[str, LineTable]:
    """Title and table of a page that specifies an invoice: who did what, when, for how long."""
    language, rng, formats = content.supplier.language, content.rng, content.supplier.formats
    tasks = wording(language, "hours_tasks")
    rate = Decimal(rng.randrange(400, 1600))
    rows: list[Row] = []
    total = Decimal(0)
    for _ in range(rng.randrange(6, 32)):
        spent = Decimal(rng.randrange(1, 33)) / 4
        total += spent
        rows.append(
            [
                [(content.other_date(-40, 0), "")],
                [(person_in(rng, content.supplier.party.place), "")],
                [(rng.choice(tasks), "")],
                [(formats.number(spent, 2), "")],
                [(formats.amount(spent * rate), "")],
            ]
        )
    label = content.keys.pick("hours_total", wording(language, "total"))
    rows.append([[(label, "")], [], [], [(formats.number(total, 2), "")], [(formats.amount(total * rate), "")]])
    table = _table(content, theme, width, wording(language, "hours_columns"), rows, name="hours")
    return content.keys.pick("hours_title", wording(language, "hours_title")), table


def _open_invoices(content: Content, *, alone: bool, fees: Sequence[str]) -> list[Row]:
    """Number, date, due date and amount of invoices; with `alone`, the one that the document is about."""
    rng, facts, formats = content.rng, content.facts, content.supplier.formats
    issued, due = facts.fields["invoice_date"], facts.fields["amount_due"]
    assert isinstance(issued, date)
    assert isinstance(due, Decimal)
    if alone:
        fee = Decimal(rng.choice((60, 60, 180, 240)))
        before = formats.date(issued + timedelta(days=facts.terms_days))
        first = [content.value("invoice_number"), content.value("invoice_date"), [(before, "")]]
        return [
            [*first, [(formats.amount(due - fee), "")]],
            [[(rng.choice(fees), "")], [], [], [(formats.amount(fee), "")]],
        ]
    length = len(str(facts.fields["invoice_number"]))
    return [
        [
            [(digits(rng, max(3, min(10, length))), "")],
            [(content.other_date(-120, -31), "")],
            [(content.other_date(-30, 30), "")],
            [(content.other_amount(), "")],
        ]
        for _ in range(rng.randrange(2, 22))
    ]


def _wages(content: Content, items: Sequence[str]) -> list[Row]:
    rng, formats = content.rng, content.supplier.formats
    rows: list[Row] = []
    for item in rng.sample(list(items), rng.randrange(3, 1 + min(8, len(items)))):
        count, price = Decimal(rng.choice((1, 1, 2, 8, 16, 160))), Decimal(rng.randrange(50, 4000))
        cells = [item, formats.quantity(count), formats.number(price, 2), formats.amount(count * price)]
        rows.append([[(text, "")] for text in cells])
    return rows


def _table(
    content: Content, theme: Theme, width: float, heads: Sequence[str], rows: Sequence[Row], *, name: str
) -> LineTable:
    keys = content.keys
    body = theme.value.sized(keys.pick("table_size", (1.0, 1.0, 0.92, 0.85)))
    captions = [words_of([(theme.caption(head, colon=False), "")]) for head in heads]
    cells = [[words_of(list(pieces)) for pieces in row] for row in rows]
    natural = [
        max(theme.label.width(caption), *(body.width(row[column]) for row in cells)) + 10
        for column, caption in enumerate(captions)
    ]
    shrunk = min(1.0, width / sum(natural))
    body, label = body.sized(shrunk), theme.label.sized(shrunk)
    spare = (width - sum(natural) * shrunk) / len(natural) if keys.chance(f"listing_wide.{name}", 0.7) else 0.0
    widths = [extent * shrunk + spare for extent in natural]
    right = [column > 0 and column >= len(heads) - 2 for column in range(len(heads))]
    names = [str(column) for column in range(len(heads))]
    columns = Columns(names, widths, right, body, body.size * keys.between("row_pitch", 1.25, 2.0))
    header = Block(width=columns.width)
    for column, caption in zip(names, captions, strict=True):
        columns.put(header, column, 1.5, caption, label)
    header.height = theme.line(label) + 2
    header.box(0, header.height, columns.width, 0, stroke=theme.rule)
    table = LineTable(columns, header)
    for row in cells:
        block = Block("row")
        for column, words in zip(names, row, strict=True):
            columns.put(block, column, 1.5, words, body)
        block.width, block.height = columns.width, max(columns.pitch, block.height)
        table.add(block)
    return table
