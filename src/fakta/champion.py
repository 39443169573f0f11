"""The bundle that an alias leads to, in a program that runs for long: a promotion or a rollback arrives by itself.

```python
from functools import partial
from fakta import Extractor
from fakta.champion import Current

champion = Current("models/champion", load=partial(Extractor.load, threads=2))
extraction = champion.extract("faktura.pdf")
```

Each document costs one look at the file system (`stat`). When the alias has moved, the next document loads the bundle
that it leads to now; one that cannot be loaded is logged, and the bundle in use stays in use. A document is read by one
bundle from beginning to end.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import monotonic

from fakta.bundle import MANIFEST
from fakta.extract import Extractor, Source
from fakta.extraction import Extraction

__all__ = ["Current"]

_log = logging.getLogger(__name__)

# Seconds until a bundle that could not be loaded is tried again: a network drive may have been away for a moment.
RETRY_S = 30.0

_Mark = tuple[int, int, int, int]


class Current:
    """An extractor with the bundle that a path leads to now. Threads may share it.

    While a bundle is exchanged, both are in memory, and other threads go on with the old one.

    Args:
        path: an alias of a registry, such as `models/champion`; a bundle's folder or zip works as well.
        load: makes an extractor of the path; with options of one's own `partial(Extractor.load, threads=2)`.

    Raises:
        BundleError, ConfigError, MemoryFileError: see `Extractor.load`.
    """

    def __init__(self, path: str | Path, *, load: Callable[[Path], Extractor] = Extractor.load) -> None:
        self._path = Path(path)
        self._load = load
        self._exchanging = Lock()
        self._not_before = 0.0
        # Looked at before loading: a bundle that arrives in between is then loaded once more, and never missed.
        self._mark = self._look()
        self._extractor = self._ready()

    def extractor(self) -> Extractor:
        """The extractor for the next document; keep it for no longer than that."""
        mark = self._look()
        # Whoever comes while another thread exchanges the bundle does not wait for that.
        if mark != self._mark and monotonic() >= self._not_before and self._exchanging.acquire(blocking=False):
            try:
                self._exchange(mark)
            finally:
                self._exchanging.release()
        return self._extractor

    def extract(self, source: Source, *, name: str | None = None) -> Extraction:
        """Everything that the document states, see `Extractor.extract`.

        Raises:
            DocumentError: it cannot be read; the message says why.
        """
        return self.extractor().extract(source, name=name)

    def _exchange(self, mark: _Mark | None) -> None:
        before = self._extractor.name
        try:
            self._extractor = self._ready()
        except Exception as error:  # whatever is wrong with the new one, the old one still works
            self._not_before = monotonic() + RETRY_S
            _log.error("%s: cannot be loaded, %s stays in use: %s", self._path, before, error)
        else:
            self._mark = mark
            _log.info("%s: %s takes the place of %s", self._path, self._extractor.name, before)

    def _ready(self) -> Extractor:
        extractor = self._load(self._path)
        # Now all of it is in memory, and the bundle's files may be pruned.
        extractor.reader.warm_up()
        return extractor

    def _look(self) -> _Mark | None:
        """What tells one bundle at the path from another, and an erasure in it from before; None without a bundle."""
        try:
            try:
                found = os.stat(self._path / MANIFEST)
            except NotADirectoryError:  # a zip, or a pointer file
                found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
