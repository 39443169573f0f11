"""How long `fakta report` takes over a large log, and what its page looks like: on a production that is invented.

    python scripts/report_benchmark.py                                  # 100,000 lines, a gigabyte while it runs
    python scripts/report_benchmark.py --lines 3000 --out build/report  # keeps log, corrections and pages to look at

Two dozen invented invoices are read once and then stand in the log again and again, each time as another document,
spread over a year in which the model was exchanged twice. Of every hundred, two are drawn at random and checked
throughout; of the others that need a person, every tenth has its held fields corrected.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fakta import Extractor
from fakta_lab.analytics import analyse, render_page
from fakta_lab.config import load_config
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.synth.write import write_set
from fakta_lab.tuning import CostsConfig

COSTS = Path(__file__).resolve().parent.parent / "configs" / "costs.yaml"
INVOICES = 24
FIRST = datetime(2026, 1, 5, tzinfo=UTC)
YEAR = timedelta(days=350)
MODELS = ("fakta/base", "fakta/spring", "fakta/autumn")
AUDITED, CORRECTED = 0.02, 0.1

Line = dict[str, Any]


def main() -> None:
    """Invents a production, reports on it, and prints what that took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lines", type=int, default=100_000, help="of the log")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="folder to keep everything in; by default nothing is kept")
    settings = parser.parse_args()
    with folder(settings.out) as place:
        log, corrections = invent(place, lines=settings.lines, seed=settings.seed)
        print(f"{settings.lines:,} lines, {log.stat().st_size / 1e6:,.0f} MB")
        started = time.perf_counter(), time.process_time()
        prices = load_config(COSTS, CostsConfig).prices()
        figures = analyse([log], corrections=corrections, costs=prices, on_problem=lambda path, problem: print(problem))
        for language in ("en", "sv"):
            (place / f"report.{language}.html").write_text(render_page(figures, language=language), encoding="utf-8")
        wall_s, processor_s = time.perf_counter() - started[0], time.process_time() - started[1]
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"figures and two pages: {wall_s:.1f} s, {processor_s:.1f} s of processor time, {memory_mb:,.0f} MB at most")


@contextmanager
def folder(out: Path | None) -> Iterator[Path]:
    """The folder to write to."""
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        yield out
        return
    with TemporaryDirectory(prefix="fakta-report-") as temporary:
        yield Path(temporary)


def invent(place: Path, *, lines: int, seed: int) -> tuple[Path, Path]:
    """Writes a log and the corrections of its documents."""
    rng = random.Random(seed)
    with TemporaryDirectory() as temporary:
        made = write_set(Path(temporary) / "set", count=INVOICES, seed=seed, profile="demo", suppliers=INVOICES // 2)
        extractor = Extractor.load()
        known = [
            (extractor.extract(document.path).to_dict(), document.fields) for document in Benchmark.load(made).documents
        ]
    log, corrections = place / "log.jsonl", place / "corrections.jsonl"
    with log.open("w", encoding="utf-8") as log_file, corrections.open("w", encoding="utf-8") as corrections_file:
        for i in range(lines):
            read, truth = known[rng.randrange(len(known))]
            sha256 = hashlib.sha256(f"{seed}/{i}".encode()).hexdigest()
            at = FIRST + YEAR * i / lines
            model = MODELS[i * len(MODELS) // lines]
            timings = {stage: round(ms * rng.lognormvariate(0, 0.3), 2) for stage, ms in read["timings_ms"].items()}
            line = {**read, "sha256": sha256, "model": model, "timings_ms": timings, "extracted_at": at.isoformat()}
            log_file.write(json.dumps(line, ensure_ascii=False) + "\n")
            audited = rng.random() < AUDITED
            if audited or (read["needs_review"] and rng.random() < CORRECTED):
                corrections_file.write(json.dumps(event(line, truth, audited=audited), ensure_ascii=False) + "\n")
    return log, corrections


def event(line: Line, truth: Mapping[str, str | None], *, audited: bool) -> Line:
    """What a person says of a document: of every field where it was drawn at random, else of the held ones."""
    extracted = {name: line["fields"][name]["value"] for name in truth}
    seen = [name for name in truth if audited or not line["fields"][name]["accepted"]]
    return {
        "document": line["sha256"],
        "extracted": extracted,
        "corrected": {name: truth[name] for name in seen if extracted[name] != truth[name]},
        "confirmed": [name for name in seen if extracted[name] == truth[name]],
        "extractor": line["model"],
        "corrected_at": line["extracted_at"],
        **({"selection": "audit"} if audited else {}),
    }


if __name__ == "__main__":
    main()
