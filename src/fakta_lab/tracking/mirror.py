"""A run folder's mirror in MLflow: each look at the folder sends what is new in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from fakta.errors import InputError
from fakta_lab.tracking.config import effective_uri
from fakta_lab.tracking.figures import (
    CONFIG_FILE,
    METRICS_FILE,
    RUN_FILE,
    Figure,
    figures,
    kept_lines,
    metric_lines,
    parameters,
    run_facts,
    tags,
)
from fakta_lab.tracking.mlflow_run import MlflowRun, Status
from fakta_lab.tracking.plots import draw_fields, draw_training
from fakta_lab.tracking.record import RunRecord

# The files of a run folder that tell how it went. Weights follow with the bundle; nothing else is sent.
_TOLD = (CONFIG_FILE, METRICS_FILE, RUN_FILE)


class Mirror:
    """What MLflow knows of one run folder.

    Args:
        run_dir: a run that is training, has ended, or was killed.
        uri: to connect to; by default where the run is tracked, or what the environment puts in place of that.

    Raises:
        InputError: it is no run, or is not tracked.
    """

    def __init__(self, run_dir: Path, *, uri: str | None = None) -> None:
        self._run_dir = run_dir
        self._record = RunRecord.load(run_dir)
        if self._record.uri is None:
            raise InputError(f"{run_dir}: is not tracked; send it with: fakta runs publish {run_dir}")
        self._uri = uri or effective_uri(self._record.uri)
        self._run: MlflowRun | None = None

    def send(self, status: Status = "RUNNING") -> None:
        """Sends what MLflow does not have yet; at the end of a run its files and plots, too.

        Raises:
            TrackingError: MLflow cannot be used now. What has arrived is remembered, the next call sends the rest.
        """
        record = self._record
        if self._run is None:
            run = MlflowRun.open(
                self._uri,
                experiment=record.experiment,
                run_id=record.id,
                name=self._run_dir.resolve().name,
                started=record.started,
            )
            self._describe(run)
            self._run = run
        lines = metric_lines(self._run_dir)
        fresh = list(figures(lines, sent=record.sent, steps_per_epoch=record.facts.get("steps_per_epoch")))
        if fresh:
            self._run.log_figures(fresh, started=record.started)
            self._remember(fresh)
        if status != "RUNNING":
            self._close(self._run, status)

    def _describe(self, run: MlflowRun) -> None:
        facts = dict(self._record.facts)
        run.set_status("RUNNING")
        run.log_params(parameters(self._run_dir))
        commit = facts.get("git_commit")
        known = {"mlflow.source.git.commit": str(commit).partition("+")[0]} if commit else {}
        run.log_tags({**tags(facts), **known})
        dataset = facts.get("dataset")
        if dataset and dataset["sha256"]:
            run.log_dataset(name=dataset["name"], sha256=dataset["sha256"], documents=dataset["documents"])

    def _remember(self, fresh: list[Figure]) -> None:
        sent = dict(self._record.sent)
        for figure in fresh:
            sent[figure.name] = max(figure.step, sent.get(figure.name, -1))
        self._record = replace(self._record, sent=sent)
        self._record.save(self._run_dir)

    def _close(self, run: MlflowRun, status: Status) -> None:
        for name in _TOLD:
            if (self._run_dir / name).is_file():
                run.log_file(self._run_dir / name)
        lines = metric_lines(self._run_dir)
        with TemporaryDirectory() as folder:
            drawn = draw_training(lines, Path(folder))
            f1 = last_field_f1(kept_lines(self._run_dir))
            if f1:
                drawn += draw_fields(f1, Path(folder), title="F1 on pages held out in training, by field")
            for path in drawn:
                run.log_file(path, folder="plots")
        info = run_facts(self._run_dir)
        if info:
            # What it began with has been told from the facts.
            told = {*self._record.facts, "tracking"}
            ended = {name: fact for name, fact in info["lineage"].items() if name not in told}
            run.log_tags({**tags({"lineage": ended}), "license": str(info.get("license", "unknown"))})
        run.set_status(status)


def last_field_f1(lines: list[dict[str, float]]) -> dict[str, float]:
    """Field to its F1 when the pages held out were scored last."""
    found = [
        {name.removeprefix("f1/"): value for name, value in line.items() if name.startswith("f1/")} for line in lines
    ]
    return next((f1 for f1 in reversed(found) if f1), {})
