"""Reading and aligning documents, in several processes, as far as the cache does not have them."""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fakta import documents
from fakta.documents import Ocr
from fakta.errors import DatasetError, DocumentError
from fakta.schema import Schema
from fakta_lab.dataset.alignment.align import align
from fakta_lab.dataset.cache import (
    Cache,
    Labels,
    document_of,
    read_labels,
    read_pages,
    write_labels,
    write_pages,
)
from fakta_lab.dataset.dependencies import aligning_fingerprint, digest_of, reading_fingerprint
from fakta_lab.dataset.pictures import Pictures

if TYPE_CHECKING:
    import pyarrow

Progress = Callable[[int, int], None]

# A process takes a second to start; fewer documents than this each are read sooner without it.
DOCUMENTS_A_PROCESS = 40
# Documents handed to a process at once.
CHUNK = 8


@dataclass(frozen=True, slots=True)
class Task:
    """One document to read and align.

    Attributes:
        sha256: of its bytes.
        path: of its bytes.
        values: what is known, field name to canonical value, None = not on the document.
        pages, labels: the files in the cache that hold the outcome.
    """

    sha256: str
    path: Path
    values: Mapping[str, str | None]
    pages: Path
    labels: Path

    @property
    def done(self) -> bool:
        """Whether the cache has it."""
        return self.pages.is_file() and self.labels.is_file()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading and aligning one document took.

    Attributes:
        read, aligned: whether it was done, rather than found in the cache.
        problem: why the document cannot be used; "" where it can.
    """

    read: bool = False
    aligned: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Preparation:
    """How documents are read and aligned.

    Attributes:
        schema: of the fields.
        ocr: engine for pages without a text layer.
        pictures: how page images look; None for none.
        cache: where the outcome is kept.
        reading, aligning: fingerprints of all that decides the outcome besides the document and its values.
    """

    schema: Schema
    ocr: Ocr
    pictures: Pictures | None
    cache: Cache
    reading: str
    aligning: str

    @classmethod
    def of(cls, *, schema: Schema, ocr: Ocr, pictures: Pictures | None, cache: Cache) -> Preparation:
        """With the fingerprints of the code that is installed now."""
        reading = reading_fingerprint(ocr=ocr, pictures=pictures)
        return cls(schema, ocr, pictures, cache, reading, aligning_fingerprint(schema))

    def task(self, *, sha256: str, path: Path, values: Mapping[str, str | None]) -> Task:
        """A document's task."""
        known = json.dumps(values, sort_keys=True)
        labels_key = digest_of(self.reading, self.aligning, known)
        pages, labels = self.cache.pages_path(sha256, self.reading), self.cache.labels_path(sha256, labels_key)
        return Task(sha256, path, values, pages, labels)

    def carry_out(self, task: Task) -> Outcome:
        """Reads and aligns a document as far as the cache does not have it."""
        pages = read_pages(task.pages)
        read = pages is None
        if pages is None:
            try:
                # Not its name: what is kept must not depend on what events call the document.
                document = documents.read(task.path, name="it", ocr=self.ocr)
                write_pages(task.pages, document, self.pictures)
            except DocumentError as error:
                return Outcome(read=True, problem=str(error))
        elif read_labels(task.labels) is not None:
            return Outcome()
        else:
            document = document_of(pages, sha256=task.sha256)
        write_labels(task.labels, Labels.of(align(document, task.values, schema=self.schema)))
        return Outcome(read=read, aligned=True)

    def result(self, task: Task) -> tuple[pyarrow.Table, Labels]:
        """The pages and labels of a document that was carried out."""
        pages, labels = read_pages(task.pages), read_labels(task.labels)
        if pages is None or labels is None:  # damaged since it was written
            self.carry_out(task)
            pages, labels = read_pages(task.pages), read_labels(task.labels)
        if pages is None or labels is None:
            raise DatasetError(f"{task.pages.parent}: cannot be read back; is the disk full?")
        return pages, labels

    def carry_out_all(self, tasks: Sequence[Task], *, workers: int | None, progress: Progress) -> Iterator[Outcome]:
        """The outcome of each task, in their order.

        Raises:
            DatasetError: a process ended abruptly.
        """
        todo = [task for task in tasks if not task.done]
        processes = min(workers or len(os.sched_getaffinity(0)), len(todo) // DOCUMENTS_A_PROCESS)
        outcomes = self._in_processes(todo, processes) if processes > 1 else map(self.carry_out, todo)
        waiting = {task.sha256 for task in todo}
        for done, task in enumerate(tasks, start=1):
            yield next(outcomes) if task.sha256 in waiting else Outcome()
            progress(done, len(tasks))

    def _in_processes(self, tasks: Sequence[Task], processes: int) -> Iterator[Outcome]:
        # Fresh processes rather than forks: the libraries that draw and read pages have threads of their own.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_parent) as pool:
            try:
                yield from pool.map(self.carry_out, tasks, chunksize=CHUNK)
            except BrokenProcessPool:
                raise DatasetError(
                    "a process that reads documents ended abruptly, for want of memory perhaps; build again (what was "
                    "read is kept), with fewer workers"
                ) from None
            finally:
                pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Lets this process end when the one that started it is killed, which else it would wait for in vain."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
