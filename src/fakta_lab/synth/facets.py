"""Ways to set labels with their values: the same items as lines, columns, cells, strips or sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from fakta_lab.synth.block import Block
from fakta_lab.synth.captions import broken, put_lines, widest
from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.theme import WHITE, Theme
from fakta_lab.synth.typeface import GLUE, Piece, Type, Words, words_of

# Share of blocks with columns or cells whose long labels are broken over two lines.
_NARROW = 0.15


@dataclass(frozen=True)
class Item:
    """One label with one value. Either may be empty; pieces in a label may carry fields too (a currency, a rate)."""

    key: str
    label: tuple[Piece, ...]
    value: tuple[Piece, ...]
    strong: bool = False

    def label_words(self, theme: Theme, *, colon: bool = True) -> Words:
        """The label as the theme writes it."""
        pieces = [(theme.caption(text, colon=False) if not field else text, field) for text, field in self.label]
        if colon and pieces and theme.colon and not pieces[-1][0].endswith((":", "#", theme.colon)):
            text, field = pieces[-1]
            pieces[-1] = (text + theme.colon, field)
        return words_of(pieces)

    def label_lines(self, theme: Theme, kind: Type, keys: Keyed, *, colon: bool) -> list[Words]:
        """The label in one line, or in several that are no wider than the value or a share of the label itself."""
        words = self.label_words(theme, colon=colon)
        if not words or not keys.chance("narrow_labels", _NARROW):
            return [words] if words else []
        share = keys.between("narrow_share", 0.45, 0.85)
        return broken(words, kind, max(value_type(self, theme).width(self.value_words()), kind.width(words) * share))

    def value_words(self) -> Words:
        """The value."""
        return words_of(self.value)


Items = Sequence[Item]


def value_type(item: Item, theme: Theme) -> Type:
    """How the item's value is set."""
    return theme.strong if item.strong else theme.value


def inline(items: Items, theme: Theme, keys: Keyed, right: bool = False) -> Block:
    """`Label: value` on a line each, flush left or right."""
    block = Block()
    glued = keys.chance("glued", 0.07)
    tight = keys.chance("tight", 0.25)
    rows = []
    for item in items:
        label, value = item.label_words(theme), item.value_words()
        kind = value_type(item, theme)
        if glued and label and not label[-1][1] and label[-1][0].endswith((":", ".", "#")):
            rows.append(
                [(words_of([*pieces_of(label), (GLUE + item.value[0][0], item.value[0][1]), *item.value[1:]]), kind)]
            )
        else:
            rows.append([(label, kind if tight else theme.label), (value, kind)])
    widths = [sum(kind.width(words) for words, kind in row) + (len(row) - 1) * row[-1][1].space * 1.2 for row in rows]
    top = 0.0
    for row, width in zip(rows, widths, strict=True):
        x = max(widths) - width if right else 0.0
        tallest = max(kind.above for _, kind in row)
        for words, kind in row:
            block.put(x, top + tallest - kind.above, words, kind)
            x += kind.width(words) + row[-1][1].space * 1.2 if words else 0.0
        top += max(theme.line(kind) for _, kind in row)
    return block


def inline_right(items: Items, theme: Theme, keys: Keyed) -> Block:
    """`Label: value` flush right."""
    return inline(items, theme, keys, right=True)


def columns(items: Items, theme: Theme, keys: Keyed, label_right: bool = False, value_right: bool = False) -> Block:
    """Labels in one column and values in another."""
    block = Block()
    separate_colon = keys.chance("separate_colon", 0.06)
    gap = keys.between("gap", 18 if separate_colon else 6, 46)
    leaders = value_right and not separate_colon and keys.chance("leaders", 0.06)
    labels = [item.label_lines(theme, theme.label, keys, colon=not separate_colon) for item in items]
    values = [item.value_words() for item in items]
    label_width = max(widest(lines, theme.label) for lines in labels)
    low = keys.chance("value_at_last_line", 0.3)
    value_width = max(value_type(item, theme).width(words) for item, words in zip(items, values, strict=True))
    start = label_width + gap
    top = 0.0
    for item, label, value in zip(items, labels, values, strict=True):
        kind = value_type(item, theme)
        label_type = kind if item.strong else theme.label
        if item.strong:
            label_type = kind.sized(min(1.0, label_width / max(1.0, widest(label, kind))))
        tallest = max(kind.above, label_type.above)
        pitch = label_type.size * 1.2
        extra = pitch * (len(label) - 1) if label else 0.0
        put_lines(
            block,
            label_width if label_right else 0.0,
            top + tallest - label_type.above,
            label,
            label_type,
            pitch,
            align="right" if label_right else "left",
        )
        top += extra if low else 0.0
        if separate_colon:
            block.put(label_width + gap * 0.45, top + tallest - theme.label.above, ((":", ""),), theme.label)
        left = start + value_width if value_right else start
        if leaders and len(label) == 1:
            room = left - kind.width(value) - label_type.width(label[0]) - 8
            dots = int(room / theme.label.word_width("."))
            if dots > 3:
                block.put(
                    label_type.width(label[0]) + 3, top + tallest - theme.label.above, (("." * dots, ""),), theme.label
                )
        block.put(left, top + tallest - kind.above, value, kind, align="right" if value_right else "left")
        top += max(theme.line(kind), theme.line(label_type)) + (0.0 if low else extra)
    return block


def columns_left_right(items: Items, theme: Theme, keys: Keyed) -> Block:
    """Labels flush left, values flush right."""
    return columns(items, theme, keys, value_right=True)


def columns_right_left(items: Items, theme: Theme, keys: Keyed) -> Block:
    """Labels flush right against their values."""
    return columns(items, theme, keys, label_right=True)


def double(items: Items, theme: Theme, keys: Keyed) -> Block:
    """Two pairs of columns side by side."""
    half = (len(items) + 1) // 2
    halves = [items[:half], items[half:]] if keys.chance("down", 0.6) else [items[::2], items[1::2]]
    block = Block()
    x = 0.0
    for part in halves:
        if part:
            inner = columns(part, theme, keys)
            block.add(inner, x, 0)
            x += inner.width + keys.between("double_gap", 14, 50)
    return block


def below(items: Items, theme: Theme, keys: Keyed) -> Block:
    """Each value under its label."""
    block = Block()
    top = 0.0
    indent = keys.pick("indent", (0.0, 0.0, 0.0, 8.0))
    air = keys.between("air", 0, 7)
    for item in items:
        kind = value_type(item, theme)
        label = item.label_lines(theme, theme.label, keys, colon=keys.chance("below_colon", 0.35))
        top = put_lines(block, 0.0, top, label[:-1], theme.label, theme.label.size * 1.2)
        top = put_lines(block, 0.0, top, label[-1:], theme.label, theme.line(theme.label))
        block.put(indent, top, item.value_words(), kind)
        top += theme.line(kind) + air
    return block


def above(items: Items, theme: Theme, keys: Keyed) -> Block:
    """Each value over its label, side by side."""
    return _cells(items, theme, keys, per_row=min(len(items), 3), boxed=False, value_first=True)


def cells(items: Items, theme: Theme, keys: Keyed) -> Block:
    """A grid of label-over-value cells without lines."""
    return _cells(items, theme, keys, per_row=keys.integer("per_row", 2, 4), boxed=False)


def boxes(items: Items, theme: Theme, keys: Keyed, room: float = 0.0) -> Block:
    """A grid of boxes, small label over value; stretched to `room` points where that is more."""
    return _cells(items, theme, keys, per_row=keys.integer("per_row", 2, 5), boxed=True, room=room)


def strip(items: Items, theme: Theme, keys: Keyed, room: float = 0.0) -> Block:
    """Labels in a band, values in a row under it; stretched to `room` points where that is more."""
    block = Block()
    look = keys.weighted("strip", {"band": 35, "dark": 15, "rules": 25, "bare": 25})
    centred = keys.chance("strip_centred", 0.2)
    label_type = theme.label.coloured(WHITE) if look == "dark" else theme.label
    pad = keys.between("strip_pad", 5, 16)
    labels = [item.label_lines(theme, theme.label, keys, colon=False) for item in items]
    widths = [
        max(widest(label, theme.label), value_type(i, theme).width(i.value_words())) + pad
        for i, label in zip(items, labels, strict=True)
    ]
    if sum(widths) < room:
        widths = [width + (room - sum(widths)) / len(widths) for width in widths]
    pitch = label_type.size * 1.2
    height = label_type.above + label_type.below + 4 + pitch * (max(1, *map(len, labels)) - 1)
    if look in ("band", "dark"):
        dark = theme.accent if max(theme.accent) > 0 else (0.2, 0.2, 0.2)
        block.box(0, 0, sum(widths), height, fill=dark if look == "dark" else theme.tint)
    if look == "rules":
        block.box(0, 0, sum(widths), 0, stroke=theme.rule)
        block.box(0, height, sum(widths), 0, stroke=theme.rule)
    x = 0.0
    align: Literal["left", "center"] = "center" if centred else "left"
    for item, label, width in zip(items, labels, widths, strict=True):
        anchor = x + width / 2 if centred else x + 3
        put_lines(block, anchor, 2, label, label_type, pitch, align=align)
        block.put(anchor, height + 3, item.value_words(), value_type(item, theme), align=align)
        x += width
    return block


def row(items: Items, theme: Theme, keys: Keyed) -> Block:
    """Everything in running lines, parts divided by a mark or by space."""
    block = Block()
    mark = keys.pick("mark", ("|", "·", ",", "/", "", "-"))
    limit = keys.between("row_width", 220, 480)
    x = top = 0.0
    for position, item in enumerate(items):
        kind = theme.value
        words = words_of([*pieces_of(item.label_words(theme)), *pieces_of(item.value_words())])
        width = kind.width(words)
        if position and x + width > limit:
            x, top = 0.0, top + theme.line(kind)
        elif position and mark:
            block.put(x, top, ((mark, ""),), kind)
            x += kind.word_width(mark) + kind.space * 1.5
        block.put(x, top, words, kind)
        x += width + kind.space * (1.5 if mark else 4)
    return block


def _cells(
    items: Items, theme: Theme, keys: Keyed, *, per_row: int, boxed: bool, value_first: bool = False, room: float = 0.0
) -> Block:
    block = Block()
    small = theme.label if not boxed else theme.small_label
    pad = keys.between("cell_pad", 4, 14)
    label_colon = keys.chance("cell_colon", 0.2)
    labels = [item.label_lines(theme, small, keys, colon=label_colon) for item in items]
    values = [item.value_words() for item in items]
    width = (
        max(
            max(widest(lab, small), value_type(item, theme).width(val))
            for item, lab, val in zip(items, labels, values, strict=True)
        )
        + pad
        + 4
    )
    width = max(width, room / min(per_row, len(items)))
    tall = max(value_type(item, theme).size for item in items)
    pitch = small.size * 1.2
    label_height = theme.line(small) + pitch * (max(1, *map(len, labels)) - 1)
    height = label_height + tall * theme.leading + (4 if boxed else keys.between("cell_air", 1, 9))
    for position, (item, label, value) in enumerate(zip(items, labels, values, strict=True)):
        x, y = position % per_row * width, position // per_row * height
        if boxed:
            block.box(x, y, width, height, stroke=theme.rule)
        kind = value_type(item, theme)
        first = y + (1.5 if boxed else 0)
        inset = 3 if boxed else 0
        if value_first:
            block.put(x, first, value, kind)
            put_lines(block, x, first + tall * theme.leading, label, small, pitch)
        else:
            put_lines(block, x + inset, first, label, small, pitch)
            block.put(x + inset, first + label_height, value, kind)
    return block


def pieces_of(words: Words) -> list[Piece]:
    """Back to pieces, joining the words of one value."""
    pieces: list[Piece] = []
    for text, label in words:
        if label.startswith("I-") and pieces:
            pieces[-1] = (f"{pieces[-1][0]} {text}", pieces[-1][1])
        else:
            pieces.append((text, label[2:]))
    return pieces


STYLES: dict[str, Callable[[Items, Theme, Keyed], Block]] = {
    "inline": inline,
    "inline_right": inline_right,
    "columns": columns,
    "columns_left_right": columns_left_right,
    "columns_right_left": columns_right_left,
    "double": double,
    "below": below,
    "above": above,
    "cells": cells,
    "boxes": boxes,
    "strip": strip,
    "row": row,
}
