"""What every export starts from, and how its result appears whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from fakta.errors import InputError
from fakta_lab.formats.suffixes import SUFFIXES, suffix_of

Event = dict[str, Any]
# What an event looks like on its way out, for example with personal identity numbers masked.
Mask = Callable[[Event], Event]


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    Attributes:
        events: how many it holds.
        documents: files of documents beside them.
        left_out: names of documents that the store does not have and the format needs.
    """

    events: int
    documents: int = 0
    left_out: tuple[str, ...] = ()


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """A folder to write into, moved to `out` at the end, or removed where the block fails.

    Raises:
        InputError: there is something at `out` already.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out}: already exists; name a new folder")
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary.mkdir()
    try:
        yield temporary
        os.replace(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def file_name(document: str, sha256: str, content: bytes) -> str:
    """Where a document lies in an exported folder: under its own name where that is a safe one, else under its sha256.

    >>> file_name("2026/a.pdf", "ab" * 32, b"%PDF-1.7"), file_name("/etc/a.pdf", "ab" * 32, b"%PDF-1.7")[-8:]
    ('2026/a.pdf', 'abab.pdf')
    """
    path = PurePosixPath(document)
    parts_are_safe = all(part not in ("..", ".") and not part.startswith(".") for part in path.parts)
    known = path.suffix.lower() in SUFFIXES
    plain = not set(document) & set('\\:*?"<>|\0') and document == path.as_posix()
    if parts_are_safe and known and plain and not path.is_absolute() and len(document.encode()) < 200:
        return document
    return f"{sha256}{suffix_of(content)}"
