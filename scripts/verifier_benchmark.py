"""Does the verifier know when it is wrong? A bundle's own confidences on benchmark sets that it was not tuned on.

    python scripts/verifier_benchmark.py SET...                          # against softmax and temperature scaling
    python scripts/verifier_benchmark.py SET... --scan office            # the same pages from a scanner, through OCR
    python scripts/verifier_benchmark.py SET... --fit-on SET...          # isotonic, beta, Venn-Abers, fitted elsewhere

Temperatures are fitted on the very sets that are scored, on other suppliers; the verifier has seen none of them. What
an OCR engine reads is kept in data/ocr.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from fakta.bundle import Bundle
from fakta.documents.ocr import EngineName
from fakta.extract import shipped_bundle
from fakta.verify import Verifier
from fakta.verify.model import calibrated
from fakta_lab.cli.console import progress_bar
from fakta_lab.evaluation.ocr_cache import CachedEngine, DeferredEngine
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.synth.scan import SEVERITIES, Severity, scan_pdf
from fakta_lab.tuning.cascade.policies import accepted_by
from fakta_lab.tuning.examples import Example, Judged
from fakta_lab.tuning.figures.comparison import compare
from fakta_lab.tuning.fit import fit_curve, fit_model, held_out_log_odds
from fakta_lab.tuning.readings import read_benchmarks

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]
CACHE = Path("data/ocr")
# Where Venn-Abers' two isotonic fits are made; between these points it is drawn straight.
GRID = 150


def main() -> None:
    """Reads, judges and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", type=Path, nargs="+", help="folders with documents/ and truth.jsonl")
    parser.add_argument("--model", type=Path, default=shipped_bundle(), help="tuned bundle; the shipped one by default")
    parser.add_argument("--scan", choices=SEVERITIES, help="scan the pages first")
    parser.add_argument("--engine", choices=("rapidocr", "tesseract"), default="rapidocr")
    parser.add_argument("--fit-on", type=Path, nargs="+", metavar="SET", help="compare calibrations fitted on these")
    parser.add_argument("--rounds", type=int, default=500, help="of the bootstrap over suppliers")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    settings = parser.parse_args()
    engine: EngineName = settings.engine
    read = {path.name: _read(path, settings.model, settings.scan, engine, settings.workers) for path in settings.sets}
    if settings.fit_on:
        fit_on = [e for path in settings.fit_on for e in _read(path, settings.model, None, engine, settings.workers)]
        rows = [row for there in (True, False) for row in _calibrations(fit_on, read, found=there)]
        table = _calibration_table
    else:
        rows = [_judged_row(name, examples, settings.model, settings.rounds) for name, examples in read.items()]
        table = _table
    if settings.format == "json":
        print(json.dumps(rows, indent=2))
    else:
        # Without a terminal rich would fold the table at 80 columns.
        Console(width=None if sys.stdout.isatty() else 200).print(table(rows))


def _read(path: Path, model: Path, scan: Severity | None, engine: EngineName, workers: int) -> Sequence[Example]:
    """Readings of a set's documents as strangers' and as known suppliers'."""
    cached = CachedEngine(DeferredEngine(engine), CACHE)
    with _scanned(path, scan) as folder, progress_bar(path.name) as progress:
        readings = read_benchmarks(model, [Benchmark.load(folder)], ocr=cached, workers=workers, progress=progress)
    return readings.examples


@contextmanager
def _scanned(path: Path, scan: Severity | None) -> Iterator[Path]:
    """The set, or a copy of it from a scanner."""
    if scan is None:
        yield path
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / path.resolve().name
        folder.mkdir()
        shutil.copy(path / "truth.jsonl", folder)
        for document in Benchmark.load(path).documents:
            target = folder / document.document
            target.parent.mkdir(exist_ok=True, parents=True)
            seed = f"1/{document.document}"
            target.write_bytes(scan_pdf(document.path.read_bytes(), severity=scan, seed=seed, dpi=200))
        yield folder


def _judged_row(name: str, examples: Sequence[Example], model: Path, rounds: int) -> dict[str, Any]:
    manifest = Bundle.load(model).manifest
    verifier = Verifier.from_manifest(manifest)
    judged = [Judged(e, verifier.confidence(e.field, e.features)) for e in examples]
    found = compare(judged, rounds=rounds).to_dict()
    accepts = accepted_by(manifest.get("thresholds") or {})
    accepted = [each for each in judged if accepts(each)]
    values = [each for each in accepted if each.example.found]
    stated = sum(e.found or not e.right for e in examples)
    return {
        "set": name,
        "values": found["values"],
        "wrong": found["values"] - found["right"],
        "scores": {source: score["measures"] for source, score in found["scores"].items()},
        "differences": found["differences"],
        "absent": found["absent"] and found["absent"]["measures"],
        "accepted_values": len(values) / stated,
        "accepted_values_right": _share(values),
        "accepted_readings": len(accepted) / len(judged),
        "accepted_readings_right": _share(accepted),
    }


def _share(judged: Sequence[Judged]) -> float | None:
    return sum(each.example.right for each in judged) / len(judged) if judged else None


def _table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title="values of suppliers and designs that tuning has not seen; 95 % intervals over suppliers")
    table.add_column("set")
    columns = ("wrong", "AUROC", "AURC ‰", "softmax", "temperature", "less than softmax", "less than temperature")
    for column in (*columns, "accepted", "right", "with 'nothing'", "right"):
        table.add_column(column, justify="right")
    for row in rows:
        scores = row["scores"]
        table.add_row(
            row["set"],
            f"{row['wrong']} of {row['values']}",
            _interval(scores["verifier"]["auroc"]),
            _interval(scores["verifier"]["aurc"], 1000),
            _interval(scores["softmax"]["aurc"], 1000),
            _interval(scores["temperature"]["aurc"], 1000),
            _interval(row["differences"]["softmax"]["aurc"], -1000),
            _interval(row["differences"]["temperature"]["aurc"], -1000),
            f"{row['accepted_values']:.1%}",
            _percent(row["accepted_values_right"]),
            f"{row['accepted_readings']:.1%}",
            _percent(row["accepted_readings_right"]),
        )
    return table


def _interval(estimate: Mapping[str, float | None], factor: float = 1.0) -> str:
    if estimate["value"] is None:
        return "-"
    low, high = sorted(factor * (estimate[edge] or 0.0) for edge in ("low", "high"))
    return f"{factor * estimate['value']:.3g} ({low:.3g}…{high:.3g})"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"


def _calibrations(
    fit_on: Sequence[Example], read: Mapping[str, Sequence[Example]], *, found: bool
) -> Iterator[dict[str, Any]]:
    """Brier score, log loss and ECE of each way to make probabilities of the same log-odds."""
    learned = [example for example in fit_on if example.found is found]
    log_odds, right = held_out_log_odds(learned, seed=0)
    model = fit_model(learned, seed=0)
    if model is None:
        return
    curves = {
        "none": lambda x: 0.5 + 0.5 * np.tanh(x / 2),
        "beta": _beta(log_odds, right),
        "isotonic": _isotonic(log_odds, right),
        "Venn-Abers": _venn_abers(log_odds, right),
    }
    for name, examples in read.items():
        own = [example for example in examples if example.found is found]
        if not own:
            continue
        x = np.array([model.log_odds(example.field, example.features) for example in own])
        y = np.array([example.right for example in own], dtype=float)
        for kind, curve in curves.items():
            yield {"set": name, "found": found, "examples": len(own), "calibration": kind, **_scores(curve(x), y)}


def _scores(p: Floats, y: Floats) -> dict[str, float]:
    p = p.clip(1e-6, 1 - 1e-6)
    bins = np.array_split(np.argsort(p, kind="stable"), 15)
    return {
        "brier": float(((p - y) ** 2).mean()),
        "log_loss": float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()),
        "ece": float(sum(abs(p[own].mean() - y[own].mean()) * len(own) for own in bins if len(own)) / len(p)),
    }


def _beta(log_odds: Floats, right: NDArray[np.bool_]) -> Curve:
    curve = fit_curve(log_odds, right)
    return lambda x: np.array([calibrated(float(each), curve) for each in x])


def _isotonic(log_odds: Floats, right: NDArray[np.bool_]) -> Curve:
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(out_of_bounds="clip").fit(log_odds, right)
    least = 1 / (len(right) + 2)
    return lambda x: model.predict(x).clip(least, 1 - least)


def _venn_abers(log_odds: Floats, right: NDArray[np.bool_]) -> Curve:
    """The probability between those of two isotonic fits, one with the value added as wrong and one as right."""
    from sklearn.isotonic import IsotonicRegression

    grid = np.unique(np.quantile(log_odds, np.linspace(0, 1, GRID)))
    at = []
    for x in grid:
        low, high = (
            IsotonicRegression().fit(np.append(log_odds, x), np.append(right, label)).predict([x])[0]
            for label in (0, 1)
        )
        at.append(high / (1 - low + high))
    return lambda x: np.interp(x, grid, np.maximum.accumulate(at))


def _calibration_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title="probabilities of the same log-odds, on sets that none of them was fitted on")
    for column in ("set", "read", "calibration", "examples", "Brier ‰", "log loss ‰", "ECE %"):
        table.add_column(column)
    for row in rows:
        table.add_row(
            row["set"],
            "value" if row["found"] else "nothing",
            row["calibration"],
            str(row["examples"]),
            f"{1000 * row['brier']:.2f}",
            f"{1000 * row['log_loss']:.1f}",
            f"{100 * row['ece']:.2f}",
        )
    return table


if __name__ == "__main__":
    main()
