"""The blocks of an invoice page, each built from the content in one of many styles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fakta_lab.synth.abroad import street_in, unit_in
from fakta_lab.synth.block import Block
from fakta_lab.synth.content import Content
from fakta_lab.synth.facets import STYLES, Item, boxes, strip
from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.tables import wrapped
from fakta_lab.synth.theme import WHITE, Theme
from fakta_lab.synth.typeface import GLUE, Piece, Type, Words, words_of

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
    },
}


def facts_block(name: str, items: Sequence[Item], theme: Theme, keys: Keyed, *, kind: str, room: float = 0.0) -> Block:
    """Items in the style that the supplier uses for this block; strips and boxes may fill `room` points."""
    style = keys.weighted(f"style.{name}", _STYLE_WEIGHTS[kind])
    # A wide strip of many cells would be shrunk to nothing.
    if style == "strip" and len(items) > 7:
        style = "cells"
    scoped = _Scoped(keys, name)
    if style in ("strip", "boxes") and keys.chance(f"stretched.{name}", 0.4):
        block = (strip if style == "strip" else boxes)(items, theme, scoped, room)
    else:
        block = STYLES[style](items, theme, scoped)
    block.name = f"{name}.{style}"
    return block


class _Scoped(Keyed):
    """The same keys under a prefix, so that two blocks of a supplier decide for themselves."""

    def __init__(self, keys: Keyed, scope: str) -> None:
        self._parent, self._scope = keys, scope

    def unit(self, key: str) -> float:
        return self._parent.unit(f"{self._scope}.{key}")


def framed(block: Block, theme: Theme, keys: Keyed, heading: str = "") -> Block:
    """The block with a heading, a frame or a tint, or just as it is."""
    look = keys.weighted(f"frame.{block.name}", {"none": 74, "box": 12, "tint": 9, "rule": 5})
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
    if look == "tint":
        outer.box(0, 0, outer.width, outer.height, fill=theme.tint)
        outer.shapes.insert(0, outer.shapes.pop())
    elif look == "box":
        outer.box(0, 0, outer.width, outer.height, stroke=theme.rule)
    elif look == "rule":
        outer.box(0, outer.height + 2, outer.width, 0, stroke=theme.rule)
    return outer


def title(content: Content, theme: Theme, *, numbered: bool) -> Block:
    """The document's title, with or without the invoice number."""
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
    block = Block("title")
    block.put(0, 0, words_of(pieces), theme.title)
    return block


def logo(content: Content, theme: Theme, *, full: bool, labelled: bool) -> Block:
    """The supplier's name in large letters, the full one or the brand; the brand counts where nothing else names it."""
    party = content.supplier.party
    text, field = party.name if full else party.brand, "supplier_name" if labelled else ""
    if content.keys.chance("logo_upper", 0.22):
        text = text.upper()
    block = Block("logo")
    kind = theme.logo
    kind = kind.sized(min(1.0, 250 / kind.width(words_of([(text, field)]))))
    shape = content.keys.weighted("logo_shape", {"none": 60, "square": 18, "bar": 12, "band": 10})
    left = kind.size * 1.3 if shape == "square" else 5.0 if shape == "band" else 0.0
    if shape == "band" and theme.accent != (0, 0, 0):
        kind = kind.coloured(WHITE)
        width = kind.width(words_of([(text, field)])) + 10
        block.box(0, 0, width, kind.above + kind.below + 4, fill=theme.accent)
    bottom = block.put(left, 2, words_of([(text, field)]), kind)
    if shape == "square":
        block.box(0, 2, kind.size, kind.size, fill=theme.accent)
    if shape == "bar":
        block.box(0, bottom + 2, block.width, 2, fill=theme.accent)
    if content.keys.chance("slogan", 0.12):
        slogans = (
            "Kvalitet sedan 1987",
            "– din partner i regionen",
            "Alltid nära",
            "Vi gör skillnad",
            "Since 1974",
            "Trygghet i varje led",
        )
        block.put(left, bottom + 3, words_of([(content.keys.pick("slogan_text", slogans), "")]), theme.small)
    return block


def address(
    name: str,
    lines: Sequence[Words],
    theme: Theme,
    kind: Type,
    *,
    heading: str = "",
    right: bool = False,
    beside: bool = False,
) -> Block:
    """Lines of a name and an address under an optional heading, or beside it."""
    block = Block(name)
    top = 0.0
    if heading:
        caption = words_of([(theme.caption(heading), "")])
        block.put(0, kind.above - theme.label.above if beside else 0.0, caption, theme.label)
        if beside:
            inner = address(name, lines, theme, kind)
            block.add(inner, theme.label.width(caption) + 2 * kind.space + 6, 0)
            return block
        top = theme.line(theme.label)
    width = max(kind.width(line) for line in lines)
    for line in lines:
        block.put(width if right else 0.0, top, line, kind, align="right" if right else "left")
        top += kind.size * min(theme.leading, 1.45)
    return block


def sender(content: Content, theme: Theme, *, named: bool, extras: Sequence[Item]) -> Block:
    """The supplier's address, often with numbers and contact lines under it."""
    supplier, keys = content.supplier, content.keys
    party = supplier.party
    lines = [words_of([(party.name, "supplier_name")])] if named else []
    lines += [words_of([(line, "")]) for line in party.address]
    heading = supplier.label("sender") if named and keys.chance("sender_heading", 0.12) else ""
    kind = theme.value if keys.chance("sender_size", 0.6) else theme.small
    if keys.chance("sender_one_line", 0.12):
        mark = keys.pick("sender_mark", (",", " ·", " |", ""))
        joined = [
            word
            for line in lines
            for word in (
                *line[:-1],
                (line[-1][0] + mark.strip() if mark == "," else line[-1][0], line[-1][1]),
                *(((mark.strip(), ""),) if mark.strip() not in ("", ",") else ()),
            )
        ]
        lines = [tuple(joined[:-1] if joined[-1][0] == mark.strip() else joined)]
        lines[0] = (*lines[0][:-1], (lines[0][-1][0].rstrip(","), lines[0][-1][1]))
    block = address("sender", lines, theme, kind, heading=heading, right=keys.chance("sender_right", 0.08))
    if extras:
        style = keys.weighted("sender_extras", {"inline": 70, "columns": 30})
        inner = STYLES[style](extras, _small(theme) if kind is theme.small else theme, _Scoped(keys, "sender"))
        block.add(inner, 0, block.height + keys.between("sender_gap", 1, 8))
    return block


def recipient(content: Content, theme: Theme, *, extras: Sequence[Item]) -> Block:
    """Whom the invoice is for: a window address with or without a heading, sometimes with numbers inside."""
    supplier, keys = content.supplier, content.keys
    customer = content.facts.customer
    party = customer.party
    lines = [words_of([(party.name, "customer_name")])]
    attention = keys.weighted("attention", {"none": 80, "second": 10, "last": 6, "first": 4})
    reference = content.value("buyer_reference")
    if attention != "none" and reference:
        label = supplier.label("attention")
        line = words_of([(label + keys.pick("attention_colon", (":", "")), ""), *reference])
        body = [words_of([(text, "")]) for text in party.address]
        lines = {"first": [line, *lines, *body], "second": [*lines, line, *body], "last": [*lines, *body, line]}[
            attention
        ]
    else:
        lines += [words_of([(text, "")]) for text in party.address]
    heading = supplier.label("recipient") if keys.chance("recipient_heading", 0.42) else ""
    block = address(
        "recipient", lines, theme, theme.value, heading=heading, beside=keys.chance("recipient_beside", 0.15)
    )
    if extras:
        block.add(
            STYLES["inline"](extras, theme, _Scoped(keys, "recipient")),
            0,
            block.height + keys.between("recipient_gap", 1, 8),
        )
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
    block = STYLES[style](items, large, _Scoped(keys, "panel"))
    block.name = f"due.{style}"
    return framed(block, theme, keys)


def paragraph(name: str, pieces: Sequence[Piece], kind: Type, width: float) -> Block:
    """Running text."""
    block = Block(name)
    top = 0.0
    for line in wrapped(words_of(pieces), kind, width, whole=True):
        block.put(0, top, line, kind)
        top += kind.size * 1.28
    return block


def footer(content: Content, theme: Theme, groups: Sequence[Sequence[Item]], width: float) -> Block:
    """Columns of small print, or lines across the page."""
    keys = content.keys
    small = _small(theme)
    block = Block("footer")
    if keys.chance("footer_rule", 0.6):
        block.box(0, 0, width, 0, stroke=theme.rule)
    top = 4.0
    if keys.chance("footer_lines", 0.22):
        centred = keys.chance("footer_centred", 0.6)
        for position, group in enumerate(groups):
            inner = STYLES["row"](group, small, _Scoped(keys, f"footer{position}")).fitted(width)
            block.add(inner, (width - inner.width) / 2 if centred else 0.0, top)
            top += inner.height + 1.5
        return block
    style = keys.weighted("footer_style", {"inline": 45, "below": 35, "columns": 20})
    inners = [STYLES[style](group, small, _Scoped(keys, "footer")) for group in groups]
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


def _small(theme: Theme) -> Theme:
    return replace(
        theme, label=theme.small_label, value=theme.small, strong=theme.small, leading=min(theme.leading, 1.4)
    )
