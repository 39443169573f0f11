"""Ending early and going on later: the machine is taken away, somebody presses Ctrl-C, or this start's time is up."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# What a launcher, a scheduler or a cloud sends before it takes the machine away; and Ctrl-C.
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Interruption:
    """Whether this start of a run should write a checkpoint and end.

    Args:
        max_minutes: of this start; None for no limit.
    """

    def __init__(self, max_minutes: float | None = None) -> None:
        self._deadline = None if max_minutes is None else time.monotonic() + 60 * max_minutes
        self._signal: signal.Signals | None = None
        # Set by the trainer when one of the processes is asked to end: all of them have to end after the same step.
        self.agreed = False

    @property
    def asked(self) -> bool:
        """Whether this process has been asked to end."""
        return self._signal is not None or (self._deadline is not None and time.monotonic() >= self._deadline)

    @property
    def reason(self) -> str:
        """Why, in words."""
        return self._signal.name if self._signal is not None else "the minutes of this start are used up"

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Takes the first signal as a request; a second one ends the process as it always does."""
        if threading.current_thread() is not threading.main_thread():  # only the main thread gets signals
            yield
            return
        before = {number: signal.signal(number, self._heard) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        self._signal = signal.Signals(number)
        signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.default_int_handler)


def leave_signals_to_parent(worker: int) -> None:
    """For the data loader's workers: Ctrl-C reaches them too, but the step under way still needs them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
