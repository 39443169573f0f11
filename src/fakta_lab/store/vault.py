"""Documents by the sha256 of their bytes, in a folder."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fakta.errors import InputError

# Where a document is until all of it is written. Beside the documents, so that it moves into place in one step.
_ARRIVING = ".arriving"


@dataclass(frozen=True, slots=True)
class Vault:
    """A folder that holds each document once, under `ab/abcd…`: its own sha256.

    Attributes:
        folder: made with the first document.
    """

    folder: Path

    def add(self, content: bytes) -> str:
        """Keeps a document, whole or not at all, and returns its sha256; one that is there already stays.

        Raises:
            InputError: it cannot be written.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        try:
            if not path.is_file() or path.stat().st_size != len(content):
                self._write(content, path)
        except OSError as error:
            raise InputError(f"{path}: the document cannot be kept: {error.strerror}") from None
        return sha256

    def path(self, sha256: str) -> Path:
        """Where a document is, or would be."""
        return self.folder / sha256[:2] / sha256

    def remove(self, sha256: str) -> None:
        """Removes a document; one that is not there is no error.

        Raises:
            InputError: it cannot be removed.
        """
        path = self.path(sha256)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"{path}: the document cannot be removed: {error.strerror}") from None

    def sweep(self) -> int:
        """Removes what writers left behind that were killed; returns how many files. Running writers keep theirs."""
        removed = 0
        for path in (self.folder / _ARRIVING).glob("*"):
            # A writer's lock ends with its process, however that ends.
            with suppress(OSError), path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
                removed += 1
        return removed

    def __iter__(self) -> Iterator[str]:
        """The sha256 of every document, sorted."""
        yield from sorted(path.name for path in self.folder.glob("[0-9a-f][0-9a-f]/*"))

    def _write(self, content: bytes, path: Path) -> None:
        arriving = self.folder / _ARRIVING
        arriving.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(exist_ok=True)
        moved = False
        while not moved:
            # A name of its own: two processes may bring the same document at once.
            temporary = arriving / secrets.token_hex(16)
            try:
                with temporary.open("xb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX)
                    # A sweep may have come between the two lines above; with the lock held none can.
                    if os.fstat(file.fileno()).st_nlink:
                        file.write(content)
                        file.flush()
                        os.fsync(file.fileno())
                        os.replace(temporary, path)
                        moved = True
            finally:
                temporary.unlink(missing_ok=True)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Makes a file's new name last: an event must not outlive the document that it was stored with."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
