"""Results that were kept of erased documents: caches, wherever they lie in the folders searched."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from fakta.cache import ResultCache
from fakta.cache_file import is_cache
from fakta.errors import CacheFileError


def erase_in_caches(
    folders: Sequence[Path], is_erased: Callable[[str], bool], *, skipped: Collection[str], dry_run: bool
) -> tuple[list[tuple[Path, int]], list[str]]:
    """Erases documents from result caches.

    Args:
        folders: to search, and everything below them.
        is_erased: whether a document, by its sha256, is to be erased.
        skipped: names of folders that are not searched.
        dry_run: only say what would happen.

    Returns:
        The caches that had results of such documents with of how many, and why others could not be emptied.
    """
    emptied, problems = [], []
    for path in sorted({path.resolve() for folder in folders for path in _caches(folder, skipped)}):
        cache = ResultCache(path)
        try:
            gone = sorted(filter(is_erased, cache.documents()))
            if gone and not dry_run:
                for sha256 in gone:
                    cache.erase(sha256)
            if gone:
                emptied.append((path, len(gone)))
        except CacheFileError as error:
            problems.append(str(error))
        finally:
            cache.close()
    return emptied, problems


def _caches(folder: Path, skipped: Collection[str]) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in skipped]
        for name in files:
            path = Path(where, name)
            if not path.is_symlink() and path.is_file() and is_cache(path):
                yield path
