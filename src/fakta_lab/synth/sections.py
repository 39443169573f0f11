"""The blocks of an invoice page, each built from the content in one of many styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fakta_lab.synth.abroad import street_in, unit_in
from fakta_lab.synth.block import Block, Shape
from fakta_lab.synth.content import Content
from fakta_lab.synth.facets import Item
from fakta_lab.synth.grids import STYLES, WIDE
from fakta_lab.synth.keyed import Keyed, Scoped
from fakta_lab.synth.parties import address
from fakta_lab.synth.tables import wrapped
from fakta_lab.synth.theme import WHITE, Theme, small_print
from fakta_lab.synth.typeface import GLUE, Piece, Type, words_of

_STYLE_WEIGHTS = {
    "meta": {
        "columns": 26,
        "columns_left_right": 16,
        "inline": 15,
        "below": 10,
        "strip": 9,
        "boxes": 7,
        "cells": 7,
        "columns_right_left": 4,
        "inline_right": 4,
        "row": 2,
        "double": 3,
        "stacked": 7,
        "multi": 3,
        "pairs": 6,
        "mosaic": 5,
        "spread": 3,
        "under": 2,
        "after_value": 1,
    },
    "refs": {
        "columns": 32,
        "inline": 22,
        "below": 10,
        "cells": 9,
        "boxes": 9,
        "strip": 6,
        "columns_left_right": 6,
        "columns_right_left": 4,
        "row": 2,
        "double": 12,
        "stacked": 7,
        "multi": 6,
        "pairs": 5,
        "mosaic": 4,
        "spread": 3,
        "under": 1,
        "after_value": 1,
    },
    "payment": {
        "columns": 24,
        "inline": 20,
        "columns_left_right": 14,
        "boxes": 10,
        "strip": 10,
        "cells": 8,
        "below": 8,
        "row": 6,
        "double": 6,
        "stacked": 4,
        "multi": 2,
        "pairs": 6,
        "mosaic": 4,
        "spread": 3,
        "under": 1,
        "after_value": 1,
    },
    "small": {"inline": 34, "columns": 22, "row": 16, "below": 16, "cells": 8, "inline_right": 4},
    "totals": {
        "columns_left_right": 62,
        "inline_right": 8,
        "strip": 12,
        "boxes": 6,
        "columns": 5,
        "above": 2,
        "inline": 2,
        "columns_right_left": 3,
        "spread": 5,
        "pairs": 5,
        "mosaic": 3,
        "stacked": 2,
    },
}


def facts_block(name: str, items: Sequence[Item], theme: Theme, keys: Keyed, *, kind: str, room: float = 0.0) -> Block:
    """Items in the style that the supplier uses for this block; strips and boxes may fill `room` points."""
    style = keys.weighted(f"style.{name}", _STYLE_WEIGHTS[kind])
    # A wide strip of many cells would be shrunk to nothing.
    if style == "strip" and len(items) > 7:
        style = "cells"
    scoped = Scoped(keys, name)
    if style in WIDE and keys.chance(f"stretched.{name}", 0.4):
        block = WIDE[style](items, theme, scoped, room)
    else:
        block = STYLES[style](items, theme, scoped)
    block.name = f"{name}.{style}"
    return block


def framed(
    block: Block, theme: Theme, keys: Keyed, heading: str = "", more: Mapping[str, float] | None = None
) -> Block:
    """The block with a heading, a frame or a tint, or just as it is; `more` adds looks ("dark") with their weights."""
    look = keys.weighted(f"frame.{block.name}", {"none": 74, "box": 12, "tint": 9, "rule": 5, **(more or {})})
    if look == "none" and not heading:
        return block
    outer = Block(block.name)
    pad = 0.0 if look in ("none", "rule") else keys.between(f"frame_pad.{block.name}", 4, 9)
    top = pad
    if heading:
        outer.put(pad, pad, words_of([(theme.caption(heading, colon=False), "")]), theme.heading)
        top += theme.line(theme.heading) + 1
    outer.add(block, pad, top)
    outer.width, outer.height = outer.width + pad, outer.height + pad
    if look == "dark":
        fill = theme.accent if theme.accent != (0, 0, 0) else (0.2, 0.2, 0.2)
        outer = outer.recoloured(WHITE)
        outer.shapes.insert(0, Shape(0, 0, outer.width, outer.height, fill=fill))
    elif look == "tint":
        outer.box(0, 0, outer.width, outer.height, fill=theme.tint)
        outer.shapes.insert(0, outer.shapes.pop())
    elif look == "box":
        outer.box(0, 0, outer.width, outer.height, stroke=theme.rule)
    elif look == "rule":
        outer.box(0, outer.height + 2, outer.width, 0, stroke=theme.rule)
    return outer


def title(content: Content, theme: Theme, *, numbered: bool) -> Block:
    """The document's title, with or without the invoice number."""
    document = content.facts.kind
    block = Block("title")
    if others := document.texts(content.supplier.language).get("titles"):
        text = content.keys.pick(f"title.{document.name}", others)
        block.put(0, 0, words_of([(text, "")]), theme.title.sized(min(1.0, 200 / theme.title.word_width(text))))
        return block
    kind = "credit_note" if content.facts.credit else "invoice"
    options = content.supplier.titles
    text = content.keys.pick(f"title.{kind}", options[f"{kind}_numbered" if numbered else kind])
    before, slot, _ = text.partition("{number}")
    stuck = bool(slot) and not before.endswith(" ")
    number = content.value("invoice_number")
    words = before.split()
    head: list[Piece] = (
        [(words[0].rstrip(":"), "document_type")] if not words[0].endswith(":") else [(words[0], "document_type")]
    )
    # "Faktura nr 123": only the first word says what the document is, except in "Credit note".
    if words[:2] and len(words) > 1 and words[1].lower() in ("note", "memo", "invoice", "d'avoir"):
        head, words = [(" ".join(words[:2]), "document_type")], words[1:]
    pieces = [*head, *[(word, "") for word in words[1:]]]
    if slot:
        pieces.append(((GLUE if stuck and len(words) > 1 else "") + number[0][0], "invoice_number"))
    block.put(0, 0, words_of(pieces), theme.title)
    return block


def delivery(content: Content, theme: Theme) -> Block:
    """Where the goods went: the customer again, or one of its places."""
    customer = content.facts.customer.party
    same = content.keys.chance("delivery_same", 0.35)
    first = (customer.name, "customer_name") if same else (unit_in(content.rng, customer.place), "")
    street = street_in(content.rng, customer.place)
    lines = [words_of([piece]) for piece in (first, (street, ""), (customer.address[-1], ""))]
    return address(
        "delivery",
        lines,
        theme,
        theme.value,
        heading=content.supplier.label("delivery"),
        beside=content.keys.chance("recipient_beside", 0.15),
    )


def panel(content: Content, theme: Theme) -> Block:
    """The amount due in large figures, sometimes with due date and reference."""
    keys = content.keys
    names = [
        "amount_due",
        *keys.pick("panel", ((), ("due_date",), ("due_date", "payment_reference"), ("payment_reference",))),
    ]
    items = [
        item for name in names if (item := content.item(name, place="panel", strong=name == "amount_due")) is not None
    ]
    large = replace(theme, strong=theme.strong.sized(keys.between("panel_size", 1.2, 2.0)))
    style = keys.weighted("panel_style", {"below": 40, "above": 15, "cells": 20, "columns": 15, "strip": 10})
    block = STYLES[style](items, large, Scoped(keys, "panel"))
    block.name = f"due.{style}"
    return framed(block, theme, keys, more={"dark": 30})


def paragraph(name: str, pieces: Sequence[Piece], kind: Type, width: float) -> Block:
    """Running text."""
    block = Block(name)
    top = 0.0
    for line in wrapped(words_of(pieces), kind, width, whole=True):
        block.put(0, top, line, kind)
        top += kind.size * 1.28
    return block


def stacked_paragraphs(name: str, texts: Sequence[Sequence[Piece]], kind: Type, width: float) -> Block:
    """Paragraphs under each other, as in a letter."""
    block = Block(name)
    for text in texts:
        block.add(paragraph(name, text, kind, width), 0, block.height + (kind.size * 0.8 if block.runs else 0.0))
    return block


def footer(content: Content, theme: Theme, groups: Sequence[Sequence[Item]], width: float) -> Block:
    """Columns of small print, or lines across the page."""
    keys = content.keys
    small = small_print(theme)
    block = Block("footer")
    if keys.chance("footer_rule", 0.6):
        block.box(0, 0, width, 0, stroke=theme.rule)
    top = 4.0
    if keys.chance("footer_lines", 0.22):
        centred = keys.chance("footer_centred", 0.6)
        for position, group in enumerate(groups):
            inner = STYLES["row"](group, small, Scoped(keys, f"footer{position}")).fitted(width)
            block.add(inner, (width - inner.width) / 2 if centred else 0.0, top)
            top += inner.height + 1.5
        return block
    style = keys.weighted("footer_style", {"inline": 45, "below": 35, "columns": 20})
    inners = [STYLES[style](group, small, Scoped(keys, "footer")) for group in groups]
    gaps = 10 * (len(inners) - 1)
    total = sum(inner.width for inner in inners) + gaps
    if total > width:
        inners = [inner.fitted(inner.width * (width - gaps) / (total - gaps)) for inner in inners]
        total = width
    spread = (
        (width - total) / max(1, len(inners) - 1)
        if keys.chance("footer_spread", 0.75)
        else keys.between("footer_gap", 2, 14)
    )
    x = 0.0
    spread = min(spread, (width - total) / max(1, len(inners) - 1))
    for inner in inners:
        block.add(inner, x, top)
        x += inner.width + 10 + spread
    return block
