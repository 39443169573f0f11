"""Labels that are broken over two lines, as narrow cells and column heads have them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Literal

from fakta_lab.synth.block import Block
from fakta_lab.synth.typeface import Type, Words
from fakta_lab.synth.wording import all_languages

# No part of a broken word is shorter than this.
_SHORTEST_PART = 3


def broken(words: Words, kind: Type, width: float) -> list[Words]:
    """The words in lines of at most `width` points, as far as blanks, slashes and the joints of compounds allow.

    >>> from fakta_lab.synth.typeface import face
    >>> kind = Type(face("Helvetica"), 10)
    >>> broken((("Förfallodatum", ""), ("SEK", "B-currency")), kind, 55)
    [(('Förfallo-', ''),), (('datum', ''), ('SEK', 'B-currency'))]
    >>> broken((("Nr", ""),), kind, 1)
    [(('Nr', ''),)]
    """
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0.0
    for word in words:
        parts = [word]
        if not word[1] and kind.word_width(word[0]) > width:
            parts = [(text, "") for text in parted(word[0])]
        for part in parts:
            extent = kind.word_width(part[0])
            if lines[-1] and used + kind.space + extent > width:
                lines.append([])
                used = 0.0
            used += extent + (kind.space if lines[-1] else 0.0)
            lines[-1].append(part)
    if any(len(line) > 1 and a[0].endswith("-") and b[0][:1].islower() for line in lines for a, b in pairwise(line)):
        # A compound whose parts would stand on one line is not broken at all.
        return [words]
    return [tuple(line) for line in lines if line]


def parted(word: str) -> list[str]:
    """A word in two parts, at a slash or at the joint of a compound; whole where it has neither.

    >>> parted("Fakturanr/OCR"), parted("FÖRFALLODATUM"), parted("Saldo")
    (['Fakturanr/', 'OCR'], ['FÖRFALLO-', 'DATUM'], ['Saldo'])
    """
    head, slash, tail = word.partition("/")
    if head and slash and len(tail) >= _SHORTEST_PART:
        return [f"{head}/", tail]
    match = _joint().match(word)
    if match is None:
        return [word]
    return [f"{match[1]}-", match[2]]


def put_lines(
    block: Block,
    x: float,
    top: float,
    lines: Sequence[Words],
    kind: Type,
    pitch: float,
    *,
    align: Literal["left", "right", "center"] = "left",
) -> float:
    """Sets the lines under each other, `pitch` points apart; returns where the next line would begin."""
    for line in lines:
        block.put(x, top, line, kind, align=align)
        top += pitch
    return top


def widest(lines: Sequence[Words], kind: Type) -> float:
    """Width of the widest line in points."""
    return max((kind.width(line) for line in lines), default=0.0)


@cache
def _joint() -> re.Pattern[str]:
    # Longest first, so that "Inköpsorder" is tried before "Inköps".
    heads = sorted({head for heads in all_languages("joints") for head in heads}, key=lambda head: (-len(head), head))
    return re.compile(rf"({'|'.join(heads)})(\w{{{_SHORTEST_PART},}}\S*)$", re.IGNORECASE)
