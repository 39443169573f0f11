"""Packing blocks into rows, stacks or a side column, at random but without overlap."""

from __future__ import annotations

from collections.abc import Sequence

from fakta_lab.synth.block import Block
from fakta_lab.synth.keyed import Keyed

# Where a block usually stands: rank from the top, probability of the right side.
_HABITS = {
    "logo": (0.0, 0.25),
    "title": (0.8, 0.6),
    "sender": (1.6, 0.3),
    "recipient": (3.0, 0.62),
    "meta": (3.2, 0.55),
    "meta2": (3.6, 0.5),
    "refs": (4.6, 0.35),
    "refs2": (4.8, 0.6),
    "delivery": (4.0, 0.4),
    "ids": (4.6, 0.4),
    "contact": (4.2, 0.5),
    "payment": (5.6, 0.4),
    "due": (5.2, 0.6),
    "letter": (6.4, 0.1),
    "totals": (0.6, 0.78),
    "vat": (1.0, 0.25),
    "free": (2.4, 0.2),
    "identity": (2.6, 0.2),
    "tax": (2.8, 0.3),
    "qr": (1.4, 0.5),
    "factoring": (2.0, 0.3),
    "note": (2.6, 0.25),
    "advert": (3.2, 0.4),
    "legal": (4.5, 0.2),
}


def arrange(blocks: Sequence[Block], keys: Keyed, scope: str, width: float, *, compact: bool = False) -> Block:
    """All blocks in one, no wider than `width` points; `compact` for side by side where that saves height."""
    if not blocks:
        return Block(scope)
    mixed = keys.chance(f"{scope}.mixed", 0.16)
    drift = keys.pick(f"{scope}.drift", (0.6, 1.5, 3.5))
    places = {
        b.name: (keys.between(f"{scope}.rank.{_role(b)}", 0, 9 if mixed else drift) + (0 if mixed else _habit(b)[0]))
        for b in blocks
    }
    ordered = sorted(blocks, key=lambda block: places[block.name])
    mode = keys.weighted(f"{scope}.mode", {"stacks": 52, "rows": 38, "single": 10 if scope == "after" else 4})
    if compact:
        return min(
            (_stacks(ordered, keys, scope, width), _rows(ordered, keys, scope, width, most=4)), key=lambda b: b.height
        )
    if mode == "stacks":
        return _stacks(ordered, keys, scope, width)
    return _rows(
        ordered, keys, scope, width, most=1 if mode == "single" else keys.pick(f"{scope}.most", (2, 2, 3, 3, 4))
    )


def _role(block: Block) -> str:
    return block.name.partition(".")[0]


def _habit(block: Block) -> tuple[float, float]:
    return _HABITS.get(_role(block), (3.0, 0.4))


def _gap(keys: Keyed, scope: str, block: Block) -> float:
    base = keys.between(f"{scope}.gap", 5, 24)
    return base + (
        keys.between(f"{scope}.air.{_role(block)}", 0, 30) if keys.chance(f"{scope}.airy.{_role(block)}", 0.3) else 0.0
    )


def _stacks(blocks: Sequence[Block], keys: Keyed, scope: str, width: float) -> Block:
    """Two columns that run down the page on their own; what is too wide stands under them."""
    outer = Block(scope)
    split = keys.between(f"{scope}.split", 0.46, 0.64) * width
    gutter = 14.0
    room = (split - gutter, width - split)
    mirrored = keys.chance(f"{scope}.mirrored", 0.18)
    flush = keys.chance(f"{scope}.flush", 0.25)
    heights = [0.0, 0.0]
    wide: list[Block] = []
    for block in blocks:
        chance = _habit(block)[1]
        side = int(keys.chance(f"{scope}.side.{_role(block)}", 1 - chance if mirrored else chance))
        if block.width > room[side] * 1.12:
            side = 1 - side
        if block.width > room[side] * 1.12:
            wide.append(block)
            continue
        fitted = block.fitted(room[side])
        x = 0.0 if side == 0 else width - fitted.width if flush else split
        # A stack that has fallen far behind takes the next block where it would fit.
        top = heights[side] + (
            _gap(keys, scope, block) if heights[side] else keys.pick(f"{scope}.start{side}", (0.0, 0.0, 8.0, 30.0))
        )
        outer.add(fitted, x, top)
        heights[side] = top + fitted.height
    top = max(heights)
    for block in wide:
        top += _gap(keys, scope, block) if top else 0.0
        fitted = block.fitted(width)
        outer.add(fitted, 0, top)
        top += fitted.height
    return outer


def _rows(blocks: Sequence[Block], keys: Keyed, scope: str, width: float, *, most: int) -> Block:
    """Rows of blocks side by side."""
    outer = Block(scope)
    rows: list[list[Block]] = []
    used = 0.0
    for block in blocks:
        fitted = block.fitted(width)
        limit = most if most == 4 else keys.integer(f"{scope}.count{len(rows)}", 1, most)
        if rows and len(rows[-1]) < limit and used + 18 + fitted.width <= width:
            rows[-1].append(fitted)
            used += 18 + fitted.width
        else:
            rows.append([fitted])
            used = fitted.width
    top = 0.0
    anchors = keys.pick(
        f"{scope}.anchors", ((0.0, 0.5), (0.0, 0.58), (0.0, 0.34, 0.67), (0.0, 0.4, 0.7), (0.0, 0.25, 0.5, 0.75), ())
    )
    for number, row in enumerate(rows):
        if number:
            top += max(_gap(keys, scope, block) for block in row)
        for block, x in zip(row, _positions(row, keys, f"{scope}.row{number}", width, anchors), strict=True):
            outer.add(block, x, top)
        top += max(block.height for block in row)
    return outer


def _positions(row: Sequence[Block], keys: Keyed, scope: str, width: float, anchors: Sequence[float]) -> list[float]:
    slack = width - sum(block.width for block in row) - 18 * (len(row) - 1)
    if len(row) == 1:
        right = keys.chance(f"{scope}.right.{_role(row[0])}", _habit(row[0])[1])
        if not right:
            return [0.0]
        # Flush right, or at the column where the right half begins.
        return [slack] if keys.chance(f"{scope}.far", 0.5) else [min(slack, width * 0.55)]
    way = keys.weighted(f"{scope}.way", {"anchors": 5, "spread": 4, "left": 1.5, "last_right": 2})
    x, positions = 0.0, []
    for number, block in enumerate(row):
        if way == "spread" and number:
            x += slack / (len(row) - 1)
        elif way == "anchors" and number < len(anchors):
            rest = sum(b.width for b in row[number:]) + 18 * (len(row) - number - 1)
            x = max(x, min(anchors[number] * width, width - rest))
        elif way == "last_right" and number == len(row) - 1:
            x = width - block.width
        positions.append(x)
        x += block.width + 18
    return positions
