"""What a supplier memory brings after a few corrections, what it costs elsewhere, and how long it takes.

    python scripts/memory_benchmark.py suppliers --seeds 301 302 303    # invented suppliers with house words
    python scripts/memory_benchmark.py families --seeds 31 --group all  # vendors of the held-out page designs
    python scripts/memory_benchmark.py set DIR                          # a set whose truth has role: correct | score
    python scripts/memory_benchmark.py set DIR --scan office --learn digital
    python scripts/memory_benchmark.py others DIR --knowing 40          # a set of suppliers that the memory has not met
    python scripts/memory_benchmark.py time --suppliers 10000

Nothing is trained: the shipped model reads every set twice, without and with a memory of the corrected documents.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from fakta import documents
from fakta.documents.ocr import Engine, find_engine
from fakta.extract import Extractor
from fakta.extraction import Extraction
from fakta.memory import Memory
from fakta.schema import invoice_schema
from fakta_lab.evaluation import Benchmark, Evaluation, evaluate
from fakta_lab.evaluation.ocr_cache import CachedEngine
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.memory import learn, learn_from_benchmark
from fakta_lab.synth.families import family_names, write_families
from fakta_lab.synth.identifiers import bankgiro
from fakta_lab.synth.scan import SEVERITIES, Severity, scan_pdf
from fakta_lab.synth.write import write_set

SUPPLIERS, SCORED_EACH = 12, 3
CACHE = Path("data/ocr")
REPEATS = 5


@dataclass(frozen=True, slots=True)
class Scanner:
    """Sends documents through a scanner before they are read or learned from."""

    severity: Severity
    engine: Engine

    def scanned(self, path: Path, name: str) -> bytes:
        """The scan of a PDF; the same name gives the same one."""
        return scan_pdf(path.read_bytes(), severity=self.severity, seed=f"1/{name}", dpi=200)


@dataclass(frozen=True, slots=True)
class Reader:
    """An extractor with a memory of its own, behind a scanner where one is given."""

    extractor: Extractor
    memory: Memory | None
    scanner: Scanner | None = None

    def extract(self, source: str | Path, *, name: str | None = None) -> Extraction:
        """See `Extractor.extract`."""
        self.extractor.memory = self.memory
        if self.scanner is None:
            return self.extractor.extract(source, name=name)
        return self.extractor.extract(self.scanner.scanned(Path(source), name or str(source)), name=name)


def main() -> None:
    """Measures what was asked for and prints a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for command in ("suppliers", "families"):
        one = commands.add_parser(command)
        one.add_argument("--seeds", type=int, nargs="+", default=[301])
        one.add_argument("--corrected", type=int, nargs="+", default=[1, 3], help="documents of each supplier")
        one.add_argument("--errors", action="store_true", help="list what is left")
        if command == "families":
            one.add_argument("--group", choices=("first", "second", "all"), default="all")
    of_set = commands.add_parser("set")
    of_set.add_argument("benchmark", type=Path)
    of_set.add_argument("--scan", choices=SEVERITIES, help="score the pages as scanned, read by OCR")
    of_set.add_argument("--learn", choices=("digital", "scanned"), default="digital")
    of_set.add_argument("--errors", action="store_true")
    others = commands.add_parser("others")
    others.add_argument("benchmark", type=Path)
    others.add_argument("--knowing", type=int, default=40, help="other suppliers that the memory knows")
    timing = commands.add_parser("time")
    timing.add_argument("--suppliers", type=int, default=10_000)
    settings = parser.parse_args()
    console = Console(width=120)
    if settings.command == "time":
        console.print(measure_time(settings.suppliers))
    elif settings.command == "set":
        console.print(measure_set(settings.benchmark, settings.scan, settings.learn, errors=settings.errors))
    elif settings.command == "others":
        console.print(measure_others(settings.benchmark, settings.knowing))
    else:
        console.print(measure_suppliers(settings))


def measure_suppliers(settings: argparse.Namespace) -> Table:
    """Generated suppliers, of the generator or of the held-out families: corrected first, their next ones scored."""
    table = _table()
    extractor = Extractor.load()
    most = max(settings.corrected)
    for seed in settings.seeds:
        with TemporaryDirectory() as folder:
            if settings.command == "suppliers":
                corrected, scored = _generated(Path(folder), seed, most)
            else:
                corrected, scored = _of_families(Path(folder), seed, settings.group, most)
            before = evaluate(scored, extractor=Reader(extractor, None))
            for count in settings.corrected:
                memory = learn_from_benchmark(_first(corrected.documents, count))
                after = evaluate(scored, extractor=Reader(extractor, memory))
                title = f"{settings.command} {seed}, {count} corrected each"
                _row(table, title, before, after, memory, errors=settings.errors)
    return table


def measure_set(path: Path, scan: Severity | None, learned_from: str, *, errors: bool) -> Table:
    """A set of documents some of which are there to learn from (`role: correct`) and others to score."""
    benchmark = Benchmark.load(path)
    engine = CachedEngine(find_engine("rapidocr"), CACHE) if scan else None
    scanner = Scanner(scan, engine) if scan and engine else None
    extractor = Extractor.load(ocr=engine or "auto")
    scored = benchmark.only(lambda document: document.extra.get("role") == "score")
    known = benchmark.only(lambda document: document.extra.get("role") == "correct").documents
    memory = Memory()
    for document in known:
        bytes_of = document.path.read_bytes()
        if scanner and learned_from == "scanned":
            bytes_of = scanner.scanned(document.path, document.document)
        read = documents.read(bytes_of, name=document.document, ocr=engine or "auto")
        memory.add(read.sha256, learn(read, document.fields, schema=invoice_schema()))
    before = evaluate(scored, extractor=Reader(extractor, None, scanner))
    after = evaluate(scored, extractor=Reader(extractor, memory, scanner))
    table = _table()
    how = f", {scan} scans, learned from {learned_from} pages" if scan else ""
    _row(table, f"{benchmark.name}{how}", before, after, memory, errors=errors)
    return table


def measure_others(path: Path, knowing: int) -> Table:
    """A set read with a memory of suppliers that are not in it: nothing may change."""
    benchmark = Benchmark.load(path)
    extractor = Extractor.load()
    with TemporaryDirectory() as folder:
        others = write_set(Path(folder) / "others", count=knowing * 2, seed=977, profile="demo", suppliers=knowing)
        memory = learn_from_benchmark(Benchmark.load(others).documents)
    before = evaluate(benchmark, extractor=Reader(extractor, None))
    after = evaluate(benchmark, extractor=Reader(extractor, memory))
    table = _table()
    _row(table, benchmark.name, before, after, memory, errors=True)
    return table


def measure_time(suppliers: int) -> Table:
    """Loading, size, and milliseconds a page with a large memory: of strangers and of suppliers that it knows."""
    with TemporaryDirectory() as folder:
        corrected, scored = _generated(Path(folder), 401, 3)
        memory = learn_from_benchmark(corrected.documents)
        _fill(memory, suppliers)
        file = Path(folder) / "memory.json"
        memory.save(file)
        size = file.stat().st_size
        started = time.perf_counter()
        memory = Memory.load(file)
        loading = time.perf_counter() - started
        strangers = Benchmark.load(write_set(Path(folder) / "strangers", count=24, seed=402, profile="demo"))
        extractor = Extractor.load()
        table = Table(title=f"a memory of {len(memory):,} suppliers, {len(memory.documents):,} documents")
        table.add_column("what")
        table.add_column("figure", justify="right")
        table.add_row("file", f"{size / 1e6:.1f} MB")
        table.add_row("loading", f"{loading:.2f} s")
        for title, benchmark in (("stranger", strangers), ("known supplier", scored)):
            without, within = _resolving(extractor, None, benchmark), _resolving(extractor, memory, benchmark)
            table.add_row(f"resolve, page of a {title}: without, with", f"{without:.2f}, {within:.2f} ms")
    return table


def _resolving(extractor: Extractor, memory: Memory | None, benchmark: Benchmark) -> float:
    """Median over documents of the fastest resolve stage, in ms a page."""
    extractor.memory = memory
    found = []
    for document in benchmark.documents:
        runs = [extractor.extract(document.path) for _ in range(REPEATS)]
        found.append(min(run.timings_ms["resolve"] / run.pages for run in runs))
    return median(found)


def _fill(memory: Memory, suppliers: int) -> None:
    """Copies of what is known under numbers of their own, up to that many suppliers."""
    rng = Random(1)
    templates = [list(supplier.values()) for supplier in memory.suppliers()]
    for number in range(suppliers - len(memory)):
        own = (f"bankgiro:{bankgiro(rng)}", f"name:copy{number}", f"org:{10**9 + number}")
        for turn, learned in enumerate(templates[number % len(templates)]):
            sha256 = hashlib.sha256(f"{number}/{turn}".encode()).hexdigest()
            memory.add(sha256, type(learned)(own, learned.places, learned.values, learned.unprinted, learned.absent))


def _generated(folder: Path, seed: int, corrected: int) -> tuple[Benchmark, Benchmark]:
    kind = {"seed": seed, "profile": "demo", "suppliers": SUPPLIERS, "error_share": 0.0}
    first = write_set(folder / "corrected", count=SUPPLIERS * corrected, **kind)  # type: ignore[arg-type]
    # The turns of the demo: four to correct, three to score.
    second = write_set(folder / "scored", count=SUPPLIERS * SCORED_EACH, first_turn=max(4, corrected), **kind)  # type: ignore[arg-type]
    return Benchmark.load(first), Benchmark.load(second)


def _of_families(folder: Path, seed: int, group: str, corrected: int) -> tuple[Benchmark, Benchmark]:
    families = family_names(group)  # type: ignore[arg-type]
    count = len(families) * (corrected + SCORED_EACH)
    out = write_families(folder / "families", count=count, seed=seed, families=families, suppliers=len(families))
    whole = Benchmark.load(out)
    first = {document.document for document in whole.documents[: len(families) * corrected]}
    return whole.only(lambda d: d.document in first), whole.only(lambda d: d.document not in first)


def _first(known: Sequence[BenchmarkDocument], count: int) -> Iterable[BenchmarkDocument]:
    """The first documents of each supplier."""
    seen: Counter[tuple[str, str]] = Counter()
    for document in known:
        seen[document.layout, document.supplier] += 1
        if seen[document.layout, document.supplier] <= count:
            yield document


def _table() -> Table:
    table = Table(title="without and with a supplier memory")
    for column in ("what", "documents", "F1 without", "F1 with", "errors", "gone", "new", "bytes a document"):
        table.add_column(column, justify="left" if column == "what" else "right")
    return table


def _row(table: Table, title: str, before: Evaluation, after: Evaluation, memory: Memory, *, errors: bool) -> None:
    old = {(error.document, error.field) for error in before.errors}
    new = {(error.document, error.field) for error in after.errors}
    gone = f"{1 - len(new) / len(old):.1%}" if old else "-"
    size = len(memory.to_text().encode()) // max(len(memory.documents), 1)
    table.add_row(
        title,
        str(before.documents),
        f"{before.micro.f1:.4f}",
        f"{after.micro.f1:.4f}",
        f"{len(old)} → {len(new)}",
        gone,
        str(len(new - old)),
        str(size),
    )
    if errors:
        for error in after.errors:
            mark = "" if (error.document, error.field) in old else " (new)"
            print(f"{error.document} {error.field}{mark}: {error.truth!r}, read {error.predicted!r}")


if __name__ == "__main__":
    main()
