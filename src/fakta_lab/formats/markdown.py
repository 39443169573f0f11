"""Markdown whose tables hold, and in which what a document says means nothing: no heading, no link, no mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_\[\]<>~$&])")
# What GitHub and GitLab turn into links and mentions although no mark stands around it.
_LINKED = re.compile(r"(?<=[@#])(?=\w)|(?<=:/)(?=/)|(?<=w)(?=ww\.)", re.IGNORECASE)


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, words: Iterable[int] = (0,)) -> list[str]:
    """The lines of a table.

    Args:
        heads: of the columns.
        rows: as many cells in each, escaped already where they have to be.
        words: numbers of the columns, from 0, that hold words; the others hold numbers and end at the right.

    >>> print("\\n".join(markdown_table(("field", "values"), [("a|b", "3")])))
    | field | values |
    | --- | ---: |
    | a\\|b | 3 |
    """
    left = set(words)
    rules = ["---" if i in left else "---:" for i in range(len(heads))]
    return [_row(heads), _row(rules), *map(_row, rows)]


def markdown_text(text: str) -> str:
    """Text that means nothing to Markdown, on one line.

    >>> print(markdown_text("*<b>[x](y)"))
    \\*\\<b\\>\\[x\\](y)
    """
    return _LINKED.sub("\u200b", _SPECIAL.sub(r"\\\1", " ".join(text.split())))


def markdown_code(text: str) -> str:
    """Text as code, on one line, between more backticks than it has itself in a row.

    >>> print(markdown_code("documents/a.pdf"), markdown_code("a`b"))
    `documents/a.pdf` `` a`b ``
    """
    shown = " ".join(text.split()) or " "
    longest = max(map(len, re.findall("`+", shown)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
