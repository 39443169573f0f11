"""What one document may take of the machine, and how a process is kept to it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take.

    Attributes:
        timeout_s: seconds from when its worker begins it; None for as long as it takes.
        memory_mb: megabytes (1024² bytes) of memory that its worker may hold, model and libraries' own memory included;
            None for as much as there is. On Linux it bounds writable private memory (RLIMIT_DATA): shared libraries
            and reserved address space do not count. Elsewhere it bounds address space, on Windows nothing.

    Raises:
        ValueError: a limit that is not above 0.
    """

    timeout_s: float | None = None
    memory_mb: int | None = None

    def __post_init__(self) -> None:
        if self.timeout_s is not None and not self.timeout_s > 0:
            raise ValueError(f"a timeout must be above 0 seconds, not {self.timeout_s}")
        if self.memory_mb is not None and not self.memory_mb > 0:
            raise ValueError(f"a memory limit must be above 0 MB, not {self.memory_mb}")

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return self.timeout_s is not None or self.memory_mb is not None


def confine(memory_mb: int | None) -> None:
    """Bounds the memory of this process and of each that it starts; no memory dumps are left of any."""
    if sys.platform == "win32":
        return
    import resource

    # A dump would hold the document, and lie wherever the service runs.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory_mb is not None:
        limited = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        resource.setrlimit(limited, (memory_mb * MEGABYTE, memory_mb * MEGABYTE))


def lead_group() -> None:
    """Makes this process the head of a group of its own: Ctrl-C does not reach it, and it ends with all it started."""
    if sys.platform != "win32":
        os.setsid()


def end_own_group() -> None:
    """Ends this process and every one that it started, at once."""
    if sys.platform != "win32":
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def end_group(leader: int) -> None:
    """Ends a process that called `lead_group`, and every one that it started; nothing where it is no leader yet."""
    if sys.platform != "win32":
        try:
            os.killpg(leader, signal.SIGKILL)
        except ProcessLookupError:
            pass


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Ctrl-C waits until the block is left. Processes started in it never see one."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
