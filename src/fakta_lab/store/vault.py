"""Documents by the sha256 of their bytes, in a folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Vault:
    """A folder that holds each document once, under `ab/abcd….`: its own sha256.

    Attributes:
        folder: made with the first document.
    """

    folder: Path

    def add(self, content: bytes) -> str:
        """Keeps a document, whole or not at all, and returns its sha256; one that is there already stays."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if path.is_file() and path.stat().st_size == len(content):
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own: two processes may bring the same document at once.
        handle, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        return sha256

    def path(self, sha256: str) -> Path:
        """Where a document is, or would be."""
        return self.folder / sha256[:2] / sha256

    def remove(self, sha256: str) -> None:
        """Removes a document; one that is not there is no error."""
        self.path(sha256).unlink(missing_ok=True)

    def __iter__(self) -> Iterator[str]:
        """The sha256 of every document, sorted."""
        yield from sorted(path.name for path in self.folder.glob("??/*") if not path.name.startswith("."))
