"""Results kept on disk, so that no document is read twice by the same reader.

```python
extractor = Extractor.load(cache="results.cache")
```

A result is found by the sha256 of its document and the signature of whatever read it (`reader_signature`). The file is
an SQLite database that any number of processes may use at once and that survives being killed. Its size is bounded:
what was not asked for the longest goes first.

A cache is a convenience. Whatever is wrong with it - damaged, in use, no room left - a document is read as if there
were none, and the log says why; a file that is no cache is never touched. Only `erase` raises, because it is a duty.

The file holds what was read from documents, which may be personal data: only its owner can read it, what is removed is
overwritten, and `erase` removes a document's results for good. Nothing in it is executed or unpickled.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
import time
import zlib
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from fakta import cache_file
from fakta.errors import CacheFileError, ExtractionError
from fakta.extraction import Extraction
from fakta.schema import Schema

if TYPE_CHECKING:
    import sqlite3

    from fakta.bundle import Bundle

_Result = TypeVar("_Result")

# A result has some kilobytes; what unfolds to more is an accident or an attack.
_MOST_BYTES = 64 * 1024**2
# One that would fill a large part of the cache is not kept.
_MOST_PART = 4

_log = logging.getLogger(__name__)


def reader_signature(bundle: Bundle | None, schema: Schema, *, ocr: str, tenant: str = "", language: str = "en") -> str:
    """What a result depends on besides the document and the supplier memory, as a sha256.

    Args:
        bundle: its manifest names the sha256 of its files, its thresholds and its weights; None where the lexicon
            alone reads.
        schema: the fields that are read.
        ocr: the choice of engine; which ones are installed counts too, because it decides what "auto" means.
        tenant, language: as given to the extractor.
    """
    from fakta import __version__

    what = {
        "fakta": __version__,
        "bundle": bundle.manifest if bundle else None,
        "schema": schema.to_dict(),
        "ocr": [ocr, *([] if ocr == "off" else _installed_engines())],
        "tenant": tenant,
        "language": language,
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


class ResultCache:
    """Results on disk, by document and reader. It can be shared between threads and sent to other processes.

    Args:
        path: of the file, made when it is first used; its folder has to be there. Beside it stand two files of
            SQLite's own.
        max_mb: how many megabytes it may have; a log of a few comes on top while it is used.
    """

    def __init__(self, path: str | Path, *, max_mb: float = 256) -> None:
        self.path = Path(path)
        self.max_mb = max_mb
        self._lock = threading.RLock()
        self._database: sqlite3.Connection | None = None
        self._process = 0
        self._inherited: list[sqlite3.Connection] = []
        self._foreign = False
        self._warned = False

    def __del__(self) -> None:
        # Python warns of connections that nobody closed; at the end of a process nothing can be imported any more.
        with suppress(ImportError):
            self.close()

    def __reduce__(self) -> tuple[Callable[..., ResultCache], tuple[Path, float]]:
        return _reopened, (self.path, self.max_mb)

    def get(self, sha256: str, reader: str, schema: Schema) -> Extraction | None:
        """What a reader read from a document, None where that is not known.

        Args:
            sha256: of the document.
            reader: its signature.
            schema: of the reader.
        """
        asked = (sha256, reader)
        row = self._attempt(lambda database: database.execute(_FIND, asked).fetchone())
        if row is None:
            return None
        extraction = _unpacked(row[0], sha256, reader, schema)
        if extraction is None:
            _log.warning("%s: the result of document %s… is damaged; it is read again", self.path, sha256[:12])
            self._attempt(lambda database: database.execute(_REMOVE, asked))
        else:
            self._attempt(lambda database: database.execute(_TOUCH, (time.time_ns(), *asked)))
        return extraction

    def put(self, extraction: Extraction, reader: str) -> None:
        """Keeps what a reader read from a document; what was not asked for the longest makes room."""
        value, most_bytes = _packed(extraction, reader), int(self.max_mb * 1e6)
        row = (extraction.sha256, reader, time.time_ns(), value)

        def write(database: sqlite3.Connection) -> None:
            with cache_file.transaction(database):
                database.execute(_KEEP, row)
                cache_file.make_room(database, most_bytes=most_bytes)
            cache_file.shrink(database, most_bytes=most_bytes)

        if len(value) <= most_bytes // _MOST_PART:
            self._attempt(write)

    def erase(self, sha256: str) -> int:
        """Removes everything that was read from a document, so that nothing of it is left in the file.

        Returns:
            How many results there were.

        Raises:
            CacheFileError: the file is damaged, in use by a process that does not let go, or no cache.
        """
        return self._dutifully(lambda database: cache_file.erase(database, sha256), otherwise=0)

    def documents(self) -> AbstractSet[str]:
        """The sha256 of every document of which it has results.

        Raises:
            CacheFileError: like `erase`.
        """
        return self._dutifully(lambda database: {row[0] for row in database.execute(_DOCUMENTS)}, otherwise=set())

    def close(self) -> None:
        """Lets go of the file; it is opened again when needed."""
        with self._lock:
            database, self._database = self._opened_here(), None
            if database is not None:
                with suppress(*cache_file.file_errors()):
                    database.close()

    def _attempt(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result | None:
        """What the work gives, None where the cache cannot be used for it."""
        with self._lock:
            if self._foreign:
                return None
            try:
                return work(self._connected())
            except CacheFileError as error:
                self._foreign = True
                _log.warning("%s; documents are read without a cache", error)
            except cache_file.file_errors() as error:
                self.close()
                if cache_file.is_damage(error):
                    self._replace(error)
                elif not cache_file.is_busy(error) and not self._warned:
                    self._warned = True
                    _log.warning("%s: the result cache cannot be used (%s)", self.path, error)
        return None

    def _dutifully(self, work: Callable[[sqlite3.Connection], _Result], *, otherwise: _Result) -> _Result:
        """What the work gives, or what holds where there is no file."""
        with self._lock:
            if not self.path.exists():
                return otherwise
            try:
                return work(self._connected())
            except cache_file.file_errors() as error:
                self.close()
                if cache_file.is_damage(error):
                    raise CacheFileError(f"{self.path}: the result cache is damaged: remove it") from error
                raise CacheFileError(f"{self.path}: the result cache cannot be used ({error}): try again") from error

    def _opened_here(self) -> sqlite3.Connection | None:
        """The connection of this process; one from before a fork is the parent's, and is neither used nor closed."""
        if self._database is not None and self._process != os.getpid():
            self._inherited.append(self._database)
            self._database = None
        return self._database

    def _connected(self) -> sqlite3.Connection:
        database = self._opened_here()
        if database is None:
            database = self._database = cache_file.open_file(self.path)
            self._process = os.getpid()
        return database

    def _replace(self, damage: Exception) -> None:
        """Removes a damaged cache, so that the next result begins a new one."""
        _log.warning("%s: the result cache is damaged (%s); a new one is begun", self.path, damage)
        try:
            cache_file.remove_cache(self.path)
        except OSError as error:
            self._foreign = True
            _log.warning("%s: cannot be removed (%s); documents are read without a cache", self.path, error)


_KEEP = "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)"
_DOCUMENTS = "SELECT sha256 FROM results"
_FIND = "SELECT value FROM results WHERE sha256 = ? AND reader = ?"
_REMOVE = "DELETE FROM results WHERE sha256 = ? AND reader = ?"
_TOUCH = "UPDATE results SET used_ns = ? WHERE sha256 = ? AND reader = ?"


def _reopened(path: Path, max_mb: float) -> ResultCache:
    return ResultCache(path, max_mb=max_mb)


def _packed(extraction: Extraction, reader: str) -> bytes:
    """A result with whom it is from; numbers are kept whole, which `to_dict` rounds for people."""
    data = replace(extraction, timings_ms={}, extracted_at=None).to_dict()
    data["confidence"] = extraction.confidence
    for name, field in extraction.fields.items():
        data["fields"][name] |= {"confidence": field.confidence, "box": field.box and list(field.box)}
    return zlib.compress(json.dumps([reader, data], separators=(",", ":")).encode())


def _unpacked(value: Any, sha256: str, reader: str, schema: Schema) -> Extraction | None:
    """The result, None where it is damaged or another one."""
    try:
        unzip = zlib.decompressobj()
        text = unzip.decompress(value, _MOST_BYTES)
        if not unzip.eof:
            return None
        whose, data = json.loads(text)
        extraction = Extraction.from_dict(data, schema)
    except (zlib.error, ExtractionError, ValueError, TypeError, RecursionError):
        return None
    return extraction if (whose, extraction.sha256) == (reader, sha256) else None


def _installed_engines() -> list[str]:
    from importlib.metadata import PackageNotFoundError, version
    from shutil import which

    try:
        rapid = version("rapidocr")
    except PackageNotFoundError:
        rapid = ""
    return [rapid, which("tesseract") or ""]
