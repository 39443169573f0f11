"""How fast corrections are imported: events a second, and the most memory that was needed.

    python scripts/corrections_benchmark.py                                  # 100,000 events into SQLite
    python scripts/corrections_benchmark.py --database postgresql://fakta@db.example/fakta
    python scripts/corrections_benchmark.py --corrections FILE --store DIR   # import only, and keep the store

The events are simulated: invoices of a thousand invented suppliers, with other numbers, amounts and dates each. Every
import runs in a process of its own: parsing, validation and storing of a JSON Lines file, from beginning to end. The
peer that it is held against does the least that any import must: `json.loads`, and the raw lines into one SQLite table
in one transaction.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from fakta.schema import invoice_schema
from fakta_lab.corrections.simulate import simulate_events, write_events
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.correction import parse_correction
from fakta_lab.formats.jsonl import Problem, read_objects
from fakta_lab.store import Store

SUPPLIERS = 1000


def main() -> None:
    """Simulates, imports, reads back, and prints how long each took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--database", help="URL of an empty PostgreSQL database; SQLite by default")
    parser.add_argument("--corrections", type=Path, metavar="FILE", help="these instead of simulated ones")
    parser.add_argument("--store", type=Path, help="import into this store, print nothing, and keep it")
    settings = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = settings.corrections
        if not file:
            file = Path(folder) / "corrections.jsonl"
            write_events(simulated(settings.events), file)
        if settings.store:
            import_file(file, settings.store)
            return
        with file.open("rb") as lines:
            n_events = sum(1 for _ in lines)
        print(f"{n_events:,} events, {file.stat().st_size / 1e6:.0f} MB")
        store = Path(folder) / "store"
        if settings.database:
            store.mkdir()
            (store / "store.yaml").write_text(yaml.safe_dump({"database": settings.database}), encoding="utf-8")
        peer = measured("peer: json.loads, one table", import_raw, file, Path(folder) / "peer.db", n_events)
        ours = measured("import", import_file, file, store, n_events)
        measured("import of the same once more", import_file, file, store, n_events)
        measured("events, read back", read_back, file, store, n_events)
        measured("events of one document", read_one, file, store, None)
        measured("counts", count, file, store, None)
        print(f"the import takes {ours / peer:.1f} times the peer's processor time")


def simulated(n_events: int) -> Iterator[dict[str, Any]]:
    """Events about invoices of a thousand invented suppliers, each with an id of its own."""
    from fakta_lab.synth import generate

    documents = []
    for seed in range(min(SUPPLIERS, n_events)):
        invoice, name = generate(seed), f"invoices/{seed:06}.pdf"
        documents.append(BenchmarkDocument(name, Path(name), invoice.fields, supplier=invoice.supplier))
    for round_ in range(-(-n_events // len(documents))):
        left = n_events - round_ * len(documents)
        varied = [_next_invoice(document, round_) for document in documents[:left]]
        for i, event in enumerate(simulate_events(varied, seed=round_, tenant=f"tenant-{round_ % 7}")):
            yield event | {"id": f"event-{round_}-{i}"}


def _next_invoice(document: BenchmarkDocument, number: int) -> BenchmarkDocument:
    """The same supplier's invoice some time later: other numbers and amounts, as in life."""
    fields = dict(document.fields)
    for name, value in fields.items():
        if (value and name.endswith("_amount")) or name == "amount_due":
            fields[name] = str(Decimal(value or 0) + number)
        elif value and name in {"invoice_number", "payment_reference"}:
            fields[name] = str(int(value) + number) if value.isdecimal() else f"{value}{number}"
        elif value and name in {"invoice_date", "due_date"}:
            fields[name] = (date.fromisoformat(value) + timedelta(days=number)).isoformat()
    return replace(document, fields=fields, document=document.document.replace(".pdf", f"-{number}.pdf"))


def import_file(file: Path, folder: Path) -> None:
    """Reads, checks and stores a corrections file."""
    schema = invoice_schema()

    def events() -> Iterator[tuple[dict[str, Any], str]]:
        for line, data in read_objects(file):
            if isinstance(data, Problem):
                sys.exit(str(data))
            event, wrong = parse_correction(data, schema)
            if event is None or wrong:
                sys.exit(f"line {line}: {wrong}")
            yield data, f"line {line}"

    with Store.open(folder, create=True) as store:
        store.add_events(events(), source=file.name)


def import_raw(file: Path, database: Path) -> None:
    """The least that an import must do."""
    connection = sqlite3.connect(database)
    with connection, file.open(encoding="utf-8") as lines:
        connection.execute("CREATE TABLE events (document TEXT, payload TEXT)")
        rows = ((json.loads(line)["document"], line) for line in lines)
        connection.executemany("INSERT INTO events VALUES (?, ?)", rows)
    connection.close()


def read_back(_: Path, folder: Path) -> None:
    """Reads every event."""
    with Store.open(folder) as store:
        for _event in store.events():
            pass


def read_one(file: Path, folder: Path) -> None:
    """Reads the events of one document."""
    with file.open(encoding="utf-8") as lines, Store.open(folder) as store:
        list(store.events(document=json.loads(next(lines))["document"]))


def count(_: Path, folder: Path) -> None:
    """Counts the events of each tenant."""
    with Store.open(folder) as store:
        store.counts("tenant")
        store.totals()


def measured(name: str, work: Callable[[Path, Path], None], file: Path, target: Path, n_events: int | None) -> float:
    """Runs work in a process of its own, prints its time and memory, and returns its processor time in seconds."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_timed, args=(work, file, target, sender))
    process.start()
    sender.close()
    try:
        seconds, cpu, before, peak = receiver.recv()
    except EOFError:
        process.join()
        sys.exit(f"{name} failed")
    process.join()
    speed = f"{n_events / seconds:>8,.0f} events/s ({n_events / cpu:,.0f}/CPU-s)" if n_events else ""
    print(f"{name:30} {seconds:7.2f} s {speed:36} {before:4.0f} -> {peak:.0f} MB", flush=True)
    return cpu


def _timed(work: Callable[[Path, Path], None], file: Path, target: Path, sender: Any) -> None:
    before, start, start_cpu = _memory(), time.perf_counter(), time.process_time()
    work(file, target)
    sender.send((time.perf_counter() - start, time.process_time() - start_cpu, before, _memory()))


def _memory() -> float:
    """The most memory that this process has used, in MB; `getrusage` would count what its parent used, too."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) / 1024


if __name__ == "__main__":
    main()
