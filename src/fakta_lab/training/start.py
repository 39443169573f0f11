"""Where weights begin: from scratch, the shipped model, a folder (run, bundle, Hugging Face model), or the hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakta.bundle import MANIFEST, Bundle
from fakta.errors import ConfigError
from fakta_lab.formats.retraining import artifact_at
from fakta_lab.training.run import RUN_FILE, RunInfo

if TYPE_CHECKING:
    from fakta_lab.training.config import TrainConfig

# What the weights of a model that never saw anybody else's weights are under.
OWN_LICENSE = "Apache-2.0"

WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Origin:
    """The ancestry of a model.

    Attributes:
        start: name of what it starts from, or "scratch".
        license: SPDX identifier of the licence of its weights.
        labels: what its outputs mean, in order; empty where that is not known.
        datasets: sha256 of every dataset that it and its ancestors learned from.
        scorer: what evidence is worth with it, see `fakta.resolve.scorer`; empty where it was not fitted.
    """

    start: str
    license: str
    labels: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    scorer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lineage(self) -> dict[str, Any]:
        """As `run.json` states it."""
        stated = {} if self.start == "scratch" else {"license": self.license}
        return {"start": self.start, **stated, "datasets": list(self.datasets)}


SCRATCH = Origin("scratch", OWN_LICENSE)


def locate(config: TrainConfig) -> str:
    """The folder of the start, or the name of a hub model that may be fetched.

    Raises:
        ConfigError: there is neither.
    """
    where = locate_start(config.start)
    if not Path(where).is_dir() and not config.allow_download:
        raise ConfigError(
            f"start = {config.start}: no such folder; if it is a model on the Hugging Face hub, "
            "set allow_download = true"
        )
    return where


def locate_start(start: str) -> str:
    """The folder of the shipped model where that is meant, else what was given.

    Raises:
        ConfigError: this installation ships no model.
    """
    if start != "shipped":
        return start
    shipped = Path(str(resources.files("fakta"))) / "models" / "base"
    if not shipped.is_dir():
        raise ConfigError("start = shipped: this installation of fakta ships no model; use start = scratch")
    return str(shipped)


def origin_of(config: TrainConfig, where: str) -> Origin:
    """The ancestry of what `locate` has found.

    Raises:
        ConfigError: its licence is not known, it holds no weights to train further or only an adapter, or documents it
            learned from were erased.
    """
    folder = Path(where)
    artifact = artifact_at(folder)
    if artifact and artifact.erased:
        raise ConfigError(
            f"start = {config.start}: it learned from {artifact.erased} documents that were erased since; start from "
            "another model"
        )
    if (folder / MANIFEST).is_file():
        bundle = Bundle.load(folder)
        if WEIGHTS not in bundle.manifest["files"]:
            raise ConfigError(f"start = {config.start}: the bundle holds no {WEIGHTS}, so it cannot be trained further")
        datasets = tuple(bundle.manifest["lineage"].get("datasets") or ())
        return Origin(bundle.name, bundle.license, bundle.labels, datasets, bundle.manifest.get("scorer", {}))
    if (folder / RUN_FILE).is_file():
        info = RunInfo.load(folder)
        if info.adapter:
            raise ConfigError(
                f"start = {config.start}: is an adapter; make a whole model of it first: fakta adapters merge "
                f"{config.start} --out DIR"
            )
        datasets = tuple(info.lineage.get("datasets") or ())
        return Origin(folder.name, info.license, info.labels, datasets, info.scorer)
    if config.base_license:
        return Origin(config.start, config.base_license)
    raise ConfigError(
        f"start = {config.start}: the licence of its weights is not known; give base_license as an SPDX "
        "identifier (CC-BY-NC-SA-4.0 for microsoft/layoutlmv3-base)"
    )


def existing_tokenizer(config: TrainConfig, where: str) -> str:
    """Text of the tokenizer that belongs to what `locate` has found.

    Raises:
        ConfigError: there is none that can be used.
    """
    from transformers import AutoTokenizer

    file = Path(where) / "tokenizer.json"
    if file.is_file():
        return file.read_text(encoding="utf-8")
    try:
        return str(AutoTokenizer.from_pretrained(where).backend_tokenizer.to_str())
    except (OSError, ValueError, AttributeError) as error:
        raise ConfigError(f"start = {config.start}: has no usable tokenizer ({first_line(error)})") from None


def first_line(error: Exception) -> str:
    """Of what a library says went wrong; the rest is for its authors."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
