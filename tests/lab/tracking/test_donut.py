"""A Donut's run in MLflow, interrupted and gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("mlflow", reason="needs the lab extra")
pytest.importorskip("datasets", reason="needs the lab extra")

from tests.lab.tracking.kept import artifacts, only_run
from tests.lab.training.donut.tickets import ticket, tiny_config, write_dataset

from fakta_lab.cli import main
from fakta_lab.config import save_resolved

pytestmark = [pytest.mark.torch, pytest.mark.slow, pytest.mark.usefixtures("tracked")]


def test_an_interrupted_donut_goes_on_in_its_mlflow_run(mlflow_uri: str, client: Any, tmp_path: Path) -> None:
    data = write_dataset(tmp_path / "data", train=[ticket(f"train/{i}") for i in range(8)], dev=[ticket("dev")])
    config = tiny_config(
        tmp_path / "run",
        dataset=data,
        max_steps=3,
        eval_every=1,
        keep_best=True,
        tracking={"uri": mlflow_uri, "experiment": "donut"},
    )
    save_resolved(config, tmp_path / "recipe.yaml")
    command = ["train", str(tmp_path / "recipe.yaml"), "--resume"]
    assert main([*command, "--max-minutes", "0"]) == 75
    first = only_run(client, "donut")
    assert first.info.status == "KILLED"
    assert first.data.params["donut.max_length"] == "48"

    assert main(command) == 0
    run = only_run(client, "donut")
    assert (run.info.run_id, run.info.status) == (first.info.run_id, "FINISHED")
    steps = {
        name: [metric.step for metric in client.get_metric_history(run.info.run_id, name)]
        for name in ("loss", "field_f1", "exact_documents", "f1/town")
    }
    # Measured before the first step, too, since the best weights are kept.
    assert steps == {name: [1, 2, 3] if name == "loss" else [0, 1, 2, 3] for name in steps}
    assert run.data.tags["lineage.dataset_documents"] == "8"
    assert {"plots/fields.png", "plots/loss.png"} <= artifacts(client, run.info.run_id)
