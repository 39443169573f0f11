"""How long `fakta evaluate` takes over stored answers, against a plain count of the same files.

    python scripts/evaluation_benchmark.py                       # 1,000 documents
    python scripts/evaluation_benchmark.py --documents 5000 --baseline

Truth is that of generated invoices; the answers are the truth with one value in ten wrong, in the form that
`fakta extract` writes: 24 fields with place, confidence and explanation, line items, times. The command is run as a
person runs it, so starting Python and importing count too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fakta_lab.synth.write import invoices, truth_record

WRONG = 0.1


def main() -> None:
    """Makes the files, measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--suppliers", type=int, default=100)
    parser.add_argument("--baseline", action="store_true", help="also compare with a stored evaluation")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="an empty folder in which the files stay")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        answers = _write(folder, count=options.documents, suppliers=options.suppliers)
        command = [sys.executable, "-m", "fakta_lab.cli", "evaluate", str(folder), "--predictions", str(answers)]
        command += ["--format", "json"]
        if options.baseline:
            stored = folder / "baseline.json"
            subprocess.run([*command, "--save-baseline", str(stored)], check=True, capture_output=True)
            command += ["--baseline", str(stored)]
        start, before = time.perf_counter(), _cpu_of_children()
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        whole, cpu = time.perf_counter() - start, _cpu_of_children() - before
        start = time.process_time()
        plain = _plain_f1(folder / "truth.jsonl", answers)
        counting = time.process_time() - start
    print(f"fakta evaluate, {options.documents} documents: {whole:.2f} s, {cpu:.2f} s of them on a processor")
    print(f"counting alone: {counting:.2f} s on a processor, {cpu / counting:.1f} times less")
    print(f"micro F1 {json.loads(printed)['micro']['f1']:.6f}, counted {plain:.6f}")


def _cpu_of_children() -> float:
    """Seconds on a processor: on a busy machine the clock says more about the others."""
    times = os.times()
    return times.children_user + times.children_system


def _write(folder: Path, *, count: int, suppliers: int) -> Path:
    """Writes `truth.jsonl` and the answers; gives the answers' path back."""
    rng = random.Random(0)
    answers = folder / "answers.jsonl"
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as truth, answers.open("w", encoding="utf-8") as given:
        for number, invoice in enumerate(invoices(count=count, seed=0, suppliers=suppliers)):
            record = truth_record(invoice, f"documents/{number:05}.pdf")
            truth.write(json.dumps(record, ensure_ascii=False) + "\n")
            given.write(json.dumps(_answer(record, rng), ensure_ascii=False) + "\n")
    return answers


def _answer(record: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The extraction of a document, with some values wrong."""
    fields = {
        name: {
            "value": _wrong(value, rng) if rng.random() < WRONG else value,
            "text": value or "",
            "confidence": round(rng.random(), 4),
            "accepted": rng.random() < 0.8,
            "page": 1 if value else None,
            "box": [0.1, 0.2, 0.3, 0.22] if value else None,
            "reasons": ["label"],
            "explanation": "held: below its threshold",
        }
        for name, value in record["fields"].items()
    }
    rows = [{c: _wrong(v, rng) if rng.random() < WRONG else v for c, v in row.items()} for row in record["line_items"]]
    return {
        "document": record["document"],
        "model": "fakta/benchmark",
        "needs_review": rng.random() < 0.5,
        "fields": fields,
        "line_items": rows,
        "timings_ms": {"read": 20 * rng.random(), "model": 30 * rng.random()},
    }


def _wrong(value: str | None, rng: random.Random) -> str | None:
    if value is None:
        return "1"
    return None if rng.random() < 0.3 else value + "1"


def _plain_f1(truth: Path, answers: Path) -> float:
    """F1 over all fields, by nothing but reading both files and comparing texts."""
    given = {record["document"]: record["fields"] for record in _lines(answers)}
    right = wrong = missed = 0
    for record in _lines(truth):
        for name, value in record["fields"].items():
            answer = given[record["document"]][name]["value"]
            right += value is not None and value == answer
            wrong += answer is not None and value != answer
            missed += value is not None and value != answer
    return 2 * right / (2 * right + wrong + missed)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


if __name__ == "__main__":
    main()
