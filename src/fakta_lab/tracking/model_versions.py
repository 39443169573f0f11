"""Versions of a model in MLflow's model registry, each found by the digest of the bundle that it is, with aliases.

The files of a version are artefacts of the run that the bundle came from, where MLflow has that, else of a run that is
made for them. Like all that is sent, they hold nothing of what was learned of single suppliers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fakta.bundle import MANIFEST, Bundle
from fakta_lab.tracking.config import public_uri
from fakta_lab.tracking.errors import TrackingError
from fakta_lab.tracking.later import MODEL_FILES
from fakta_lab.tracking.mlflow_run import MlflowRun, as_tracking_errors, connect

DIGEST_TAG = "fakta.digest"
# Of what was sent, where that is not all of the bundle.
SENT_TAG = "fakta.sent_digest"
DEFAULT_NAME = "fakta"
_FOLDER = "registry"


@dataclass(frozen=True, slots=True)
class Version:
    """One version.

    Attributes:
        number: MLflow's, counted from 1.
        aliases: that lead to it.
        tags: what was said of it.
        run_id: MLflow's id of the run whose artefacts it is.
        source: URI of the artefacts' folder.
    """

    number: str
    aliases: tuple[str, ...]
    tags: Mapping[str, str]
    run_id: str
    source: str

    @property
    def digests(self) -> set[str]:
        """Of the bundle that it was made of, and of what was sent of that."""
        return {self.tags[tag] for tag in (DIGEST_TAG, SENT_TAG) if tag in self.tags}


class ModelVersions:
    """The versions of one model. Every method raises `TrackingError` where the server or database cannot be used.

    Args:
        uri: of a server or database, to connect to.
        name: of the model: the experiment that its runs are compared in.
    """

    def __init__(self, uri: str, *, name: str = DEFAULT_NAME) -> None:
        self.uri = public_uri(uri)
        self.name = name
        self._connect_to = uri
        with as_tracking_errors(uri):
            self._client = connect(uri)

    def all(self) -> list[Version]:
        """Every version, the newest first; none where there is no such model."""
        with as_tracking_errors(self.uri):
            found = self._client.search_model_versions(f"name = '{self.name}'")
            # A search does not tell aliases; the model itself does.
            aliases = self._aliases() if found else {}
            versions = [
                Version(
                    str(each.version),
                    tuple(sorted(alias for alias, number in aliases.items() if number == str(each.version))),
                    dict(each.tags),
                    each.run_id,
                    each.source,
                )
                for each in found
            ]
        return sorted(versions, key=lambda version: -int(version.number))

    def add(self, bundle: Bundle, *, folder: str, tags: Mapping[str, str]) -> Version:
        """Makes a version of a bundle and sends its files.

        Args:
            bundle: whose files are sent, but for those that say what documents print.
            folder: what the files' folder is called.
            tags: with `DIGEST_TAG`, which it is found by.
        """
        run = self._run_for(bundle, digest=tags[DIGEST_TAG], name=folder)
        place = f"{_FOLDER}/{folder}"
        with TemporaryDirectory() as copy:
            for path in _sent(bundle, Path(copy)):
                run.log_file(path, folder=place)
        with as_tracking_errors(self.uri):
            if not self._client.search_registered_models(f"name = '{self.name}'"):
                self._client.create_registered_model(self.name)
            made = self._client.create_model_version(
                self.name,
                source=f"runs:/{run.mlflow_id}/{place}",
                run_id=run.mlflow_id,
                tags=dict(tags),
            )
        return Version(str(made.version), (), dict(tags), run.mlflow_id, made.source)

    def point(self, alias: str, version: Version) -> None:
        """Moves an alias to a version."""
        with as_tracking_errors(self.uri):
            self._client.set_registered_model_alias(self.name, alias, version.number)

    def download(self, version: Version, folder: Path) -> Path:
        """Fetches the files of a version into a folder; returns the bundle's folder there."""
        place = version.source.partition(f"runs:/{version.run_id}/")[2]
        if not place:
            raise TrackingError(f"{self.uri}: version {version.number} of {self.name} was not made by fakta")
        with as_tracking_errors(self.uri):
            return Path(self._client.download_artifacts(version.run_id, place, str(folder)))

    def _aliases(self) -> dict[str, str]:
        model = self._client.get_registered_model(self.name)
        return {alias: str(number) for alias, number in model.aliases.items()}

    def _run_for(self, bundle: Bundle, *, digest: str, name: str) -> MlflowRun:
        """The run that a bundle came from, else one of its own."""
        origin = bundle.manifest["lineage"].get("tracking") or {}
        if "run_id" in origin:
            found = MlflowRun.find(self._connect_to, experiment=origin["experiment"], run_id=origin["run_id"])
            if found is not None:
                return found
        made = MlflowRun.open(
            self._connect_to, experiment=self.name, run_id=digest[:32], name=name, started=time.time()
        )
        made.set_status("FINISHED")
        return made


def sent_manifest(bundle: Bundle) -> dict[str, Any]:
    """The manifest of a bundle as it is sent: it names the files that may be."""
    files: Mapping[str, str] = bundle.manifest["files"]
    return {**bundle.manifest, "files": {name: files[name] for name in files if name.endswith(MODEL_FILES)}}


def _sent(bundle: Bundle, folder: Path) -> Iterator[Path]:
    """Writes what may be sent of a bundle into a folder, as a bundle of its own."""
    manifest = sent_manifest(bundle)
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    yield folder / MANIFEST
    for name in manifest["files"]:
        (folder / name).write_bytes(bundle.read(name))
        yield folder / name
