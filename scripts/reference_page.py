"""What the generated pages of the documentation share: cells of tables, writing, and checking for staleness."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

REMEDY = "make reference"


def cell(text: str) -> str:
    """A text as it may stand in a cell of a Markdown table.

    >>> cell("<json|table>\\nof either")
    '<json\\\\|table> of either'
    """
    return " ".join(text.split()).replace("|", "\\|")


def stale(path: Path, content: str) -> str:
    """What to tell where the page on disk is not what would be written; "" where it is."""
    written = path.read_text(encoding="utf-8") if path.is_file() else ""
    return "" if written == content else f"{path.name} is out of date: run `{REMEDY}` and commit what it writes"


def run(path: Path, content: str, arguments: Sequence[str]) -> int:
    """Writes the page, or with `--check` only compares it; returns the exit code."""
    if list(arguments) == ["--check"]:
        told = stale(path, content)
        if told:
            print(told, file=sys.stderr)
        return 1 if told else 0
    if arguments:
        print(f"usage: python -m scripts.{Path(sys.argv[0]).stem} [--check]", file=sys.stderr)
        return 2
    path.write_text(content, encoding="utf-8")
    return 0
