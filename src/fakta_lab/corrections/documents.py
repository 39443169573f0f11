"""Documents that events name, looked up in one folder and nowhere else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from fakta.documents.detect import describe, detect_format
from fakta.documents.source import load_source
from fakta.errors import DatasetError, DocumentError
from fakta_lab.formats.correction import SHA256


@dataclass(frozen=True, slots=True)
class DocumentFolder:
    """A folder in which documents are looked up by the names that events have for them.

    Attributes:
        folder: nothing outside it is read, whatever a name or a link says.
    """

    folder: Path

    def read(self, name: str) -> bytes | None:
        """The bytes of a document; None where the folder has no file of that name.

        Args:
            name: a path below the folder, or an absolute path that leads into it.

        Raises:
            DatasetError: the name leads out of the folder, or what is there is no document.
        """
        root = self.folder.resolve()
        try:
            path = (root / name).resolve(strict=True)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        except (OSError, RuntimeError):
            raise DatasetError(f"{name}: cannot be read (a link that leads to itself, or a name too long)") from None
        if not path.is_relative_to(root):
            raise DatasetError(f"{name}: leads out of {self.folder} and is not read")
        try:
            return load_source(path, name=name).data
        except DocumentError as error:
            raise DatasetError(str(error).replace(str(path), name)) from None


def check_document(name: str, content: bytes) -> None:
    """Refuses bytes that are no document, or not the one that was named.

    Raises:
        DatasetError: neither a PDF nor an image; or the name is a sha256, and of other bytes.
    """
    if detect_format(content) is None:
        raise DatasetError(f"{name}: {describe(content)}, neither a PDF nor an image")
    if SHA256.fullmatch(name) and hashlib.sha256(content).hexdigest() != name:
        raise DatasetError(f"{name}: the file of that name has other bytes than its sha256 says")
