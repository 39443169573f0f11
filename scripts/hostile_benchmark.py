"""Thousands of documents made to do harm, each read in a limit of time and memory: what came of them, by kind.

    python scripts/hostile_benchmark.py --count 10000 --seed 0 --workers 2
    python scripts/hostile_benchmark.py --only "billion forms" --count 50

Half are sound invoices changed at random, the rest is made by hand: bombs, circles, nesting, text without end; see
`tests/hostile`. Each is read with the model that ships and its first page is drawn; in place of OCR stands an engine
that sees nothing. Ends with 1 where a process crashed or an error had no type, and prints how to make those documents
again.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.hostile.corpus import KINDS, Hostile, documents, make  # noqa: E402
from tests.hostile.reading import OUTCOMES, Result, read_all  # noqa: E402


def main() -> None:
    """Makes, reads, prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds that a document may take")
    parser.add_argument("--memory-mb", type=int, default=1500, help="megabytes that a worker may hold")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the largest sizes, 0-1")
    parser.add_argument("--only", choices=[*KINDS], help="a single kind")
    parser.add_argument("--keep", type=Path, help="folder for documents that crashed a process")
    settings = parser.parse_args()
    began_s = perf_counter()
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        read = read_all(
            _documents(settings),
            Path(folder),
            workers=settings.workers,
            timeout_s=settings.timeout,
            memory_mb=settings.memory_mb,
        )
        try:
            for result in read:
                results.append(result._replace(hostile=result.hostile._replace(data=b"")))
                if result.outcome == "CRASHED":
                    _tell(result, keep=settings.keep)
                if len(results) % 500 == 0:
                    print(f"{len(results):,} documents, {perf_counter() - began_s:.0f} s", file=sys.stderr)
        except KeyboardInterrupt:
            print("interrupted; so far:", file=sys.stderr)
    Console(width=110).print(table(results))
    # The first has those that were ended, the second those from before a peak was forgotten.
    ended_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    largest_mb = max([ended_mb, *(result.peak_mb for result in results)])
    print(
        f"{len(results):,} documents in {perf_counter() - began_s:.0f} s, {settings.workers} workers, "
        f"{settings.timeout:g} s and {settings.memory_mb} MB allowed; largest process {largest_mb:.0f} MB"
    )
    sys.exit(any(result.outcome == "CRASHED" for result in results))


def _documents(settings: argparse.Namespace) -> Iterator[Hostile]:
    if settings.only is None:
        return documents(settings.count, seed=settings.seed, scale=settings.scale)
    seeds = (f"{settings.seed}/{number}" for number in range(settings.count))
    return (make(settings.only, seed, scale=settings.scale) for seed in seeds)


def _tell(result: Result, *, keep: Path | None) -> None:
    kind, seed, data = result.hostile
    print(f"CRASHED: make({kind!r}, {seed!r}): {result.said}\n{result.notes}", file=sys.stderr)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{kind}-{seed}".replace("/", "-").replace(" ", "-")).write_bytes(data)


def table(results: Iterable[Result]) -> Table:
    """Kinds by outcomes, with the slowest document that came to an end of its own and the most memory it took."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    slowest: dict[str, float] = defaultdict(float)
    peak: dict[str, float] = defaultdict(float)
    for result in results:
        for kind in (result.hostile.kind, "all"):
            counts[kind][result.outcome] += 1
            slowest[kind] = max(slowest[kind], result.seconds)
            peak[kind] = max(peak[kind], result.peak_mb)
    shown = Table()
    shown.add_column("kind")
    for column in (*OUTCOMES, "slowest, s", "peak, MB"):
        shown.add_column(column, justify="right")
    for kind in sorted(counts, key=lambda kind: (kind == "all", [*KINDS, "all"].index(kind))):
        if kind == "all":
            shown.add_section()
        numbers = (str(counts[kind][outcome] or "") for outcome in OUTCOMES)
        shown.add_row(kind, *numbers, f"{slowest[kind]:.1f}", f"{peak[kind]:.0f}")
    return shown


if __name__ == "__main__":
    main()
