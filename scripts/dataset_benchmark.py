"""How long a dataset takes to build, from nothing and after ten new corrections, and how much memory.

    python scripts/dataset_benchmark.py --pages 10000 --out runs/dataset-benchmark

Generated invoices with text layers stand in for the store; made once, they are used again by the next run. With
`--verify` the same is built from nothing once more, and has to be the same bytes as the rebuild.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import psutil

from fakta_lab.cli.console import progress_bar
from fakta_lab.corrections import simulate_events
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.store import Store
from fakta_lab.synth import make_invoice, make_supplier, render_pdf

# Few enough that suppliers come back as they do in practice.
INVOICES_A_SUPPLIER = 8
NEW_CORRECTIONS = 10
# Seconds between two looks at the memory of a build.
SAMPLING = 0.1
MIB = 2**20


def main() -> None:
    """Makes the store, builds, rebuilds, compares, prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000, help="at least so many pages in the store")
    parser.add_argument("--out", type=Path, default=Path("runs/dataset-benchmark"), help="folder for everything")
    parser.add_argument("--workers", type=int, help="processes; as many as there are cores by default")
    parser.add_argument("--verify", action="store_true", help="compare the rebuild with a build from nothing")
    settings = parser.parse_args()
    store: Path = settings.out / f"store-{settings.pages}"
    if not store.is_dir():
        making = store.with_name(f"{store.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        make_store(making, pages=settings.pages)
        making.rename(store)
    # Each run corrects anew, so it works on a copy.
    work = settings.out / "store"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(store, work)
    data, again = settings.out / "dataset", settings.out / "from-nothing"
    for folder in (data, again):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(folder.with_name(f".{folder.name}.build"), ignore_errors=True)

    full = build(work, data, workers=settings.workers)
    correct(work)
    rebuilt = build(work, data, workers=settings.workers)
    different = []
    if settings.verify:
        build(work, again, workers=settings.workers)
        different = list(differences(data, again))
    pages = sum(split["pages"] for split in full["report"]["splits"].values())
    figures = {
        "pages": pages,
        "documents": full["report"]["reuse"]["documents"],
        "cores": len(os.sched_getaffinity(0)),
        "full_s": round(full["seconds"], 1),
        "full_cpu_s": round(full["cpu"], 1),
        "pages_per_s": round(pages / full["seconds"], 1),
        "peak_mib": round(max(full["peak"], rebuilt["peak"]) / MIB),
        "dataset_mib": round(size(data) / MIB),
        "cache_mib": round(size(data.with_name(f".{data.name}.build")) / MIB),
        "rebuild_s": round(rebuilt["seconds"], 1),
        "rebuild_cpu_s": round(rebuilt["cpu"], 1),
        "rebuild_ratio": round(rebuilt["seconds"] / full["seconds"], 3),
        "rebuild_aligned": rebuilt["report"]["reuse"]["aligned"],
        "identical": not different if settings.verify else None,
    }
    print(json.dumps(figures, indent=2))
    if different:
        sys.exit(f"the rebuild differs from a build from nothing: {', '.join(different)}")


def make_store(folder: Path, *, pages: int) -> None:
    """A store of generated invoices and simulated corrections of them."""
    documents = []
    with Store.open(folder, create=True) as store, ProcessPoolExecutor() as pool, progress_bar("printing") as progress:
        made = 0
        while made < pages:
            first = len(documents)
            for name, n_pages, content, document in pool.map(print_invoice, range(first, first + 64), chunksize=4):
                store.add_document(content, name=name)
                documents.append(document)
                made += n_pages
            progress(made, pages)
        events = simulate_events(documents, seed=1)
        store.add_events(((event, f"line {i}") for i, event in enumerate(events, start=1)), source="simulated")


def print_invoice(number: int) -> tuple[str, int, bytes, BenchmarkDocument]:
    """An invoice's name, how many pages it has, its PDF and what is true of it."""
    supplier = make_supplier(f"benchmark {number // INVOICES_A_SUPPLIER}")
    invoice = make_invoice(supplier, number % INVOICES_A_SUPPLIER)
    name = f"{number:05d}.pdf"
    truth = BenchmarkDocument(name, Path(name), invoice.fields, supplier=f"supplier {number // INVOICES_A_SUPPLIER}")
    return name, len(invoice.pages), render_pdf(invoice), truth


def correct(folder: Path) -> None:
    """Adds corrections of documents that were corrected before."""
    with Store.open(folder) as store:
        names = sorted(name for known in store.names().values() for _, name in known)
        step = max(1, len(names) // NEW_CORRECTIONS)
        events = [
            {"document": name, "corrected": {"customer_number": None}, "corrected_at": "2026-12-01T12:00:00Z"}
            for name in names[::step][:NEW_CORRECTIONS]
        ]
        store.add_events(((event, f"line {i}") for i, event in enumerate(events, start=1)), source="later")


def build(store: Path, out: Path, *, workers: int | None) -> dict[str, Any]:
    """Builds in a process of its own; its report, seconds of the clock and of the cores, and peak memory in bytes.

    Memory and seconds of the cores are those of the process and its workers.
    """
    config = out.with_name(f"{out.name}.yaml")
    config.write_text(json.dumps({"store": str(store), "out": str(out), "workers": workers}), encoding="utf-8")
    code = "import sys; from fakta_lab.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "dataset", "build", str(config), "--format", "json"]
    report = out.with_name(f"{out.name}.json")
    started, before, peak = time.monotonic(), used(), 0
    with report.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(command, stdout=file)
        while process.poll() is None:
            peak = max(peak, memory(process.pid))
            time.sleep(SAMPLING)
    seconds = time.monotonic() - started
    if process.returncode:
        sys.exit(process.returncode)
    content = json.loads(report.read_text(encoding="utf-8"))
    return {"report": content, "seconds": seconds, "cpu": used() - before, "peak": peak}


def used() -> float:
    """Seconds that ended child processes have kept cores busy."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def memory(pid: int) -> int:
    """Resident bytes of a process and all below it; what they share counts for each."""
    total = 0
    try:
        for process in (found := psutil.Process(pid), *found.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


def differences(one: Path, other: Path) -> Iterator[str]:
    """Files that are not the same bytes in both folders."""
    names = {path.relative_to(folder) for folder in (one, other) for path in folder.rglob("*") if path.is_file()}
    for name in sorted(names):
        both = (one / name).is_file() and (other / name).is_file()
        if not both or not filecmp.cmp(one / name, other / name, shallow=False):
            yield str(name)


def size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
