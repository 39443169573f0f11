"""What every command shares: notices on stderr, results on stdout or, whole or not at all, in a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from fakta.errors import InputError
from fakta_lab.files import replacing

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fakta_lab.formats.jsonl import Problem

# A log of a million lines may be broken throughout; cron's mail should stay readable.
SHOWN = 20


def notice(message: str) -> None:
    """Prints a line that is no result: what happens, what was written where."""
    print(message, file=sys.stderr)


def error(message: str) -> None:
    """Prints a line for something that went wrong while the rest goes on."""
    print(f"error: {message}", file=sys.stderr)


def tell_problems(problems: Sequence[tuple[Path, Problem]]) -> None:
    """Prints a line for each of the first lines of files that cannot be used, and how many more there are."""
    for path, problem in problems[:SHOWN]:
        error(f"{path}: {problem}")
    if len(problems) > SHOWN:
        error(f"and {len(problems) - SHOWN} more lines that cannot be used")


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A function `(done, total)` that moves a bar on stderr; silent where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def write_result(chunks: Iterable[str], out: Path | None) -> None:
    """Writes the pieces of a result as they come.

    Args:
        chunks: text, line ends included.
        out: file to write; it appears when all is written, so a reader never sees half of it. None means stdout.
    """
    with _result_file(out) as file:
        for chunk in chunks:
            file.write(chunk)
            file.flush()


def check_writable(out: Path) -> None:
    """Says before anything is computed that a file cannot be written.

    Raises:
        InputError: `out` is a folder, or its own folder does not exist.
    """
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name the file to write")
    if not out.parent.is_dir():
        raise InputError(f"{out}: the folder {out.parent} does not exist; make it first")


@contextmanager
def _result_file(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    check_writable(out)
    with replacing(out) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        yield file


def as_text(parts: Iterable[RenderableType]) -> str:
    """What `rich` would print on stdout: colours only where stdout is a terminal, 120 columns where it is none.

    Brackets are text, whoever wrote them: styles come as `rich.text.Text`, never as markup.
    """
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False, markup=False)
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    return capture.get()
