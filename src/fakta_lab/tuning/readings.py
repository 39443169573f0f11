"""Reading benchmark sets for tuning: every document as a stranger's, and again as one of a supplier that is known.

A known supplier is one whose earlier documents were corrected. So the documents of each supplier are read in order:
first without any memory, then with what its earlier documents taught, and only then this one is learned as well. What
a bundle's own memory knows is left out: it may have learned these very documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from fakta import documents
from fakta.documents import Document
from fakta.documents.ocr import Engine
from fakta.errors import DocumentError
from fakta.extract import Extractor, Ocr
from fakta.extraction import Extraction
from fakta.families import DONUT
from fakta.fields.base import Value, canonical
from fakta.memory import Memory
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.values import same_value
from fakta_lab.memory.learn import learn
from fakta_lab.tuning.examples import Example, reading_key

# What names a document's supplier where the set does not: the first of these that is known.
SUPPLIER_FIELDS = ("supplier_org_number", "supplier_vat_number", "supplier_name")

Features = Mapping[str, Mapping[str, float]]


@dataclass(slots=True)
class Readings:
    """What came of reading.

    Attributes:
        examples: of every field with known truth.
        values: reading (see `reading_key`) and field to the value that was read; None where none was.
        failures: document to why it could not be read. Documents are named "set/document".
    """

    examples: list[Example] = field(default_factory=list)
    values: dict[tuple[str, str], Value | None] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    @property
    def n_known(self) -> int:
        """How many documents were read again as a known supplier's."""
        return len({example.document for example in self.examples if example.known})

    def add(self, other: Readings) -> None:
        """Takes over what another reading found."""
        self.examples += other.examples
        self.values |= other.values
        self.failures |= other.failures


@dataclass(frozen=True, slots=True)
class _Task:
    """The documents of one supplier in one set, the set's name, and the kind of each field of its truth."""

    supplier: str
    documents: tuple[BenchmarkDocument, ...]
    name: str
    kinds: Mapping[str, str]

    def key(self, document: BenchmarkDocument) -> str:
        """What names a document among those of all sets."""
        return document_key(self.name, document)


def read_benchmarks(
    bundle: Path,
    benchmarks: Sequence[Benchmark],
    *,
    ocr: Ocr | Engine = "auto",
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Readings:
    """Reads benchmark sets with a bundle.

    Args:
        bundle: folder.
        benchmarks: with truth; their suppliers should be none that the bundle's model was trained on.
        ocr: engine for pages without a text layer, by name or one of your own.
        workers: processes; the result is the same.
        progress: called with documents done and documents in all.
    """
    tasks = [task for benchmark in benchmarks for task in _tasks(benchmark)]
    total = sum(len(task.documents) for task in tasks)
    readings, done = Readings(), 0
    for task, found in zip(tasks, _read_all(bundle, tasks, ocr=ocr, workers=workers), strict=True):
        readings.add(found)
        done += len(task.documents)
        progress(done, total)
    return readings


def supplier_of(document: BenchmarkDocument) -> str:
    """Whose document it is: as stated, else by a number or name of the truth, else the document's own name."""
    stated = (document.fields.get(name) for name in SUPPLIER_FIELDS)
    return document.supplier or next((value for value in stated if value), document.document)


def document_key(benchmark: str, document: BenchmarkDocument) -> str:
    """What names a document among those of several sets."""
    return f"{benchmark}/{document.document}"


def _tasks(benchmark: Benchmark) -> Iterator[_Task]:
    of_supplier: dict[str, list[BenchmarkDocument]] = {}
    for document in benchmark.documents:
        of_supplier.setdefault(supplier_of(document), []).append(document)
    kinds = {name: benchmark.kind(name) for document in benchmark.documents for name in document.fields}
    for supplier, own in of_supplier.items():
        yield _Task(supplier, tuple(own), benchmark.name, kinds)


def _read_all(bundle: Path, tasks: Sequence[_Task], *, ocr: Ocr | Engine, workers: int) -> Iterable[Readings]:
    if workers <= 1:
        extractor = Extractor.load(bundle, ocr=ocr)
        return (_read_supplier(extractor, task, ocr=ocr) for task in tasks)
    return _read_apart(bundle, tasks, ocr=ocr, workers=workers)


def _read_apart(bundle: Path, tasks: Sequence[_Task], *, ocr: Ocr | Engine, workers: int) -> Iterator[Readings]:
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_start, initargs=(bundle, ocr)
    ) as pool:
        yield from pool.map(_read_in_worker, tasks)


def _read_supplier(extractor: Extractor, task: _Task, *, ocr: Ocr | Engine) -> Readings:
    readings = Readings()
    memory = Memory()
    remembers = len(task.documents) > 1 and not (extractor.bundle and extractor.bundle.model["family"] == DONUT)
    for each in task.documents:
        try:
            document = documents.read(each.path, name=each.document, ocr=ocr)
            extractor.memory = None
            found = _examples(task, each, *extractor.extract_with_features(document))
            if len(memory):
                found += _as_known(extractor, memory, task, each, document)
            if remembers:
                truth = {name: value for name, value in each.fields.items() if name in extractor.schema.fields}
                memory.add(document.sha256, learn(document, truth, schema=extractor.schema))
        except DocumentError as error:
            readings.failures[task.key(each)] = str(error)
            continue
        readings.examples += [example for example, _ in found]
        readings.values |= {(example.document, example.field): value for example, value in found}
    return readings


def _as_known(
    extractor: Extractor, memory: Memory, task: _Task, each: BenchmarkDocument, document: Document
) -> list[tuple[Example, Value | None]]:
    extractor.memory = memory
    extraction, features = extractor.extract_with_features(document)
    return _examples(task, each, extraction, features) if extraction.known_supplier else []


def _examples(
    task: _Task, document: BenchmarkDocument, extraction: Extraction, features: Features
) -> list[tuple[Example, Value | None]]:
    """The example of each field with known truth, and the value that was read."""
    found = []
    for name, truth in document.fields.items():
        if name not in extraction.fields:
            continue
        value = extraction.fields[name].value
        kind = task.kinds[name]
        right = same_value(None if value is None else canonical(value), truth, kind)
        example = Example(
            field=name,
            supplier=task.supplier,
            features=dict(features.get(name, {})),
            found=value is not None,
            right=right,
            document=reading_key(task.key(document), known=extraction.known_supplier),
            known=extraction.known_supplier,
            tenant=str(document.extra.get("tenant", "")),
        )
        found.append((example, value))
    return found


_extractor: Extractor | None = None
_ocr: Ocr | Engine = "auto"


def _start(bundle: Path, ocr: Ocr | Engine) -> None:
    global _extractor, _ocr
    _extractor, _ocr = Extractor.load(bundle, ocr=ocr), ocr


def _read_in_worker(task: _Task) -> Readings:
    if _extractor is None:
        raise RuntimeError("the worker process was not started by read_benchmarks")
    return _read_supplier(_extractor, task, ocr=_ocr)
