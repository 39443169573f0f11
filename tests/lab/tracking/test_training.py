"""A real run, tracked: stopped, resumed, exported, and nothing told of what its documents say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("mlflow", reason="needs the lab extra")

from tests.lab.tracking.kept import artifacts, everything_kept, only_run
from tests.lab.training.tiny_run import generated_pages, tiny_config, write_dataset

from fakta_lab.cli import main
from fakta_lab.tracking import RunRecord
from fakta_lab.training import train

pytestmark = [pytest.mark.torch, pytest.mark.slow, pytest.mark.usefixtures("tracked")]


def test_a_run_is_tracked_from_its_first_step_to_its_bundle(
    mlflow_uri: str, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = generated_pages(2)
    config = tiny_config(
        tmp_path / "run",
        dataset=write_dataset(tmp_path / "data", pages),
        dev_share=0,
        max_steps=4,
        checkpoint_every=2,
        tracking={"uri": mlflow_uri, "experiment": "trained"},
    )
    train(config, progress=False)
    first = only_run(client, "trained")
    # As after kill -9 in step 4: the last checkpoint is that of step 2.
    (config.out / "run.json").unlink()
    train(config, resume=True, progress=False)

    run = only_run(client, "trained")
    assert (run.info.run_id, run.info.status) == (first.info.run_id, "FINISHED")
    steps = [metric.step for metric in client.get_metric_history(run.info.run_id, "loss")]
    assert steps == [1, 2, 3, 4]
    assert run.data.params["model.hidden"] == "48"
    assert run.data.tags["lineage.steps"] == "4"
    assert "epoch" in run.data.metrics
    lineage = json.loads((config.out / "run.json").read_text(encoding="utf-8"))["lineage"]
    assert lineage["tracking"] == {"run_id": RunRecord.load(config.out).id, "experiment": "trained"}

    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_uri)
    assert main(["export", str(config.out), "--out", str(tmp_path / "ours")]) == 0
    assert f"added to the run in {mlflow_uri}" in capsys.readouterr().err
    assert "bundle/ours/model.onnx" in artifacts(client, run.info.run_id)

    kept = everything_kept(mlflow_uri)
    words = ((word, label) for page in pages for word, label in zip(page.page.words, page.labels, strict=True))
    values = {word.text for word, label in words if label != "O"}
    telling = {value for value in values if len(value) >= 6 and any(char.isdigit() for char in value)}
    assert telling
    assert [value for value in sorted(telling) if value.encode() in kept] == []
