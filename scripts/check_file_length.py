"""Fails where a Python file has become too long to hold one idea.

    python scripts/check_file_length.py

Aim for 60-250 lines a file. Above 400 the file is named, above 600 the check fails.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTICE_LINES = 400
MAX_LINES = 600


def python_files(root: Path) -> Iterator[Path]:
    """The project's Python files: tracked, or new and not ignored by git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = {root / line for line in listed.stdout.splitlines()}
    yield from sorted(path for path in paths if path.exists())


def main() -> int:
    """Prints every long file; returns 1 where one is over the limit."""
    failed = False
    for path in python_files(ROOT):
        n_lines = len(path.read_text(encoding="utf-8").splitlines())
        if n_lines <= NOTICE_LINES:
            continue
        too_long = n_lines > MAX_LINES
        failed |= too_long
        verdict = f"over the limit of {MAX_LINES}: split it" if too_long else "long: does it still hold one idea?"
        print(f"{path.relative_to(ROOT)}: {n_lines} lines, {verdict}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
