"""Ways to set labels with their values: the same items as lines, columns, cells, strips or sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fakta_lab.synth.block import Block
from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.theme import WHITE, Theme
from fakta_lab.synth.typeface import GLUE, Piece, Type, Words, words_of


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

    def value_words(self) -> Words:
        """The value."""
        return words_of(self.value)


Items = Sequence[Item]


def _value_type(item: Item, theme: Theme) -> Type:
    return theme.strong if item.strong else theme.value


def inline(items: Items, theme: Theme, keys: Keyed, right: bool = False) -> Block:
    """`Label: value` on a line each, flush left or right."""
    block = Block()
    glued = keys.chance("glued", 0.07)
    tight = keys.chance("tight", 0.25)
    rows = []
    for item in items:
        label, value = item.label_words(theme), item.value_words()
        kind = _value_type(item, theme)
        if glued and label and label[-1][0].endswith((":", ".", "#")):
            rows.append(
                [(words_of([*_labelled(label), (GLUE + item.value[0][0], item.value[0][1]), *item.value[1:]]), kind)]
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
    labels = [item.label_words(theme, colon=not separate_colon) for item in items]
    values = [item.value_words() for item in items]
    label_width = max(theme.label.width(words) for words in labels)
    value_width = max(_value_type(item, theme).width(words) for item, words in zip(items, values, strict=True))
    start = label_width + gap
    top = 0.0
    for item, label, value in zip(items, labels, values, strict=True):
        kind = _value_type(item, theme)
        label_type = kind if item.strong else theme.label
        if item.strong:
            label_type = kind.sized(min(1.0, label_width / max(1.0, kind.width(label))))
        tallest = max(kind.above, label_type.above)
        block.put(
            label_width if label_right else 0.0,
            top + tallest - label_type.above,
            label,
            label_type,
            align="right" if label_right else "left",
        )
        if separate_colon:
            block.put(label_width + gap * 0.45, top + tallest - theme.label.above, ((":", ""),), theme.label)
        left = start + value_width if value_right else start
        if leaders:
            room = left - kind.width(value) - label_type.width(label) - 8
            dots = int(room / theme.label.word_width("."))
            if dots > 3:
                block.put(
                    label_type.width(label) + 3, top + tallest - theme.label.above, (("." * dots, ""),), theme.label
                )
        block.put(left, top + tallest - kind.above, value, kind, align="right" if value_right else "left")
        top += max(theme.line(kind), theme.line(label_type))
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
        kind = _value_type(item, theme)
        label = item.label_words(theme, colon=keys.chance("below_colon", 0.35))
        block.put(0.0, top, label, theme.label)
        top += theme.line(theme.label) if label else 0.0
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
    widths = [
        max(theme.label.width(i.label_words(theme, colon=False)), _value_type(i, theme).width(i.value_words())) + pad
        for i in items
    ]
    if sum(widths) < room:
        widths = [width + (room - sum(widths)) / len(widths) for width in widths]
    height = label_type.above + label_type.below + 4
    if look in ("band", "dark"):
        dark = theme.accent if max(theme.accent) > 0 else (0.2, 0.2, 0.2)
        block.box(0, 0, sum(widths), height, fill=dark if look == "dark" else theme.tint)
    if look == "rules":
        block.box(0, 0, sum(widths), 0, stroke=theme.rule)
        block.box(0, height, sum(widths), 0, stroke=theme.rule)
    x = 0.0
    for item, width in zip(items, widths, strict=True):
        anchor = x + width / 2 if centred else x + 3
        align = "center" if centred else "left"
        block.put(anchor, 2, item.label_words(theme, colon=False), label_type, align=align)  # type: ignore[arg-type]
        block.put(anchor, height + 3, item.value_words(), _value_type(item, theme), align=align)  # type: ignore[arg-type]
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
        words = words_of([*_labelled(item.label_words(theme)), *_labelled(item.value_words())])
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
    labels = [item.label_words(theme, colon=label_colon) for item in items]
    values = [item.value_words() for item in items]
    width = (
        max(
            max(small.width(lab), _value_type(item, theme).width(val))
            for item, lab, val in zip(items, labels, values, strict=True)
        )
        + pad
        + 4
    )
    width = max(width, room / min(per_row, len(items)))
    tall = max(_value_type(item, theme).size for item in items)
    label_height = theme.line(small)
    height = label_height + tall * theme.leading + (4 if boxed else keys.between("cell_air", 1, 9))
    for position, (item, label, value) in enumerate(zip(items, labels, values, strict=True)):
        x, y = position % per_row * width, position // per_row * height
        if boxed:
            block.box(x, y, width, height, stroke=theme.rule)
        kind = _value_type(item, theme)
        first = y + (1.5 if boxed else 0)
        inset = 3 if boxed else 0
        if value_first:
            block.put(x, first, value, kind)
            block.put(x, first + tall * theme.leading, label, small)
        else:
            block.put(x + inset, first, label, small)
            block.put(x + inset, first + label_height, value, kind)
    return block


def _labelled(words: Words) -> list[Piece]:
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
