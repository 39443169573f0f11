"""The model that labels words: fresh, or one that exists with a head for the labels of this run."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import torch
from transformers import LayoutLMv3Config, LayoutLMv3ForTokenClassification

from fakta.errors import ConfigError
from fakta_lab.training.config import ModelConfig, TrainConfig
from fakta_lab.training.layoutlmv3.relative import set_relative_positions
from fakta_lab.training.layoutlmv3.tokenizer import SPECIAL_TOKENS
from fakta_lab.training.layoutlmv3.visual import begin_to_look
from fakta_lab.training.start import first_line

# Standard deviation of fresh weights, times the square root of the width. transformers' fixed 0.02 suits widths of 768
# and more. At 192 it leaves the layers so quiet that training stays at the frequencies of the labels: after 100 batches
# the loss is 1.94 with 0.02 and 1.02 with 0.06 (docs/experiments.md), which is this constant's value there.
WEIGHT_SCALE = 0.06 * math.sqrt(192)


def fresh_model(
    size: ModelConfig,
    *,
    vocabulary: int,
    window: int,
    labels: Sequence[str],
    dropout: float = 0.0,
    images: bool = False,
) -> LayoutLMv3ForTokenClassification:
    """A LayoutLMv3, random but for its relative-position tables and the places of its patches.

    Args:
        vocabulary: number of tokens.
        images: with patches of the page's picture behind the words.
    """
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
            visual_embed=images,
            input_size=size.image_size,
            bos_token_id=SPECIAL_TOKENS.index("<s>"),
            pad_token_id=SPECIAL_TOKENS.index("<pad>"),
            eos_token_id=SPECIAL_TOKENS.index("</s>"),
            **_label_config(labels),
        )
    )
    set_relative_positions(model)
    if images:
        begin_to_look(model)
    return model


def existing_model(
    config: TrainConfig, where: str, *, labels: Sequence[str], known: Sequence[str]
) -> LayoutLMv3ForTokenClassification:
    """A model in a folder or on the hub, with a head for `labels`.

    Args:
        where: as `fakta_lab.training.start.locate` found it.
        known: the labels of the head that it has; empty where that is not known.

    Raises:
        ConfigError: it cannot be loaded, is too small for the window, or looks at pages and the run has no images.
    """
    model, looked = _load(where, config)
    if config.images and not looked:
        if config.adapter:
            raise ConfigError(
                f"images = true: {config.start} never looked at pages, and an adapter is too small to teach it; train "
                "all of it first"
            )
        begin_to_look(model)
    if looked and known and not config.images:
        # Its words were trained with patches behind them; without, they are off.
        raise ConfigError(f"start = {config.start}: it looks at page images; set images = true")
    _check_window(model, config)
    return model if tuple(known) == tuple(labels) else with_labels(model, labels, known=known)


def saved_model(where: str, *, labels: Sequence[str], images: bool) -> LayoutLMv3ForTokenClassification:
    """A model as it was saved, in float32, with a head for `labels`; it looks at pages if `images` says so."""
    model = LayoutLMv3ForTokenClassification.from_pretrained(
        where, dtype=torch.float32, use_safetensors=True, visual_embed=images
    )
    assert isinstance(model, LayoutLMv3ForTokenClassification)
    known = tuple(model.config.id2label[i] for i in range(model.config.num_labels))
    return model if known == tuple(labels) else with_labels(model, labels, known=known)


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


def vocabulary_size(tokenizer_json: str) -> int:
    """Number of tokens of a tokenizer."""
    return len(json.loads(tokenizer_json)["model"]["vocab"])


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


def _load(where: str, config: TrainConfig) -> tuple[LayoutLMv3ForTokenClassification, bool]:
    """The model, and whether it was trained with page images."""
    try:
        looked = bool(LayoutLMv3Config.from_pretrained(where).visual_embed)
        model = LayoutLMv3ForTokenClassification.from_pretrained(
            where,
            dtype=torch.float32,
            use_safetensors=True,
            visual_embed=config.images,
            hidden_dropout_prob=config.dropout,
            attention_probs_dropout_prob=0.0,
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigError(f"start = {config.start}: cannot be loaded as LayoutLMv3 ({first_line(error)})") from None
    assert isinstance(model, LayoutLMv3ForTokenClassification)
    return model, looked


def _check_window(model: LayoutLMv3ForTokenClassification, config: TrainConfig) -> None:
    largest = model.config.max_position_embeddings - 2
    if config.window > largest:
        raise ConfigError(f"window = {config.window}: {config.start} reads at most {largest} tokens")
