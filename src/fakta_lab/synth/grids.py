"""More ways to set labels with their values: tables of several rows, grids with lines, lists in several columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fakta_lab.synth import facets
from fakta_lab.synth.block import Block
from fakta_lab.synth.captions import put_lines, widest
from fakta_lab.synth.facets import Items, value_type
from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.theme import Theme
from fakta_lab.synth.typeface import Words

# Width in points that a grid aims for where nobody says how much room there is.
_USUAL_ROOM = 380.0


def stacked(items: Items, theme: Theme, keys: Keyed, room: float = 0.0) -> Block:
    """Tables of two rows under each other, labels over values, all with the same columns."""
    per_row = keys.integer("per_row", 2, 5)
    pad = keys.between("stacked_pad", 6, 20)
    look = keys.weighted("stacked", {"bare": 30, "rules": 30, "boxes": 25, "band": 15})
    kind = theme.small_label if keys.chance("stacked_small", 0.4) else theme.label
    labels = [item.label_lines(theme, kind, keys, colon=False) for item in items]
    rows = [range(start, min(start + per_row, len(items))) for start in range(0, len(items), per_row)]
    widths = [
        max(
            max(widest(labels[row[column]], kind), _value_width(items, row[column], theme))
            for row in rows
            if column < len(row)
        )
        + pad
        for column in range(min(per_row, len(items)))
    ]
    if sum(widths) < room:
        widths = [width * room / sum(widths) for width in widths]
    block = Block()
    top, pitch = 0.0, kind.size * 1.2
    for row in rows:
        head = max(1, *(len(labels[i]) for i in row)) * pitch + 3
        body = max(value_type(items[i], theme).size for i in row) * min(theme.leading, 1.45) + 3
        if look == "band":
            block.box(0, top, sum(widths), head, fill=theme.tint)
        if look == "rules":
            block.box(0, top + head, sum(widths), 0, stroke=theme.rule)
        x = 0.0
        for i, width in zip(row, widths, strict=False):
            if look == "boxes":
                block.box(x, top, width, head + body, stroke=theme.rule)
            put_lines(block, x + 3, top + 1.5, labels[i], kind, pitch)
            block.put(x + 3, top + head + 1, items[i].value_words(), value_type(items[i], theme))
            x += width
        top += head + body + (0.0 if look == "boxes" else keys.between("stacked_air", 1, 9))
    return block


def multi(items: Items, theme: Theme, keys: Keyed) -> Block:
    """Three or four pairs of columns side by side."""
    count = keys.integer("multi", 3, 4)
    per = -(-len(items) // count)
    block = Block()
    x = 0.0
    for start in range(0, len(items), per):
        inner = facets.columns(items[start : start + per], theme, keys)
        block.add(inner, x, 0)
        x += inner.width + keys.between("multi_gap", 10, 30)
    return block


def pairs(items: Items, theme: Theme, keys: Keyed, room: float = 0.0) -> Block:
    """A table with lines: label cell, value cell; one or two of these pairs a row."""
    across = 2 if len(items) > 3 and keys.chance("pairs_across", 0.4) else 1
    pad = keys.between("pairs_pad", 2.5, 6)
    tinted = keys.chance("pairs_tinted", 0.45)
    right = keys.chance("pairs_right", 0.3)
    labels = [item.label_lines(theme, theme.label, keys, colon=keys.chance("pairs_colon", 0.4)) for item in items]
    label_width = max(widest(lines, theme.label) for lines in labels) + 2 * pad
    value_width = max(_value_width(items, i, theme) for i in range(len(items))) + 2 * pad
    spare = max(0.0, room / across - label_width - value_width) if room else keys.between("pairs_air", 0, 40)
    value_width += min(spare, 120.0)
    block = Block()
    top, pitch = 0.0, theme.label.size * 1.2
    for start in range(0, len(items), across):
        row = range(start, min(start + across, len(items)))
        height = (
            max(max(1, len(labels[i])) * pitch for i in row)
            + pad
            + max(0.0, max(value_type(items[i], theme).size for i in row) - theme.label.size) * 1.3
        )
        for place, i in enumerate(row):
            x = place * (label_width + value_width)
            block.box(x, top, label_width, height, fill=theme.tint if tinted else None, stroke=theme.rule)
            block.box(x + label_width, top, value_width, height, stroke=theme.rule)
            put_lines(block, x + pad, top + pad / 2, labels[i], theme.label, pitch)
            kind = value_type(items[i], theme)
            left = x + label_width + (value_width - pad if right else pad)
            block.put(left, top + pad / 2, items[i].value_words(), kind, align="right" if right else "left")
        top += height
    return block


def mosaic(items: Items, theme: Theme, keys: Keyed, room: float = 0.0) -> Block:
    """Boxes with a small caption, each as wide as it needs, in rows that are filled to the same width."""
    limit = max(room, keys.between("mosaic_room", 0.6, 1.3) * _USUAL_ROOM)
    pad = keys.between("mosaic_pad", 6, 22)
    kind = theme.small_label
    labels = [item.label_words(theme, colon=False) for item in items]
    widths = [max(kind.width(label), _value_width(items, i, theme)) + pad for i, label in enumerate(labels)]
    rows: list[list[int]] = [[]]
    used = 0.0
    for i, width in enumerate(widths):
        if rows[-1] and used + width > limit:
            rows.append([])
            used = 0.0
        rows[-1].append(i)
        used += width
    full = max(sum(widths[i] for i in row) for row in rows)
    block = Block()
    top = 0.0
    for row in rows:
        spare = (full - sum(widths[i] for i in row)) / len(row)
        height = kind.size * 1.3 + max(value_type(items[i], theme).size for i in row) * 1.35 + 3
        x = 0.0
        for i in row:
            block.box(x, top, widths[i] + spare, height, stroke=theme.rule)
            block.put(x + 3, top + 1, labels[i], kind)
            block.put(x + 3, top + 1 + kind.size * 1.3, items[i].value_words(), value_type(items[i], theme))
            x += widths[i] + spare
        top += height
    return block


def spread(items: Items, theme: Theme, keys: Keyed, room: float = 0.0) -> Block:
    """Labels flush left, values flush right and far away, often with a leader or a line between."""
    width = max(room, _USUAL_ROOM * keys.between("spread_room", 0.5, 0.8))
    look = keys.weighted("spread", {"bare": 45, "leaders": 30, "rules": 25})
    block = Block()
    top = 0.0
    for item in items:
        kind = value_type(item, theme)
        label, value = item.label_words(theme), item.value_words()
        left = block.put(0, top + max(0.0, kind.above - theme.label.above), label, theme.label)
        block.put(width, top + max(0.0, theme.label.above - kind.above), value, kind, align="right")
        gap = width - kind.width(value) - theme.label.width(label) - 10
        dots = int(gap / theme.label.word_width("."))
        if look == "leaders" and dots > 3:
            block.put(
                theme.label.width(label) + 4,
                top + max(0.0, kind.above - theme.label.above),
                (("." * dots, ""),),
                theme.label,
            )
        top = max(left, top + max(theme.line(kind), theme.line(theme.label)))
        if look == "rules":
            block.box(0, top, width, 0, stroke=theme.rule)
            top += 2
    return block


def under(items: Items, theme: Theme, keys: Keyed) -> Block:
    """Each label under its value, as signatures and forms have it."""
    block = Block()
    top = 0.0
    air = keys.between("under_air", 3, 9)
    for item in items:
        kind = value_type(item, theme)
        block.put(0, top, item.value_words(), kind)
        top += kind.size * 1.25
        label = item.label_words(theme, colon=False)
        if label:
            block.put(0, top, label, theme.small_label)
            top += theme.small_label.size * 1.25
        top += air
    return block


def after_value(items: Items, theme: Theme, keys: Keyed) -> Block:
    """Values in one column and labels to the right of them."""
    mirrored = replace(theme, label=theme.value, value=theme.label, colon="")
    swapped = [replace(item, label=item.value, value=item.label, strong=False) for item in items]
    as_is = replace(mirrored, casing="as_is")
    return facets.columns(
        [
            replace(
                item,
                value=tuple(
                    (theme.caption(text, colon=False) if not field else text, field) for text, field in item.value
                ),
            )
            for item in swapped
        ],
        as_is,
        keys,
    )


def _value_width(items: Items, i: int, theme: Theme) -> float:
    words: Words = items[i].value_words()
    return value_type(items[i], theme).width(words)


# Styles that can fill the room they are given.
WIDE: dict[str, Callable[[Items, Theme, Keyed, float], Block]] = {
    "strip": facets.strip,
    "boxes": facets.boxes,
    "stacked": stacked,
    "pairs": pairs,
    "mosaic": mosaic,
    "spread": spread,
}
STYLES: dict[str, Callable[[Items, Theme, Keyed], Block]] = {
    **facets.STYLES,
    "stacked": stacked,
    "multi": multi,
    "pairs": pairs,
    "mosaic": mosaic,
    "spread": spread,
    "under": under,
    "after_value": after_value,
}
