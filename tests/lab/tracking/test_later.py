"""Exports, evaluations and tunings, added to the run that their bundle came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.fakta.tiny_model import MODEL, SCHEMA, TOKENIZER_JSON, graph
from tests.lab.tracking.kept import artifacts, everything_kept, only_run
from tests.lab.tracking.run_folder import finish, write_run

from fakta_lab.export import write_bundle
from fakta_lab.tracking import RunRecord, TrackingError, track_evaluation, track_export, track_tuning
from fakta_lab.tracking.mirror import Mirror

pytestmark = pytest.mark.usefixtures("tracked")

SECRET = "Hemliga Bolaget AB"
EVALUATION: dict[str, Any] = {
    "benchmark": "held-out",
    "documents": 4,
    "micro": {"precision": 0.9, "recall": 0.8, "f1": 0.85},
    "fields": {
        "total": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 4},
        "number": {"precision": 0.8, "recall": 0.6, "f1": 0.7, "support": 4},
        "iban": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 0},
    },
    "layouts": {SECRET: {"f1": 0.7}, "other": {"f1": 0.9}},
    "line_items": {"f1": 0.5, "rows": {"f1": 0.4}, "columns": {}},
    "accepted": {"share": 0.6, "precision": None, "accepted": 0},
    "failures": [{"document": f"{SECRET}.pdf", "reason": SECRET}],
    "errors": [{"document": f"{SECRET}.pdf", "field": "total", "truth": SECRET, "predicted": SECRET}],
}
TUNING: dict[str, Any] = {
    "bundle": "tiny",
    "documents": 300,
    "suppliers": 30,
    "target_precision": 0.99,
    "confidence": 0.95,
    "accepted": {"examples": 400, "accepted_share": 0.6, "seen_precision": 0.995},
    "thresholds": {
        "total": {
            "unknown": {
                "examples": 300,
                "threshold": 0.9,
                "lower_bound": 0.991,
                "accepted_share": 0.8,
                "seen_precision": 1,
            },
            "known": {"examples": 0, "threshold": None},
            "tenants": {SECRET: {"unknown": {"examples": 300, "threshold": 0.8}}},
        },
        "number": {
            "absent": {
                "examples": 100,
                "threshold": None,
                "lower_bound": None,
                "accepted_share": 0,
                "seen_precision": None,
            },
        },
    },
    "document_thresholds": {},
    "comparison": {"scores": {"verifier": {"measures": {"auroc": {"value": 0.97}, "aurc": {"value": None}}}}},
    "curve": [{"confidence": 0.9, "share": 0.5, "precision": 1.0}, {"confidence": 0.1, "share": 1, "precision": 0.8}],
    "reliability": [{"confidence": 0.9, "right": 1.0, "values": 5}],
    "failures": {f"{SECRET}.pdf": SECRET},
}


def bundle_of(run_dir: Path | None, folder: Path, **lineage: Any) -> Path:
    """A bundle that says it came from a run, with a file that says what documents print."""
    origin = {"tracking": RunRecord.load(run_dir).lineage, **lineage} if run_dir else lineage
    files = {"model.onnx": graph(), "tokenizer.json": TOKENIZER_JSON.encode(), "memory.json": SECRET.encode()}
    return write_bundle(
        folder, name="ours", schema=SCHEMA, model=MODEL, files=files, license="Apache-2.0", lineage=origin
    )


def test_a_bundle_adds_to_its_run(
    mlflow_uri: str, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The lineage does not name a database under an absolute path; the environment does.
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_uri)
    run_dir = write_run(tmp_path / "a", uri=mlflow_uri, experiment="later")
    finish(run_dir)
    Mirror(run_dir).send("FINISHED")
    bundle = bundle_of(run_dir, tmp_path / "ours", export={"max_logit_difference": 1e-5})
    assert track_export(bundle) == mlflow_uri
    assert track_evaluation(bundle, EVALUATION) == mlflow_uri
    assert track_tuning(bundle, TUNING) == mlflow_uri
    run = only_run(client, "later")
    assert run.info.status == "FINISHED"
    expected = {
        "export/max_logit_difference": 1e-5,
        "evaluate/held-out/f1": 0.85,
        "evaluate/held-out/f1/number": 0.7,
        "evaluate/held-out/worst_layout_f1": 0.7,
        "evaluate/held-out/line_items/rows_f1": 0.4,
        "evaluate/held-out/accepted_share": 0.6,
        "evaluate/held-out/unread_documents": 1,
        "tune/accepted_share": 0.6,
        "tune/threshold/total": 0.9,
        "tune/verifier/auroc": 0.97,
    }
    assert {name: run.data.metrics.get(name) for name in expected} == expected
    assert "evaluate/held-out/f1/iban" not in run.data.metrics
    assert run.data.tags["bundle"] == "ours"
    names = artifacts(client, run.info.run_id)
    assert {name for name in names if name.startswith("bundle/")} == {
        "bundle/ours/manifest.json", "bundle/ours/model.onnx", "bundle/ours/tokenizer.json",
    }  # fmt: skip
    assert {"plots/evaluate/held-out/fields.png", "plots/tune/acceptance.png", "plots/tune/reliability.png"} <= names
    assert SECRET.encode() not in everything_kept(mlflow_uri)


def test_a_bundle_from_elsewhere_is_not_tracked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert track_evaluation(bundle_of(None, tmp_path / "none"), EVALUATION) is None
    run_dir = write_run(tmp_path / "a", uri="sqlite:///runs/mlflow.db")
    assert track_evaluation(bundle_of(run_dir, tmp_path / "moved"), EVALUATION) is None
    assert not (tmp_path / "runs").exists()


def test_a_run_that_was_never_sent_is_named(mlflow_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_uri)
    bundle = bundle_of(write_run(tmp_path / "a", uri=mlflow_uri, experiment="unsent"), tmp_path / "ours")
    with pytest.raises(TrackingError, match="the run of ours is not there; send it with fakta runs publish RUN"):
        track_export(bundle)


def test_the_environment_turns_it_off(mlflow_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = bundle_of(write_run(tmp_path / "a", uri=mlflow_uri, experiment="unsent"), tmp_path / "ours")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_uri)
    monkeypatch.setenv("FAKTA_TRACKING", "none")
    assert track_export(bundle) is None
