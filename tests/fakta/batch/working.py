"""Work for the pool's tests: each task says what is to happen to the process that does it."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable

from fakta.errors import BundleError, DamagedDocument


def do(task: str) -> str | int:
    """A task's first word says what to do: sleep, spin, eat, fail, stumble, break, segfault, signal, child, pid."""
    verb, _, rest = task.partition(" ")
    match verb:
        case "sleep":
            time.sleep(float(rest))
        case "spin":
            # A regular expression that backtracks without end never lets go of the interpreter lock.
            re.match(r"(a+)+b", "a" * 60)
        case "eat":
            held = bytearray(int(rest) * 1024 * 1024)
            return len(held)
        case "fail":
            raise DamagedDocument(f"{task} is damaged")
        case "stumble":
            raise ZeroDivisionError("two\nlines")
        case "break":
            raise BundleError("the bundle is gone")
        case "segfault":
            ctypes.string_at(0)
        case "signal":
            os.kill(os.getpid(), signal.Signals[rest])
        case "child":
            child = subprocess.Popen(["sleep", "600"])
            with open(rest, "w", encoding="utf-8") as file:
                file.write(str(child.pid))
            child.wait()
        case "pid":
            return os.getpid()
    return task


def prepare() -> Callable[[str], str | int]:
    """What the pool is given."""
    return do


def refuse() -> Callable[[str], str]:
    """A preparation that fails."""
    raise BundleError("no such bundle")


def die() -> Callable[[str], str]:
    """A preparation that does not come back."""
    os._exit(3)
