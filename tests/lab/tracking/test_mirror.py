"""A run folder's mirror, in a real MLflow database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.lab.tracking.kept import artifacts, only_run
from tests.lab.tracking.run_folder import FACTS, finish, metric_line, write_lines, write_run

from fakta.errors import InputError
from fakta_lab.tracking import RunRecord, TrackingError
from fakta_lab.tracking.mirror import Mirror


def history(client: Any, run_id: str, name: str) -> list[tuple[int, float]]:
    return [(metric.step, metric.value) for metric in client.get_metric_history(run_id, name)]


def test_a_finished_run_is_told_whole(mlflow_uri: str, client: Any, tmp_path: Path) -> None:
    run_dir = write_run(tmp_path / "a", uri=mlflow_uri, experiment="whole")
    finish(run_dir)
    Mirror(run_dir).send("FINISHED")
    run = only_run(client, "whole")
    assert (run.info.run_name, run.info.status) == ("a", "FINISHED")
    assert run.data.params == {
        "start": "shipped",
        "dataset": "data/corrections",
        "learning_rate": "0.0005",
        "schema_file": "none",
        "augment": "true",
        "model.hidden": "48",
        "model.layers": "2",
    }
    assert history(client, run.info.run_id, "loss") == [(1, 1.0), (2, 0.5), (3, pytest.approx(1 / 3))]
    assert run.data.metrics["f1/amount_due"] == 1.0
    assert history(client, run.info.run_id, "epoch")[-1] == (3, 0.75)
    tags = run.data.tags
    assert tags["git_commit"] == FACTS["git_commit"]
    assert tags["mlflow.source.git.commit"] == FACTS["git_commit"].removesuffix("+changes")
    assert (tags["versions.torch"], tags["device"], tags["license"]) == ("2.13.0", "cpu", "Apache-2.0")
    assert int(tags["cores"]) >= 1
    assert tags["dataset.sha256"] == tags["lineage.datasets"] == "ab" * 32
    [dataset] = run.inputs.dataset_inputs
    assert (dataset.dataset.name, dataset.dataset.digest) == ("corrections", "ab" * 18)
    assert artifacts(client, run.info.run_id) == {
        "config.yaml", "metrics.jsonl", "run.json",
        "plots/loss.png", "plots/loss.csv", "plots/scores.png", "plots/scores.csv",
        "plots/fields.png", "plots/fields.csv",
    }  # fmt: skip


def test_times_are_those_of_training(mlflow_uri: str, client: Any, tmp_path: Path) -> None:
    run_dir = write_run(tmp_path / "a", uri=mlflow_uri, experiment="times")
    Mirror(run_dir).send()
    run = only_run(client, "times")
    assert run.info.status == "RUNNING"
    started = RunRecord.load(run_dir).started
    at = [metric.timestamp for metric in client.get_metric_history(run.info.run_id, "loss")]
    assert at == [pytest.approx(1000 * (started + 60 * step / 10), abs=1) for step in (1, 2, 3)]


def test_each_figure_is_sent_once_and_a_half_line_later(mlflow_uri: str, client: Any, tmp_path: Path) -> None:
    run_dir = write_run(tmp_path / "a", uri=mlflow_uri, experiment="once")
    mirror = Mirror(run_dir)
    mirror.send()
    with (run_dir / "metrics.jsonl").open("a", encoding="utf-8") as file:
        whole = json.dumps(metric_line(4, loss=0.2)) + "\n"
        file.write(whole[:20])
        file.flush()
        mirror.send()
        run_id = only_run(client, "once").info.run_id
        assert [step for step, _ in history(client, run_id, "loss")] == [1, 2, 3]
        file.write(whole[20:])
    mirror.send()
    assert [step for step, _ in history(client, run_id, "loss")] == [1, 2, 3, 4]


def test_a_resumed_run_goes_on_in_the_same_place(mlflow_uri: str, client: Any, tmp_path: Path) -> None:
    run_dir = write_run(tmp_path / "a", uri=mlflow_uri, experiment="resumed")
    Mirror(run_dir).send("KILLED")
    first = only_run(client, "resumed")
    assert first.info.status == "KILLED"
    # The last checkpoint was at step 2: step 3 is computed again, and has been sent already.
    write_lines(run_dir, [metric_line(step, loss=1 / step) for step in (1, 2, 3, 4)])
    RunRecord.begin(run_dir, uri=mlflow_uri, experiment="resumed", facts={**FACTS, "device": "cuda"})
    mirror = Mirror(run_dir)
    mirror.send()
    again = only_run(client, "resumed")
    assert (again.info.run_id, again.info.status) == (first.info.run_id, "RUNNING")
    assert again.data.tags["device"] == "cuda"
    assert [step for step, _ in history(client, again.info.run_id, "loss")] == [1, 2, 3, 4]
    finish(run_dir)
    mirror.send("FINISHED")
    assert only_run(client, "resumed").info.status == "FINISHED"


def test_runs_of_one_experiment_are_found_side_by_side(mlflow_uri: str, client: Any, tmp_path: Path) -> None:
    for name in ("a", "b"):
        Mirror(write_run(tmp_path / name, uri=mlflow_uri, experiment="beside")).send("FINISHED")
    experiment = client.get_experiment_by_name("beside")
    found = client.search_runs([experiment.experiment_id], "metrics.loss < 0.5 and params.start = 'shipped'")
    assert {run.info.run_name for run in found} == {"a", "b"}
    artifact_folder = Path(mlflow_uri.removeprefix("sqlite:///")).parent / "mlartifacts"
    assert experiment.artifact_location == artifact_folder.as_uri()


def test_a_server_that_is_down_is_one_line(closed_port: str, tmp_path: Path) -> None:
    pytest.importorskip("mlflow", reason="needs the lab extra")
    run_dir = write_run(tmp_path / "a", uri=closed_port)
    with pytest.raises(TrackingError, match=rf"^{closed_port}: .*") as caught:
        Mirror(run_dir).send()
    assert "\n" not in str(caught.value)
    assert RunRecord.load(run_dir).sent == {}


def test_what_is_no_tracked_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no tracking\.json, so this is no run"):
        Mirror(tmp_path)
    with pytest.raises(InputError, match="is not tracked; send it with: fakta runs publish"):
        Mirror(write_run(tmp_path / "a", uri=None))
