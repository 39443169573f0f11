"""Where a run is tracked, and what of that is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakta_lab.tracking import RunRecord, TrackingConfig
from fakta_lab.tracking.config import effective_uri

pytestmark = pytest.mark.usefixtures("tracked")


def test_a_database_lies_beside_the_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert TrackingConfig().uri_for(Path("runs/a")) == "sqlite:///runs/mlflow.db"
    assert TrackingConfig().uri_for(tmp_path / "a") == f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.chdir(tmp_path)
    assert TrackingConfig().uri_for(tmp_path / "runs" / "a") == "sqlite:///runs/mlflow.db"


def test_the_environment_is_stronger_than_the_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    config = TrackingConfig(uri="https://mlflow.example")
    assert config.uri_for(Path("runs/a")) == "https://mlflow.example"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://maja:secret@other.example")
    assert config.uri_for(Path("runs/a")) == "https://other.example"
    assert effective_uri("https://mlflow.example") == "https://maja:secret@other.example"
    monkeypatch.setenv("FAKTA_TRACKING", "none")
    assert config.uri_for(Path("runs/a")) is None
    assert TrackingConfig(backend="none").uri_for(Path("runs/a")) is None


def test_a_recipe_holds_no_password() -> None:
    with pytest.raises(ValueError, match="holds a password, which would be written into the run"):
        TrackingConfig(uri="postgresql://maja:secret@db.example/mlflow")


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("sqlite:///runs/mlflow.db", "sqlite:///runs/mlflow.db"),
        ("https://mlflow.example", "https://mlflow.example"),
        ("sqlite:////home/maja/runs/mlflow.db", None),
    ],
)
def test_a_bundle_says_nothing_about_the_machine(tmp_path: Path, uri: str, said: str | None) -> None:
    record = RunRecord.begin(tmp_path, uri=uri, experiment="fakta", facts={})
    assert record.lineage.get("uri") == said
    assert record.lineage["run_id"] == record.id


def test_a_run_stays_itself_and_another_place_starts_empty(tmp_path: Path) -> None:
    first = RunRecord.begin(tmp_path, uri="sqlite:///a.db", experiment="fakta", facts={"device": "cpu"})
    RunRecord(first.id, first.started, first.uri, first.experiment, first.facts, {"loss": 7}).save(tmp_path)
    again = RunRecord.begin(tmp_path, uri="sqlite:///a.db", experiment="fakta", facts={"device": "cuda"})
    assert (again.id, again.started, again.sent) == (first.id, first.started, {"loss": 7})
    assert again.facts["device"] == "cuda"
    moved = RunRecord.begin(tmp_path, uri="sqlite:///b.db", experiment="fakta", facts={})
    assert (moved.id, moved.sent) == (first.id, {})
    assert RunRecord.begin(tmp_path.parent, uri=None, experiment="fakta", facts={}).lineage == {}
