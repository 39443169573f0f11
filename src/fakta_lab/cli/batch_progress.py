"""How far a batch has come, as a bar on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID
    from rich.text import Text


class BatchProgress:
    """A bar that is moved document by document."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task
        self._n_failed = 0

    def done(self, *, failed: bool = False) -> None:
        """One more document is through."""
        self._n_failed += failed
        self._bar.update(self._task, advance=1, failed=self._n_failed)


@contextmanager
def batch_progress(total: int, *, known: int = 0, out: Path | None = None) -> Iterator[BatchProgress]:
    """A bar with documents done and in all, documents a second, time left and failures.

    Silent where stderr is no terminal, where results run over the same terminal, and for a single document.

    Args:
        total: how many documents there are.
        known: how many of them are done already; they say nothing about the time left.
        out: where results go; None means stdout.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            return rate(task.finished_speed or task.speed)

    class Failures(ProgressColumn):
        def render(self, task: Task) -> Text:
            return failures(task.fields["failed"])

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn(), Failures(),
    )  # fmt: skip
    shown = total - known > 1 and sys.stderr.isatty() and (out is not None or not sys.stdout.isatty())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not shown) as bar:
        yield BatchProgress(bar, bar.add_task("documents", total=total, completed=known, failed=0))


def rate(per_second: float | None) -> Text:
    """Documents a second, or a minute where there are few.

    >>> [rate(speed).plain for speed in (None, 12.345, 0.25)]
    ['', '12.3/s', '15.0/min']
    """
    from rich.text import Text

    if per_second is None:
        return Text("")
    return Text(f"{per_second:.1f}/s" if per_second >= 1 else f"{per_second * 60:.1f}/min")


def failures(count: int) -> Text:
    """How many documents could not be read; nothing for none.

    >>> failures(0).plain, failures(3).plain
    ('', '3 failed')
    """
    from rich.text import Text

    return Text(f"{count} failed", style="red") if count else Text("")
