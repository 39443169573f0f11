"""A hostile document read the whole way: words, values, and a drawing of its first page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from tests.hostile.corpus import Hostile

from fakta import Extractor, batch, documents
from fakta.documents.ocr import EngineName
from fakta.errors import DocumentCrashed, DocumentError, DocumentLimitError

if TYPE_CHECKING:
    from PIL.Image import Image

    from fakta.documents import Word

OUTCOMES = ("read", "refused", "timed out", "over memory", "CRASHED")


class Blind:
    """An OCR engine that sees nothing: pages are drawn and straightened for it, and no time is lost on reading them."""

    name: EngineName = "tesseract"

    def read(self, image: Image) -> list[Word]:
        """No words."""
        return []


class Read(NamedTuple):
    """What a worker tells: why the document was refused, "" where it was read; how long it took, and its memory."""

    refused: str
    seconds: float
    peak_mb: float


class Result(NamedTuple):
    """What came of a document: one of `OUTCOMES`, and what was said about it."""

    hostile: Hostile
    outcome: str
    said: str
    seconds: float
    peak_mb: float
    notes: str = ""


def prepare() -> Callable[[str], Read]:
    """For worker processes: reads with the bundle that ships."""
    extractor = Extractor.load()
    extractor.reader.warm_up()

    def read(path: str) -> Read:
        _forget_peak()
        began_s = perf_counter()
        try:
            refused = _read(extractor, path)
        except DocumentError as error:
            refused = str(error)
            if "\n" in refused or Path(path).name not in refused:
                raise AssertionError(f"no sentence about the document: {refused!r}") from error
        return Read(refused, perf_counter() - began_s, _peak_mb())

    return read


def _read(extractor: Extractor, path: str) -> str:
    document = documents.read(path, ocr=Blind())
    extractor.extract(document).to_dict()
    page = document.pages[0]
    if page.render is not None:
        try:
            page.render(72)
        except DocumentError:
            pass  # it may be read and still be too large to draw
    return ""


def read_all(
    hostile: Iterable[Hostile], folder: Path, *, workers: int, timeout_s: float, memory_mb: int
) -> Iterator[Result]:
    """What comes of each document, in order. They pass through `folder`, a few at a time."""
    made: dict[str, Hostile] = {}

    def paths() -> Iterator[str]:
        for number, document in enumerate(hostile):
            path = folder / f"{number}.bin"
            path.write_bytes(document.data)
            made[str(path)] = document
            yield str(path)

    limits = batch.Limits(timeout_s, memory_mb)
    for task, read, error in batch.run(prepare, paths(), workers=workers, limits=limits):
        Path(task).unlink()
        document = made.pop(task)
        if error is None:
            outcome = "refused" if read.refused else "read"
            yield Result(document, outcome, read.refused, read.seconds, read.peak_mb)
        else:
            notes = "".join(getattr(error, "__notes__", ()))
            yield Result(document, _outcome(error), str(error), 0.0, 0.0, notes)


def _outcome(error: DocumentError) -> str:
    if isinstance(error, DocumentCrashed):
        return "CRASHED"
    if isinstance(error, DocumentLimitError):
        for said, outcome in (("took longer", "timed out"), ("more memory", "over memory")):
            if said in str(error):
                return outcome
    return "CRASHED"  # killed by the system, though its memory is bounded


def _forget_peak() -> None:
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> float:
    import resource

    if sys.platform == "linux":
        for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
