"""Run folders as training leaves them, made without training."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fakta_lab.tracking import RunRecord

FACTS: dict[str, Any] = {
    "family": "layoutlmv3",
    "git_commit": "0123456789abcdef0123456789abcdef01234567+changes",
    "versions": {"torch": "2.13.0"},
    "device": "cpu",
    "dataset": {"name": "corrections", "sha256": "ab" * 32, "documents": 12},
    "steps_per_epoch": 4.0,
}
CONFIG = """\
out: runs/a
start: shipped
dataset: data/corrections
learning_rate: 0.0005
schema_file: null
augment: true
model: {hidden: 48, layers: 2}
tracking: {backend: mlflow}
"""


def metric_line(step: int, **values: float) -> dict[str, Any]:
    return {"step": step, "minutes": step / 10, "pages_per_second": 8.0, **values}


def write_lines(run_dir: Path, lines: Sequence[dict[str, Any]]) -> None:
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (run_dir / "metrics.jsonl").write_text(text, encoding="utf-8")


def write_run(run_dir: Path, *, uri: str | None, experiment: str = "fakta", lines: int = 3) -> Path:
    """A run that is training: `lines` steps done, nothing at its end."""
    run_dir.mkdir(parents=True)
    (run_dir / "config.yaml").write_text(CONFIG, encoding="utf-8")
    write_lines(run_dir, [metric_line(step, loss=1 / step, learning_rate=0.001) for step in range(1, lines + 1)])
    RunRecord.begin(run_dir, uri=uri, experiment=experiment, facts=FACTS)
    return run_dir


def finish(run_dir: Path) -> None:
    """What a run writes at its end."""
    with (run_dir / "metrics.jsonl").open("a", encoding="utf-8") as file:
        scores = {"span_f1": 0.9, "f1/invoice_number": 0.8, "f1/amount_due": 1.0}
        file.write(json.dumps(metric_line(3, **scores)) + "\n")
    record = RunRecord.load(run_dir)
    lineage = {"start": "base", "datasets": ["ab" * 32], "steps": 3, "tracking": record.lineage or None}
    said = {"format": "fakta-run", "license": "Apache-2.0", "lineage": lineage}
    (run_dir / "run.json").write_text(json.dumps(said), encoding="utf-8")
