"""Whatever the caller has - a path, bytes, an open file - to bytes with a name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from fakta.documents.limits import MAX_BYTES
from fakta.errors import (
    DocumentError,
    DocumentNotFound,
    DocumentTooLarge,
    EmptyDocument,
    UnsupportedDocument,
)


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one document.

    Attributes:
        name: as given: the path, the file object's name, or "document".
        data: all bytes, at least one and at most `MAX_BYTES`.
    """

    name: str
    data: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """Of the bytes, hex."""
        return hashlib.sha256(self.data).hexdigest()


def load_source(source: str | Path | bytes | BinaryIO, *, name: str | None = None) -> Source:
    """The bytes behind a path, bytes or a file object opened in binary mode.

    Args:
        source: a file object is read from where it stands and left open.
        name: for messages and results; taken from the path or the file object where it is left out.

    Raises:
        DocumentNotFound: no file at that path.
        EmptyDocument: there are no bytes.
        DocumentTooLarge: more than `MAX_BYTES`.
        UnsupportedDocument: a folder, a device, or a file opened as text.
        DocumentError: the file cannot be read, for example for want of permission.

    >>> load_source(b"%PDF-1.7", name="faktura.pdf").name
    'faktura.pdf'
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return _checked(name or "document", bytes(source))
    if isinstance(source, str | Path):
        return _checked(name or str(source), _read_path(Path(source)))
    given = getattr(source, "name", None)
    name = name or (given if isinstance(given, str) else "document")
    return _checked(name, _read_file(source, name))


def _read_path(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UnsupportedDocument(f"{path} is a folder: give the files in it, for example {path / '*.pdf'}")
        if not path.exists():
            raise DocumentNotFound(f"{path}: no such file")
        if not path.is_file():
            raise UnsupportedDocument(f"{path} is not a regular file: save it as one first")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentTooLarge(_too_large(str(path), size))
        return path.read_bytes()
    except FileNotFoundError:
        raise DocumentNotFound(f"{path}: no such file") from None
    except OSError as error:
        raise DocumentError(f"{path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a NUL in the path
        raise DocumentNotFound(f"{str(path)!r} is no file path: {error}") from error


def _read_file(file: BinaryIO, name: str) -> bytes:
    data = file.read(MAX_BYTES + 1)
    if not isinstance(data, bytes):
        raise UnsupportedDocument(f"{name} is opened as text: open it in binary mode, open(path, 'rb')")
    return data


def _checked(name: str, data: bytes) -> Source:
    if not data:
        raise EmptyDocument(f"{name} is empty (0 bytes): check that it was saved or uploaded completely")
    if len(data) > MAX_BYTES:
        raise DocumentTooLarge(_too_large(name, len(data)))
    return Source(name, data)


def _too_large(name: str, size: int) -> str:
    return (
        f"{name} has {size / 1e6:.0f} MB or more, the limit is {MAX_BYTES / 1e6:.0f} MB: split it or lower its quality"
    )
