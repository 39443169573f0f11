"""A run's figures and plots in a folder, and a run sent to MLflow after the fact."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakta.errors import InputError
from fakta_lab.files import replacing
from fakta_lab.tracking.config import database_beside, effective_uri, public_uri
from fakta_lab.tracking.figures import evaluation_figures, kept_lines, metric_lines, run_facts, tuning_figures
from fakta_lab.tracking.later import draw_tuning, field_f1
from fakta_lab.tracking.mirror import Mirror, last_field_f1
from fakta_lab.tracking.plots import SCORES, draw_fields, draw_training
from fakta_lab.tracking.record import RunRecord

# Of training; evaluation and tuning bring their totals.
_MAIN = ("loss", *SCORES)


def write_report(run_dir: Path, out: Path, *, evaluation: Path | None = None, tuning: Path | None = None) -> list[Path]:
    """Writes `metrics.json`, a run's main figures in one object, and its plots, each as PNG and CSV.

    Args:
        run_dir: finished or not.
        out: folder; made where there is none.
        evaluation, tuning: JSON that `fakta evaluate` and `fakta tune` printed.

    Raises:
        InputError: it is no run, or a file is not what was asked for.
    """
    RunRecord.load(run_dir)
    evaluated, tuned = _json(evaluation, "fields", "benchmark"), _json(tuning, "curve", "reliability")
    out.mkdir(parents=True, exist_ok=True)
    drawn = draw_training(metric_lines(run_dir), out)
    lines = kept_lines(run_dir)
    f1, title = last_field_f1(lines), "F1 on pages held out in training, by field"
    if evaluated:
        f1, title = field_f1(evaluated), f"F1 on {evaluated['benchmark']}, by field"
    if f1:
        drawn += draw_fields(f1, out, title=title)
    drawn += draw_tuning(tuned, out) if tuned else []
    totals = {f"train/{name}": value for line in lines for name, value in line.items() if name in _MAIN}
    totals |= evaluation_figures(evaluated) if evaluated else {}
    totals |= tuning_figures(tuned) if tuned else {}
    return [_write_metrics(_without_fields(totals), out / "metrics.json"), *drawn]


def publish_run(run_dir: Path, *, uri: str | None = None) -> str:
    """Sends to MLflow what it does not have of a run that is over.

    Args:
        run_dir: finished, or stopped before its end.
        uri: where to; by default where the run is tracked, or what the environment puts in place of that.

    Returns:
        Where it was sent, without a password.

    Raises:
        InputError: it is no run.
        TrackingError: MLflow cannot be used now.
    """
    record = RunRecord.load(run_dir)
    uri = uri or effective_uri(record.uri or database_beside(run_dir))
    where = public_uri(uri)
    if where != record.uri:
        replace(record, uri=where, sent={}).save(run_dir)
    Mirror(run_dir, uri=uri).send("FINISHED" if run_facts(run_dir) else "KILLED")
    return where


def _without_fields(figures: Mapping[str, float]) -> dict[str, float]:
    """The totals: `evaluate/<set>/f1`, but not `evaluate/<set>/f1/<field>`, which is drawn."""
    kinds = ("f1", "threshold", "lower_bound", "accepted_share", "seen_precision")
    return {name: value for name, value in figures.items() if not any(f"/{kind}/" in name for kind in kinds)}


def _write_metrics(figures: Mapping[str, float], path: Path) -> Path:
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _json(path: Path | None, *keys: str) -> Mapping[str, Any] | None:
    if path is None:
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    if not isinstance(data, dict) or not set(keys) <= data.keys():
        raise InputError(f"{path}: has no {' and '.join(keys)}; it is what the command prints with --format json")
    return data
