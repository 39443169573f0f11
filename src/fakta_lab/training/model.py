"""The model that a run begins with: from scratch, the shipped one, a folder, or one from the Hugging Face hub."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, LayoutLMv3Config, LayoutLMv3ForTokenClassification

from fakta.bundle import MANIFEST, Bundle
from fakta.errors import ConfigError
from fakta_lab.formats.retraining import artifact_at
from fakta_lab.training.config import ModelConfig, TrainConfig
from fakta_lab.training.relative import set_relative_positions
from fakta_lab.training.run import RUN_FILE, RunInfo
from fakta_lab.training.tokenizer import SPECIAL_TOKENS, train_tokenizer

# What the weights of a model that never saw anybody else's weights are under.
OWN_LICENSE = "Apache-2.0"

WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class Start:
    """A model, its tokenizer, the licence of its weights, where it comes from, and the scorer fitted with it."""

    model: LayoutLMv3ForTokenClassification
    tokenizer_json: str
    license: str
    origin: dict[str, Any]
    scorer: Mapping[str, Any] = field(default_factory=dict)


# Standard deviation of fresh weights, times the square root of the width. transformers' fixed 0.02 suits widths of 768
# and more. At 192 it leaves the layers so quiet that training stays at the frequencies of the labels: after 100 batches
# the loss is 1.94 with 0.02 and 1.02 with 0.06 (docs/experiments.md), which is this constant's value there.
WEIGHT_SCALE = 0.06 * math.sqrt(192)


def scratch_tokenizer(words: Callable[[], Iterable[str]], *, config: TrainConfig, existing: Path) -> str:
    """The tokenizer in `existing` where a resumed run has left one, else one learned from `words()`."""
    if existing.exists():
        return existing.read_text(encoding="utf-8")
    return train_tokenizer(words(), vocabulary=config.tokenizer.vocabulary)


def start_from_scratch(config: TrainConfig, labels: Sequence[str], *, tokenizer_json: str) -> Start:
    """A fresh model around a tokenizer."""
    size = len(json.loads(tokenizer_json)["model"]["vocab"])
    model = fresh_model(config.model, vocabulary=size, window=config.window, labels=labels, dropout=config.dropout)
    return Start(model, tokenizer_json, OWN_LICENSE, {"start": "scratch"})


def fresh_model(
    size: ModelConfig, *, vocabulary: int, window: int, labels: Sequence[str], dropout: float = 0.0
) -> LayoutLMv3ForTokenClassification:
    """A LayoutLMv3 without image input, random but for its relative-position tables."""
    coordinate, shape = _box_sizes(size.hidden)
    model = LayoutLMv3ForTokenClassification(
        LayoutLMv3Config(
            vocab_size=vocabulary,
            hidden_size=size.hidden,
            num_hidden_layers=size.layers,
            num_attention_heads=size.heads,
            intermediate_size=size.intermediate,
            hidden_dropout_prob=dropout,
            initializer_range=WEIGHT_SCALE / math.sqrt(size.hidden),
            attention_probs_dropout_prob=0.0,  # the fused kernel has none
            max_position_embeddings=window + 2,  # position numbers begin behind <pad>, which is 1
            coordinate_size=coordinate,
            shape_size=shape,
            max_rel_2d_pos=size.max_distance,
            visual_embed=False,
            bos_token_id=SPECIAL_TOKENS.index("<s>"),
            pad_token_id=SPECIAL_TOKENS.index("<pad>"),
            eos_token_id=SPECIAL_TOKENS.index("</s>"),
            **_label_config(labels),
        )
    )
    set_relative_positions(model)
    return model


def start_from_existing(config: TrainConfig, labels: Sequence[str]) -> Start:
    """A model that exists: shipped, in a folder, or on the hub.

    Raises:
        ConfigError: there is none, its licence is not known, it is too small for the window, or documents it learned
            from were erased.
    """
    where = _locate(config)
    folder = Path(where)
    artifact = artifact_at(folder)
    if artifact and artifact.erased:
        raise ConfigError(
            f"start = {config.start}: it learned from {artifact.erased} documents that were erased since; start from "
            "another model"
        )
    scorer: Mapping[str, Any] = {}
    lineage: Mapping[str, Any] = {}
    if (folder / MANIFEST).is_file():
        bundle = Bundle.load(folder)
        if WEIGHTS not in bundle.manifest["files"]:
            raise ConfigError(f"start = {config.start}: the bundle holds no {WEIGHTS}, so it cannot be trained further")
        known, license, name = bundle.labels, bundle.license, bundle.name
        scorer, lineage = bundle.manifest.get("scorer", {}), bundle.manifest["lineage"]
    elif (folder / RUN_FILE).is_file():
        info = RunInfo.load(folder)
        known, license, name = info.labels, info.license, folder.name
        scorer, lineage = info.scorer, info.lineage
    elif config.base_license:
        known, license, name = (), config.base_license, config.start
    else:
        raise ConfigError(
            f"start = {config.start}: the licence of its weights is not known; give base_license as an SPDX "
            "identifier (CC-BY-NC-SA-4.0 for microsoft/layoutlmv3-base)"
        )
    model = _load(where, config)
    _check_window(model, config)
    if tuple(known) != tuple(labels):
        model = with_labels(model, labels, known=known)
    # What the start has learned from, its descendants have learned from too.
    origin = {"start": name, "license": license, "datasets": list(lineage.get("datasets") or ())}
    return Start(model, _tokenizer_of(where, config), license, origin, scorer)


def with_labels(
    model: LayoutLMv3ForTokenClassification, labels: Sequence[str], *, known: Sequence[str]
) -> LayoutLMv3ForTokenClassification:
    """The model with a head for other labels; what it knew about labels of the same name is kept."""
    config = LayoutLMv3Config.from_dict({**model.config.to_dict(), **_label_config(labels)})
    changed = LayoutLMv3ForTokenClassification(config)
    old, new = model.state_dict(), changed.state_dict()
    for name, values in new.items():
        if name in old and old[name].shape == values.shape and not _is_output(name):
            values.copy_(old[name])
        elif name in old and _is_output(name):
            for i, label in enumerate(labels):
                if label in known:
                    values[i] = old[name][known.index(label)]
    changed.load_state_dict(new)
    return changed


def _is_output(name: str) -> bool:
    return name.startswith(("classifier.out_proj.", "classifier.weight", "classifier.bias"))


def _label_config(labels: Sequence[str]) -> dict[str, Any]:
    return {
        "num_labels": len(labels),
        "id2label": dict(enumerate(labels)),
        "label2id": {label: i for i, label in enumerate(labels)},
    }


def _box_sizes(hidden: int) -> tuple[int, int]:
    """`coordinate_size` and `shape_size`, as equal as `4 coordinate + 2 shape = hidden` allows."""
    coordinate = hidden // 6
    coordinate -= (hidden - 4 * coordinate) % 2
    return coordinate, (hidden - 4 * coordinate) // 2


def _locate(config: TrainConfig) -> str:
    """A folder, or the name of a hub model that may be fetched."""
    if config.start == "shipped":
        shipped = Path(str(resources.files("fakta"))) / "models" / "base"
        if not shipped.is_dir():
            raise ConfigError("start = shipped: this installation of fakta ships no model; use start = scratch")
        return str(shipped)
    if Path(config.start).is_dir():
        return config.start
    if not config.allow_download:
        raise ConfigError(
            f"start = {config.start}: no such folder; if it is a model on the Hugging Face hub, "
            "set allow_download = true"
        )
    return config.start


def _load(where: str, config: TrainConfig) -> LayoutLMv3ForTokenClassification:
    try:
        model = LayoutLMv3ForTokenClassification.from_pretrained(
            where,
            dtype=torch.float32,
            use_safetensors=True,
            visual_embed=False,
            hidden_dropout_prob=config.dropout,
            attention_probs_dropout_prob=0.0,
        )
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ConfigError(f"start = {config.start}: cannot be loaded as LayoutLMv3 ({reason})") from None
    assert isinstance(model, LayoutLMv3ForTokenClassification)
    return model


def _check_window(model: LayoutLMv3ForTokenClassification, config: TrainConfig) -> None:
    largest = model.config.max_position_embeddings - 2
    if config.window > largest:
        raise ConfigError(f"window = {config.window}: {config.start} reads at most {largest} tokens")


def _tokenizer_of(where: str, config: TrainConfig) -> str:
    file = Path(where) / "tokenizer.json"
    if file.is_file():
        return file.read_text(encoding="utf-8")
    try:
        return str(AutoTokenizer.from_pretrained(where).backend_tokenizer.to_str())
    except (OSError, ValueError, AttributeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ConfigError(f"start = {config.start}: has no usable tokenizer ({reason})") from None
