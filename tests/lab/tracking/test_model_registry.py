"""MLflow is told where aliases lead, and another folder can fetch it from there; it is never needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.lab.registry.bundles import FIGURES, variant
from tests.lab.tracking.kept import everything_kept

from fakta.bundle import Bundle
from fakta.errors import InputError
from fakta.memory import Memory
from fakta_lab.cli import main
from fakta_lab.formats.memories import write_memory
from fakta_lab.registry import Registry
from fakta_lab.registry.mirror import publish, pull

pytestmark = pytest.mark.usefixtures("tracked")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models", smoke=lambda bundle: None)


def test_aliases_are_told_and_fetched(
    mlflow_uri: str, client: Any, tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_uri)
    first = registry.promote(variant(tmp_path / "first"), figures=FIGURES, by="Maja Exempelsson", reason="Bolaget AB")
    assert publish(registry) == mlflow_uri
    registry.promote(variant(tmp_path / "second"), figures=FIGURES, by="Maja Exempelsson")
    registry.promote(registry.bundles / first.bundle, alias="challenger", figures=FIGURES, by="Maja Exempelsson")
    assert publish(registry) == mlflow_uri
    assert publish(registry) == mlflow_uri  # nothing is sent twice
    assert len(client.search_model_versions("name = 'fakta'")) == 2
    champion, challenger = (client.get_model_version_by_alias("fakta", a) for a in ("champion", "challenger"))
    assert (champion.tags["fakta.name"], challenger.tags["fakta.name"]) == ("second", "first")
    assert challenger.tags["fakta.digest"] == first.digest
    assert challenger.tags["fakta.entry"] == first.sha256
    assert (challenger.tags["fakta.set"], challenger.tags["figure.micro.f1"]) == ("held-out", "0.9")
    kept = everything_kept(mlflow_uri)
    assert b"Maja" not in kept
    assert b"Bolaget" not in kept

    elsewhere = Registry(tmp_path / "elsewhere", smoke=lambda bundle: None)
    entry = pull(elsewhere, uri=mlflow_uri, by="Nils")
    assert entry is not None
    assert entry.bundle == Bundle.load(registry.path / "champion").path.name
    assert (entry.figures, entry.on) == ({"documents": 40, "micro.f1": 0.9}, "held-out")
    assert entry.reason == f"pulled from {mlflow_uri}, version {champion.version} of fakta"
    assert pull(elsewhere, uri=mlflow_uri, by="Nils") is None
    with pytest.raises(InputError, match="model 'other' has no champion"):
        pull(elsewhere, uri=mlflow_uri, name="other", by="Nils")


def test_what_was_learned_of_suppliers_is_not_sent(
    mlflow_uri: str,
    tmp_path: Path,
    registry: Registry,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_uri)
    lineage = {"tracking": {"run_id": "0" * 32, "experiment": "with memory"}}
    source = variant(tmp_path / "remembers", lineage=lineage)
    write_memory(source, Memory())
    registry.promote(source, figures=FIGURES, by="Maja")
    publish(registry)
    elsewhere = Registry(tmp_path / "elsewhere", smoke=lambda bundle: None)
    entry = pull(elsewhere, uri=mlflow_uri, name="with memory", by="Nils")
    assert entry is not None
    fetched = Bundle.load(elsewhere.path / "champion")
    assert "memory.json" in Bundle.load(registry.path / "champion").manifest["files"]
    assert "memory.json" not in fetched.manifest["files"]
    assert fetched.read("model.onnx") == (source / "model.onnx").read_bytes()
    # What came from there is known there.
    publish(elsewhere)
    assert main(["models", "list", "--mlflow", "--experiment", "with memory", "--format", "json"]) == 0
    [version] = json.loads(capsys.readouterr().out)
    assert (version["aliases"], version["name"], version["f1"]) == ("champion", "remembers", "0.9")
    assert main(["models", "pull", "--experiment", "with memory", "--registry", str(elsewhere.path)]) == 0
    assert capsys.readouterr().err == f"{elsewhere.path}/champion is that bundle already\n"
    assert pull(registry, uri=mlflow_uri, name="with memory", by="Nils") is None
    assert pull(elsewhere, uri=mlflow_uri, name="with memory", by="Nils") is None


def test_a_server_that_is_down_undoes_nothing(
    closed_port: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", closed_port)
    monkeypatch.chdir(tmp_path)
    evaluation = tmp_path / "evaluation.json"
    evaluation.write_text(json.dumps(FIGURES), encoding="utf-8")
    assert main(["models", "promote", str(variant(tmp_path / "base")), "--evaluation", str(evaluation)]) == 0
    assert Bundle.load("models/champion").name == "base"
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith(f"MLflow was not told: {closed_port}: ")
    assert told.endswith("; fakta models sync does it later")
    assert main(["models", "sync"]) == 2
    monkeypatch.setenv("FAKTA_TRACKING", "none")
    assert main(["models", "sync"]) == 2
    assert "its bundles are tracked nowhere" in capsys.readouterr().err
