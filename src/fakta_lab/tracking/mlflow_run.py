"""One run in MLflow, found or made by fakta's own id for it. With `model_versions`, all that knows mlflow."""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from fakta_lab.tracking.config import database_file, public_uri
from fakta_lab.tracking.errors import TrackingError
from fakta_lab.tracking.figures import Figure

Status = Literal["RUNNING", "FINISHED", "FAILED", "KILLED"]

ID_TAG = "fakta.run_id"
ARTIFACTS = "mlartifacts"

# MLflow refuses more in one request.
_TAGS_A_REQUEST = 100
_METRICS_A_REQUEST = 1000

_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "1",
    # Files that are fetched are small, and stderr is for notices.
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    # A server that does not answer is tried again later, not waited for, as mlflow would: two minutes, seven times.
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
}


class MlflowRun:
    """A run in MLflow. Every method raises `TrackingError` where the server or database cannot be used.

    Attributes:
        uri: where it is, without a password.
    """

    def __init__(self, client: Any, *, uri: str, mlflow_id: str) -> None:
        self._client = client
        self.uri = public_uri(uri)
        self.mlflow_id = mlflow_id

    @classmethod
    def find(cls, uri: str, *, experiment: str, run_id: str) -> MlflowRun | None:
        """The run with fakta's id, or None where MLflow has none."""
        with as_tracking_errors(uri):
            client = connect(uri)
            known = client.get_experiment_by_name(experiment)
            return cls._find(client, known.experiment_id, uri=uri, run_id=run_id) if known else None

    @classmethod
    def open(cls, uri: str, *, experiment: str, run_id: str, name: str, started: float) -> MlflowRun:
        """The run with fakta's id, made where there is none.

        Args:
            uri: of a server or database, to connect to.
            run_id: fakta's id.
            name: for people.
            started: seconds since 1970.
        """
        with as_tracking_errors(uri):
            client = connect(uri)
            experiment_id = _experiment(client, experiment, uri=uri)
            found = cls._find(client, experiment_id, uri=uri, run_id=run_id)
            if found is not None:
                return found
            tags = {ID_TAG: run_id, "mlflow.source.name": "fakta train"}
            made = client.create_run(experiment_id, start_time=round(started * 1000), tags=tags, run_name=name)
            return cls(client, uri=uri, mlflow_id=made.info.run_id)

    @classmethod
    def _find(cls, client: Any, experiment_id: str, *, uri: str, run_id: str) -> MlflowRun | None:
        found = client.search_runs([experiment_id], f"tags.`{ID_TAG}` = '{run_id}'", max_results=1)
        return cls(client, uri=uri, mlflow_id=found[0].info.run_id) if found else None

    def log_params(self, params: Mapping[str, str]) -> None:
        """Adds parameters; one that MLflow has already keeps its value, for MLflow lets none change."""
        from mlflow.entities import Param

        with as_tracking_errors(self.uri):
            known = self._client.get_run(self.mlflow_id).data.params
            new = (Param(name, value) for name, value in params.items() if name not in known)
            for batch in _batches(new, _TAGS_A_REQUEST):
                self._client.log_batch(self.mlflow_id, params=batch)

    def log_tags(self, tags: Mapping[str, str]) -> None:
        """Sets tags."""
        from mlflow.entities import RunTag

        with as_tracking_errors(self.uri):
            for batch in _batches((RunTag(name, value) for name, value in tags.items()), _TAGS_A_REQUEST):
                self._client.log_batch(self.mlflow_id, tags=batch)

    def log_figures(self, figures: Iterable[Figure], *, started: float) -> None:
        """Adds figures of training, each at the time it was measured."""
        from mlflow.entities import Metric

        with as_tracking_errors(self.uri):
            metrics = (Metric(f.name, f.value, round((started + 60 * f.minutes) * 1000), f.step) for f in figures)
            for batch in _batches(metrics, _METRICS_A_REQUEST):
                self._client.log_batch(self.mlflow_id, metrics=batch)

    def log_results(self, results: Mapping[str, float]) -> None:
        """Adds figures that belong to the run as a whole, measured now."""
        self.log_figures([Figure(name, value, step=0) for name, value in results.items()], started=time.time())

    def log_dataset(self, *, name: str, sha256: str, documents: int) -> None:
        """Names a dataset that the run learned from.

        Args:
            name: of its folder.
            sha256: over its rows. MLflow keeps 36 digits of it; the whole stands in the run's tags.
            documents: trained on.
        """
        from mlflow.entities import Dataset, DatasetInput, InputTag

        source, profile = json.dumps({"sha256": sha256}), json.dumps({"documents": documents})
        dataset = Dataset(name, sha256[:36], source_type="fakta", source=source, profile=profile)
        with as_tracking_errors(self.uri):
            tags = [InputTag("mlflow.data.context", "training")]
            self._client.log_inputs(self.mlflow_id, datasets=[DatasetInput(dataset, tags)])

    def log_file(self, path: Path, *, folder: str | None = None) -> None:
        """Adds a file as an artefact."""
        with as_tracking_errors(self.uri):
            self._client.log_artifact(self.mlflow_id, str(path), folder)

    def set_status(self, status: Status) -> None:
        """Says how the run is doing."""
        with as_tracking_errors(self.uri):
            if status == "RUNNING":
                self._client.update_run(self.mlflow_id, status)
            else:
                self._client.set_terminated(self.mlflow_id, status)


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


@contextmanager
def as_tracking_errors(uri: str) -> Iterator[None]:
    """Turns what MLflow and the libraries below it raise into one line."""
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        line = re.sub(r"//[^/@\s]*@", "//", said[0])  # MLflow tells whole addresses, passwords included
        raise TrackingError(f"{public_uri(uri)}: {line[:200]}") from error


def connect(uri: str) -> Any:
    """MLflow's own client of a server or database, without telemetry and long waits."""
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    from mlflow.tracking import MlflowClient

    # They tell of every table that is made in a new database.
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    database = database_file(uri)
    if database is not None:
        database.parent.mkdir(parents=True, exist_ok=True)
    return MlflowClient(uri)


def _experiment(client: Any, name: str, *, uri: str) -> str:
    """The id of an experiment; one that is made here in a SQLite file has its artefacts beside that file."""
    from mlflow.exceptions import MlflowException

    database = database_file(uri)
    location = (database.parent.resolve() / ARTIFACTS).as_uri() if database is not None else None
    known = client.get_experiment_by_name(name)
    if known is None:
        try:
            return str(client.create_experiment(name, artifact_location=location))
        except MlflowException:  # another run made it in this moment
            known = client.get_experiment_by_name(name)
            if known is None:
                raise
    return str(known.experiment_id)
