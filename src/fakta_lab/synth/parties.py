"""The blocks that say who sends the invoice, who gets it, and where the goods went."""

from __future__ import annotations

from collections.abc import Sequence

from fakta_lab.synth.block import Block
from fakta_lab.synth.content import Content
from fakta_lab.synth.facets import Item
from fakta_lab.synth.grids import STYLES
from fakta_lab.synth.keyed import Scoped
from fakta_lab.synth.theme import WHITE, Theme, small_print
from fakta_lab.synth.typeface import Type, Words, words_of
from fakta_lab.synth.wording import wording


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
        slogans = wording(content.supplier.language, "slogans")
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
        inner = STYLES[style](extras, small_print(theme) if kind is theme.small else theme, Scoped(keys, "sender"))
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
    if party.kind not in ("private", "sole") and keys.chance("department", 0.08):
        department = content.rng.choice(wording(supplier.language, "departments"))
        lines.insert(keys.pick("department_at", (1, 1, 0, len(lines) - 1)), words_of([(department, "")]))
    heading = supplier.label("recipient") if keys.chance("recipient_heading", 0.42) else ""
    block = address(
        "recipient", lines, theme, theme.value, heading=heading, beside=keys.chance("recipient_beside", 0.15)
    )
    if extras:
        block.add(
            STYLES["inline"](extras, theme, Scoped(keys, "recipient")),
            0,
            block.height + keys.between("recipient_gap", 1, 8),
        )
    return block
