"""Whether and where runs are tracked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, Field

from fakta_lab.config import ConfigModel

URI_VARIABLE = "MLFLOW_TRACKING_URI"
SWITCH_VARIABLE = "FAKTA_TRACKING"
DATABASE = "mlflow.db"


def _without_password(uri: str) -> str:
    if urlsplit(uri).password:
        raise ValueError(
            "holds a password, which would be written into the run and its bundle; set MLFLOW_TRACKING_USERNAME and "
            f"MLFLOW_TRACKING_PASSWORD, or give the whole URI in {URI_VARIABLE}"
        )
    return uri


class TrackingConfig(ConfigModel):
    """Where a run's figures are kept beside its own folder.

    The environment is stronger: `MLFLOW_TRACKING_URI` takes the place of `uri`, and `FAKTA_TRACKING=none` turns
    tracking off.

    Attributes:
        backend: "mlflow", or "none".
        uri: of an MLflow server (`https://…`) or of a database (`sqlite:///…`, `postgresql://…`); by default the SQLite
            file `mlflow.db` beside the run folder.
        experiment: name under which runs are compared.
    """

    backend: Literal["mlflow", "none"] = "mlflow"
    uri: Annotated[str, AfterValidator(_without_password)] | None = None
    experiment: Annotated[str, Field(min_length=1, max_length=200)] = "fakta"

    def uri_for(self, run_dir: Path) -> str | None:
        """Where a run in this folder is tracked, without a password; None where it is not."""
        if self.backend == "none" or switched_off():
            return None
        return public_uri(os.environ.get(URI_VARIABLE) or self.uri or database_beside(run_dir))


def switched_off() -> bool:
    """Whether the environment turns tracking off."""
    return os.environ.get(SWITCH_VARIABLE, "").lower() in {"none", "off", "0"}


def effective_uri(uri: str) -> str:
    """The URI to connect to: the environment's, password included, else the one that was written down."""
    return os.environ.get(URI_VARIABLE) or uri


def public_uri(uri: str) -> str:
    """A URI without what identifies a person to the server.

    >>> public_uri("https://maja:secret@mlflow.example:5000/team")
    'https://mlflow.example:5000/team'
    >>> public_uri("sqlite:///runs/mlflow.db")
    'sqlite:///runs/mlflow.db'
    """
    parts = urlsplit(uri)
    if "@" not in parts.netloc:
        return uri
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def database_file(uri: str) -> Path | None:
    """The file behind a SQLite URI; None for other databases and servers.

    >>> database_file("sqlite:///runs/mlflow.db").as_posix(), database_file("https://mlflow.example")
    ('runs/mlflow.db', None)
    """
    scheme, slashes, path = uri.partition(":///")
    return Path(path) if slashes and scheme.startswith("sqlite") else None


def database_beside(run_dir: Path) -> str:
    """The SQLite file in the folder that a run folder lies in.

    A path below the working directory is written relative to it, so that it says nothing about the machine.
    """
    folder = run_dir.parent
    if folder.is_absolute() and folder.is_relative_to(Path.cwd()):
        folder = folder.relative_to(Path.cwd())
    return f"sqlite:///{(folder / DATABASE).as_posix()}"
