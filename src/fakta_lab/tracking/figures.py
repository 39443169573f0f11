"""What is said about runs: parameters, tags and figures, taken from files that hold no document's content."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

METRICS_FILE = "metrics.jsonl"
CONFIG_FILE = "config.yaml"
RUN_FILE = "run.json"

# Columns of metrics.jsonl that place a line; everything else is a figure.
_PLACE = ("step", "minutes")
# Where a run writes to and how it is tracked says nothing about what it does.
_NO_PARAMETERS = ("out", "overwrite", "tracking")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Attributes:
        name: "loss", "f1/invoice_number".
        step: optimizer step.
        minutes: of training before it.
    """

    name: str
    value: float
    step: int
    minutes: float = 0.0


def metric_lines(run_dir: Path) -> list[dict[str, Any]]:
    """The complete lines of a run's `metrics.jsonl`; one that is being written is left for the next time."""
    path = run_dir / METRICS_FILE
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def figures(
    lines: Sequence[Mapping[str, Any]], *, sent: Mapping[str, int], steps_per_epoch: float | None = None
) -> Iterator[Figure]:
    """The figures of lines that are later than what has been sent.

    A resumed run repeats the steps after its last checkpoint; each is sent once.

    Args:
        lines: of `metrics.jsonl`.
        sent: metric to the last step that has arrived.
        steps_per_epoch: adds an `epoch` to each line.
    """
    for line in lines:
        step, minutes = int(line["step"]), float(line.get("minutes", 0.0))
        values = {name: value for name, value in line.items() if name not in _PLACE}
        if steps_per_epoch:
            values["epoch"] = round(step / steps_per_epoch, 4)
        for name, value in values.items():
            if step > sent.get(name, -1) and isinstance(value, int | float):
                yield Figure(metric_name(name), float(value), step, minutes)


def parameters(run_dir: Path) -> dict[str, str]:
    """The resolved recipe, flat: `model.hidden` to "192"."""
    path = run_dir / CONFIG_FILE
    recipe = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return dict(_flat({key: value for key, value in recipe.items() if key not in _NO_PARAMETERS}))


def tags(facts: Mapping[str, Any]) -> dict[str, str]:
    """Facts of a run, flat, without those that are not known.

    >>> tags({"device": "cpu", "git_commit": None, "versions": {"torch": "2.13.0"}})
    {'device': 'cpu', 'versions.torch': '2.13.0'}
    """
    return {name: value for name, value in _flat(facts) if value != "none"}


def run_facts(run_dir: Path) -> dict[str, Any]:
    """`run.json` of a finished run; empty where training has not come to its end."""
    path = run_dir / RUN_FILE
    data = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return data if isinstance(data, dict) else {}


def kept_lines(run_dir: Path) -> list[dict[str, Any]]:
    """The lines up to the step whose weights the run saved: with `keep_best`, what was measured later is of others."""
    lines = metric_lines(run_dir)
    kept = run_facts(run_dir).get("lineage", {}).get("weights_of_step")
    return lines if kept is None else [line for line in lines if int(line["step"]) <= kept]


def evaluation_figures(evaluation: Mapping[str, Any]) -> dict[str, float]:
    """The figures of an evaluation's JSON form, without what tells of documents: errors, failures, names of layouts.

    Named `evaluate/<set>/f1`, `evaluate/<set>/f1/<field>` and so on.
    """
    found = {name: evaluation["micro"][name] for name in ("f1", "precision", "recall")}
    found["documents"] = evaluation["documents"]
    found["unread_documents"] = len(evaluation.get("failures", ()))
    found |= {f"f1/{name}": each["f1"] for name, each in evaluation["fields"].items() if each["support"]}
    for table, each in evaluation.items():
        if isinstance(each, Mapping) and "columns" in each:
            found |= {f"{table}/cells_f1": each["f1"], f"{table}/rows_f1": each["rows"]["f1"]}
    layouts = [each["f1"] for each in evaluation.get("layouts", {}).values()]
    if layouts:
        found["worst_layout_f1"] = min(layouts)
    for kind in ("accepted", "touchless"):
        each = evaluation.get(kind) or {}
        found |= {f"{kind}_{name}": each[name] for name in ("share", "precision") if each.get(name) is not None}
    return _prefixed(f"evaluate/{evaluation['benchmark']}", found)


def tuning_figures(report: Mapping[str, Any]) -> dict[str, float]:
    """The figures of a tuning report's JSON form, without what tells of documents or tenants.

    Named `tune/accepted_share`, `tune/threshold/<field>` for strangers, `tune/threshold/<field>/known` and so on.
    """
    found = {name: report[name] for name in ("documents", "suppliers")}
    accepted = report["accepted"]
    found |= {name: accepted[name] for name in ("accepted_share", "seen_precision") if accepted[name] is not None}
    columns = ("threshold", "lower_bound", "accepted_share", "seen_precision")
    for name, groups in (*report["thresholds"].items(), ("document", report["document_thresholds"])):
        for group, each in groups.items():
            if group != "tenants" and each["examples"]:
                place = name if group == "unknown" else f"{name}/{group}"
                found |= {f"{column}/{place}": each[column] for column in columns if each[column] is not None}
    measures = report["comparison"]["scores"]["verifier"]["measures"]
    found |= {f"verifier/{name}": each["value"] for name, each in measures.items() if each["value"] is not None}
    return _prefixed("tune", found)


def export_figures(lineage: Mapping[str, Any]) -> dict[str, float]:
    """How near an exported graph comes to the model, named `export/max_logit_difference` and so on."""
    checks = lineage.get("export") or {}
    return _prefixed("export", {name: value for name, value in checks.items() if isinstance(value, int | float)})


def metric_name(name: str) -> str:
    """A name as MLflow takes it: letters, digits, `_ - . : /` and spaces.

    >>> metric_name("evaluate/Våra (nya)/f1")
    'evaluate/Våra _nya_/f1'
    """
    return re.sub(r"[^\w\-.:/ ]", "_", name)


def _prefixed(prefix: str, found: Mapping[str, Any]) -> dict[str, float]:
    return {metric_name(f"{prefix}/{name}"): float(value) for name, value in found.items()}


def _flat(values: Mapping[str, Any], *, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, prefix=f"{prefix}{name}.")
        elif isinstance(value, list | tuple):
            yield f"{prefix}{name}", ", ".join(map(str, value)) or "none"
        else:
            text = str(value)
            yield f"{prefix}{name}", text.lower() if value is None or isinstance(value, bool) else text
