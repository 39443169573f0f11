"""A new folder that is written whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fakta.errors import DatasetError


@contextmanager
def new_folder(path: str | Path) -> Iterator[Path]:
    """A folder beside `path` to write into; it takes that place when the block ends without an error.

    Args:
        path: must be missing or empty.

    Raises:
        DatasetError: the folder already holds something.
    """
    target = Path(path)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise DatasetError(f"{target}: already exists; remove it or choose another folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        partial.mkdir()
        yield partial
        if target.exists():
            target.rmdir()
        os.replace(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
