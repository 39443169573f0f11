"""Runs side by side, straight from their folders: neither MLflow nor torch is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakta.errors import InputError
from fakta_lab.tracking.figures import kept_lines, metric_lines, parameters, run_facts
from fakta_lab.tracking.plots import SCORES
from fakta_lab.tracking.record import RECORD_FILE, RunRecord

if TYPE_CHECKING:
    from rich.table import Table

# Figures in the list, and how their columns are called.
_LISTED = {"loss": "loss", **{name: name.replace("_", " ") for name in SCORES}, "pages_per_second": "pages/s"}


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run, finished or not.

    Attributes:
        path: its folder.
        record: what it began with.
        finished: whether training came to its end.
        steps, minutes: trained so far.
        parameters: the resolved recipe, flat.
        figures: the last value of each, up to the step whose weights were saved.
    """

    path: Path
    record: RunRecord
    finished: bool
    steps: int
    minutes: float
    parameters: Mapping[str, str]
    figures: Mapping[str, float]

    @classmethod
    def load(cls, run_dir: Path) -> RunSummary:
        """Reads a run folder.

        Raises:
            InputError: it is none.
        """
        record = RunRecord.load(run_dir)
        last: dict[str, Any] = {name: value for line in metric_lines(run_dir) for name, value in line.items()}
        figures = {name: value for line in kept_lines(run_dir) for name, value in line.items()}
        return cls(
            path=run_dir,
            record=record,
            finished=bool(run_facts(run_dir)),
            steps=int(last.pop("step", 0)),
            minutes=float(last.pop("minutes", 0.0)),
            parameters=parameters(run_dir),
            figures={name: value for name, value in figures.items() if name not in ("step", "minutes")},
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        facts = self.record.facts
        return {
            "run": str(self.path),
            "id": self.record.id,
            "started": datetime.fromtimestamp(self.record.started, UTC).isoformat(timespec="seconds"),
            "finished": self.finished,
            "steps": self.steps,
            "minutes": self.minutes,
            "git_commit": facts.get("git_commit"),
            "dataset": (facts.get("dataset") or {}).get("sha256"),
            "tracked_at": self.record.uri,
            "parameters": dict(self.parameters),
            "figures": dict(self.figures),
        }


def find_runs(folder: Path) -> list[RunSummary]:
    """The runs in a folder, the newest first.

    Raises:
        InputError: there is no such folder.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; `fakta train` writes runs")
    found = [RunSummary.load(path.parent) for path in folder.glob(f"*/{RECORD_FILE}")]
    return sorted(found, key=lambda run: -run.record.started)


def render_list(runs: Sequence[RunSummary]) -> Table:
    """The runs as a `rich` table, one a line."""
    from rich.table import Table

    table = Table(title=f"{len(runs)} runs")
    table.add_column("run", no_wrap=True)
    for column in ("started (UTC)", "dataset", "commit"):
        table.add_column(column)
    for column in ("steps", "minutes", *_LISTED.values()):
        table.add_column(column, justify="right")
    for run in runs:
        said = run.to_dict()
        started = said["started"][:16].replace("T", " ")
        state = "" if run.finished else " (unfinished)"
        table.add_row(
            run.path.name + state,
            started,
            (said["dataset"] or "-")[:8],
            (said["git_commit"] or "-")[:8],
            str(run.steps),
            f"{run.minutes:.1f}",
            *(_number(run.figures.get(name)) for name in _LISTED),
        )
    return table


def render_comparison(runs: Sequence[RunSummary]) -> Table:
    """Parameters in which runs differ (all, where there is but one run), then all figures; one column a run."""
    from rich.table import Table

    table = Table()
    table.add_column("")
    for run in runs:
        table.add_column(run.path.name, justify="right")
    for name, values in _differing([run.parameters for run in runs]):
        table.add_row(name, *(value or "-" for value in values))
    table.add_section()
    table.add_row("steps", *(str(run.steps) for run in runs))
    table.add_row("minutes", *(f"{run.minutes:.1f}" for run in runs))
    for name in dict.fromkeys(name for run in runs for name in run.figures):
        table.add_row(name, *(_number(run.figures.get(name)) for run in runs))
    return table


def _differing(each: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, list[str | None]]]:
    for name in dict.fromkeys(name for values in each for name in values):
        values = [parameters.get(name) for parameters in each]
        if len(each) == 1 or len(set(values)) > 1:
            yield name, values


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
