"""Shadow mode: production keeps using the answer that it has, and fakta's is written beside it.

```python
from fakta import Extractor
from fakta.mapping import OutputMapping
from fakta.shadow import ShadowLog

extractor = Extractor.load()
shadow = ShadowLog(extractor, "shadow.jsonl", mapping=OutputMapping.load("faktura.yaml", extractor.schema))

answer = ask_gpt4(pdf)  # what your application does today, and goes on using
shadow.record(pdf, answer, name="faktura.pdf", seconds=3.1)
```

What production can rely on:

- **It never raises.** Whatever goes wrong, with the document, the answer, the disk or fakta itself, is counted
  (`shadow.failed`) and told to `logging` under "fakta.shadow", without anything that a document says.
- **It never waits.** `record` puts the bytes into a bounded queue, for a thread of its own to read one after the other.
  When the queue is full the document is left out and counted (`shadow.dropped`): a shadow that falls behind must not
  pile up documents in memory. Reading takes a tenth of a second a page of one core, though, and shares the process with
  production; where that is too much, record a sample.
- **Lines are whole.** Each is appended in one piece under a lock, from any number of threads and processes. A process
  that is killed loses what is in its queue, and at worst leaves half a line, which is closed off by the next writer and
  passed over by readers.
- **No page text.** A line has the document's name and sha256, both answers by field, what fakta accepts, and times.
  Values of invoices can be personal data: keep the log where corrections are kept, and no longer.

Call `close` when the program ends: what is still waiting is lost without it. Appending needs `fcntl`, which Linux and
macOS have. `fakta compare shadow.jsonl --on STORE` reads the log (docs/compare.md).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import queue
import threading
import time
from collections.abc import Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from fakta.errors import FaktaError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakta.extraction import Extraction
    from fakta.mapping import OutputMapping

# Of a line; readers refuse others.
FORMAT = 1
# Documents that wait to be read: at 1 MB each they hold 32 MB, and take the thread a few seconds.
WAITING = 32
# Of what fakta reads, the log has these; the words around a value and why it was accepted stay out.
FIELD_KEYS = ("value", "confidence", "accepted")
KEYS = ("model", "pages", "confidence", "needs_review", "known_supplier", "timings_ms")

_log = logging.getLogger("fakta.shadow")


class Extracts(Protocol):
    """What reads: an `Extractor`."""

    def extract(self, source: bytes, *, name: str | None = None) -> Extraction:
        """Everything read from the document."""
        ...


class _Task(NamedTuple):
    document: bytes
    answer: Mapping[str, Any] | None
    name: str
    seconds: float | None
    at: datetime


class ShadowLog:
    """Writes down what fakta reads beside what production uses.

    Make it once, after the process has forked (in a web server: in each worker).

    Args:
        extractor: reads; used by this log's thread alone while that reads.
        path: of the log, JSON Lines; appended to.
        mapping: how to read production's answers, the JSON of your application; without it their keys are field names.
        production: who gives these answers, as corrections name it ("gpt-4o-2024-08-06").
        waiting: documents that may wait to be read; more are left out.
        max_bytes: size from which the log is set aside under a name with the time; None never does.

    Attributes:
        written: lines so far.
        dropped: documents that were left out because too many were waiting.
        failed: documents whose line could not be made or written.
    """

    def __init__(
        self,
        extractor: Extracts,
        path: str | Path,
        *,
        mapping: OutputMapping | None = None,
        production: str = "",
        waiting: int = WAITING,
        max_bytes: int | None = None,
    ) -> None:
        self.path = Path(path)
        self.written = self.dropped = self.failed = 0
        self._extractor = extractor
        self._mapping = mapping
        self._production = production
        self._max_bytes = max_bytes
        self._tasks: queue.Queue[_Task | None] = queue.Queue(waiting)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process = 0

    def record(
        self, document: bytes, answer: Mapping[str, Any] | None, *, name: str = "", seconds: float | None = None
    ) -> bool:
        """Notes an answer that production uses, for fakta to read the same document when there is time.

        Never raises, and waits for nothing.

        Args:
            document: its bytes.
            answer: that production uses, in the form of `mapping`; None where it has none.
            name: by which production, and its corrections, speak of the document; its sha256 by default.
            seconds: that the answer took.

        Returns:
            Whether it will be read; False where it was left out.
        """
        try:
            self._start()
            self._tasks.put_nowait(_Task(document, answer, name, seconds, datetime.now(UTC)))
        except queue.Full:
            self.dropped += 1
            if self.dropped & (self.dropped - 1) == 0:  # the 1st, 2nd, 4th, 8th, …: a log is no place to pile up either
                _log.warning("shadow: %d documents left out so far, too many are waiting", self.dropped)
            return False
        except Exception as error:  # a thread that cannot be started, for instance
            self._fail(error)
            return False
        return True

    def flush(self, timeout: float | None = None) -> bool:
        """Waits until everything that was recorded is written; for tests and the end of a program.

        Args:
            timeout: seconds to wait at most; None for as long as it takes.

        Returns:
            Whether everything is.
        """
        end = None if timeout is None else time.monotonic() + timeout
        with self._tasks.all_tasks_done:
            while self._tasks.unfinished_tasks:
                left = None if end is None else end - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self._tasks.all_tasks_done.wait(left)
        return True

    def close(self, timeout: float | None = 10.0) -> bool:
        """Writes what is waiting and ends the thread; returns whether everything was written in time."""
        if not self.flush(timeout):
            return False
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None and thread.is_alive():
            self._tasks.put(None)
            thread.join(timeout)
        return True

    def __enter__(self) -> ShadowLog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        """Starts the thread with the first document, and again in a process that was forked meanwhile."""
        if self._thread is not None and self._process == os.getpid():
            return
        with self._lock:
            if self._thread is None or self._process != os.getpid():
                if self._process not in {0, os.getpid()}:
                    # The parent's queue and counts are the parent's; its thread does not live here.
                    self._tasks = queue.Queue(self._tasks.maxsize)
                    self.written = self.dropped = self.failed = 0
                self._process = os.getpid()
                self._thread = threading.Thread(
                    target=self._work, args=(self._tasks,), name="fakta-shadow", daemon=True
                )
                self._thread.start()

    def _work(self, tasks: queue.Queue[_Task | None]) -> None:
        while (task := tasks.get()) is not None:
            try:
                append_line(self.path, self._line(task), max_bytes=self._max_bytes)
                self.written += 1
            except Exception as error:  # whatever it is, production goes on and so do the next documents
                self._fail(error)
            finally:
                tasks.task_done()
        tasks.task_done()

    def _line(self, task: _Task) -> dict[str, Any]:
        sha256 = hashlib.sha256(task.document).hexdigest()
        fields = task.answer if self._mapping is None or task.answer is None else self._mapping.read(task.answer)
        stated = {"fields": fields, "seconds": task.seconds, "name": self._production}
        return {
            "shadow": FORMAT,
            "document": task.name or sha256,
            "sha256": sha256,
            "at": task.at.isoformat(timespec="seconds"),
            "production": {key: value for key, value in stated.items() if key == "fields" or value not in {None, ""}},
            "fakta": self._read(task, sha256),
        }

    def _read(self, task: _Task, sha256: str) -> dict[str, Any]:
        try:
            extraction = self._extractor.extract(task.document, name=task.name or sha256).to_dict()
        except Exception as error:  # a fault of fakta's too: production would have had no answer
            if not isinstance(error, FaktaError):
                _log.warning("shadow: a document could not be read, for a fault in fakta (%s)", type(error).__name__)
            # The message may quote the document; the kind says what there is to know.
            return {"model": str(getattr(self._extractor, "name", "")), "error": type(error).__name__}
        fields = {name: {key: each[key] for key in FIELD_KEYS} for name, each in extraction["fields"].items()}
        return {**{key: extraction[key] for key in KEYS}, "fields": fields}

    def _fail(self, error: Exception) -> None:
        self.failed += 1
        _log.warning("shadow: a document could not be logged (%s)", type(error).__name__)


def append_line(path: Path, data: Mapping[str, Any], *, max_bytes: int | None = None) -> None:
    """Appends an object as one whole line, whoever else is appending.

    Args:
        path: of the file.
        data: anything that JSON can hold; what it cannot is written as text.
        max_bytes: size from which the file is set aside first.

    Raises:
        OSError: it cannot be written.
    """
    line = (json.dumps(data, ensure_ascii=True, separators=(",", ":"), default=str) + "\n").encode()
    with _locked(path):
        if max_bytes is not None and path.exists() and path.stat().st_size >= max_bytes:
            os.replace(path, _aside(path))
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                # A writer was killed within its line: close that off, so that it takes no other with it.
                line = b"\n" + line
            rest = memoryview(line)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        finally:
            os.close(descriptor)


def set_aside(path: Path) -> list[Path]:
    """The files that were set aside because the log had become large."""
    return sorted(path.parent.glob(f"{path.stem}-[0-9]*T[0-9]*Z-*{path.suffix}"))


def _aside(path: Path) -> Path:
    now = datetime.now(UTC)
    return path.with_name(f"{path.stem}-{now:%Y%m%dT%H%M%S}Z-{time.monotonic_ns()}{path.suffix}")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keeps other writers out; beside the log, which may be set aside meanwhile."""
    import fcntl

    with path.with_name(f".{path.name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
