"""Pages for tests, typed as they look: a monospaced sheet becomes words with boxes."""

from __future__ import annotations

import re
from textwrap import dedent

from fakta.documents.lines import reading_order
from fakta.documents.model import Box, Page, Word

CHARACTER = 0.008  # of the page width: 125 columns
LINE = 0.0125  # of the page height: 80 rows; close to 10 point type on A4
WIDTH, HEIGHT = 595.0, 842.0


def typed_page(sheet: str, *, number: int = 1) -> Page:
    """The page that a sheet of text shows; two or more spaces are a gap between segments."""
    words = []
    for row, line in enumerate(dedent(sheet).strip("\n").split("\n")):
        for match in re.finditer(r"\S+", line):
            left, right = match.start() * CHARACTER, match.end() * CHARACTER
            words.append(Word(match.group(), Box(left, 0.02 + row * LINE, right, 0.02 + row * LINE + 0.011)))
    return Page(number=number, width=WIDTH, height=HEIGHT, words=reading_order(words), source="generated")
