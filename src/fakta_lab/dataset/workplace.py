"""Where a folder is made before it takes its place: beside it, whole or not at all, and by one process at a time.

A killed run leaves its half-made folder in the workplace; the next one removes it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fakta.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Workplace:
    """The folder `.<name>.build` beside the folder `<name>` that is made.

    Attributes:
        out: what is made.
        folder: for whatever the next run can use again; safe to delete while nothing runs.
    """

    out: Path
    folder: Path

    @property
    def building(self) -> Path:
        """The new folder while it is made."""
        return self.folder / "building"

    @property
    def _previous(self) -> Path:
        return self.folder / "previous"

    def publish(self) -> None:
        """Puts the new folder in the place of the old one."""
        # A folder that is not empty cannot be replaced in one step: the old one steps aside first.
        if self.out.exists():
            os.replace(self.out, self._previous)
        os.replace(self.building, self.out)
        shutil.rmtree(self._previous, ignore_errors=True)

    def clear(self) -> None:
        """Removes what a killed run left, and puts back a folder that it had moved aside."""
        if self._previous.exists() and not self.out.exists():
            os.replace(self._previous, self.out)
        shutil.rmtree(self._previous, ignore_errors=True)
        shutil.rmtree(self.building, ignore_errors=True)


@contextmanager
def workplace(out: Path, *, replaceable: Callable[[Path], bool], kind: str, keep: bool) -> Iterator[Workplace]:
    """A workplace for a folder, the new folder made and empty; what is unfinished at the end is removed.

    Args:
        out: the folder to make; a symbolic link stands for the folder that it leads to.
        replaceable: whether a folder that is there already may be replaced; an empty one always may.
        kind: what the folder is, for messages ("dataset").
        keep: whether the workplace's folder stays for the next run.

    Raises:
        DatasetError: something else is at `out`, another process makes it just now, or the folder cannot be written.
    """
    out = out.resolve()
    if out.exists() and not (out.is_dir() and (not any(out.iterdir()) or replaceable(out))):
        raise DatasetError(f"{out}: exists and is no {kind}; name another folder, or remove it first")
    place = Workplace(out, out.with_name(f".{out.name}.build"))
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        lock = (place.folder / "lock").open("w", encoding="utf-8")
    except OSError as error:
        raise DatasetError(f"{out}: cannot be written: {error.strerror or error}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DatasetError(f"{out}: another process is making it; wait until it is done") from None
        place.clear()
        try:
            place.building.mkdir()
            yield place
        except OSError as error:
            raise DatasetError(f"{error.filename or out}: cannot be written: {error.strerror or error}") from error
        finally:
            place.clear()
            if not keep:
                shutil.rmtree(place.folder, ignore_errors=True)
