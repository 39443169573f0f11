"""Fixtures for tracking: one MLflow database for all tests, since making one takes seconds."""

from __future__ import annotations

import socket
from typing import Any

import pytest


@pytest.fixture(scope="session")
def mlflow_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A SQLite database with MLflow's tables; tests keep apart by their experiments' names."""
    pytest.importorskip("mlflow", reason="needs the lab extra")
    from fakta_lab.tracking.mlflow_run import MlflowRun

    uri = f"sqlite:///{(tmp_path_factory.mktemp('mlflow') / 'mlflow.db').as_posix()}"
    assert MlflowRun.find(uri, experiment="none", run_id="none") is None
    return uri


@pytest.fixture
def client(mlflow_uri: str) -> Any:
    """MLflow's own client of that database."""
    from mlflow.tracking import MlflowClient

    return MlflowClient(mlflow_uri)


@pytest.fixture
def tracked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are tracked, as they are outside of tests."""
    monkeypatch.delenv("FAKTA_TRACKING")


@pytest.fixture
def closed_port() -> str:
    """URI of a server that does not answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
