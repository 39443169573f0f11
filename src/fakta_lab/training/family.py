"""What a run needs to know about a kind of model; everything else about training is the same for all of them.

LayoutLMv3 labels the words of a page, Donut writes down what it sees on its image. Each is a package beside this module
with one class that fulfils `Family`; `execute` drives whichever the recipe names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import torch

from fakta_lab.training.adapters import Adaptable
from fakta_lab.training.start import Origin
from fakta_lab.training.stream import Source

if TYPE_CHECKING:
    from fakta.schema import Schema
    from fakta_lab.training.config import TrainConfig


class Family(Protocol):
    """A model in training: where its batches come from, what its loss is, and how it is measured.

    Attributes:
        model: as transformers saves and loads it.
        tokenizer_json: text of its `tokenizer.json`.
        labels: what its outputs mean, in order; empty for a model that writes text.
        reading: how it is to be fed, as `run.json` and a bundle's manifest state it.
        origin: licence and ancestry of the weights that it started from.
        adaptable: where the model takes adapters.
        documents: trained on, of the dataset; 0 without one.
        dataset: sha256 of the dataset; "" without one.
        steps_per_epoch: after which the dataset has been seen once; 0 without one.
    """

    model: Any
    tokenizer_json: str
    labels: tuple[str, ...]
    reading: Mapping[str, Any]
    origin: Origin
    adaptable: Adaptable
    documents: int
    dataset: str
    steps_per_epoch: float

    def source(self) -> Source:
        """The batches to train on."""
        ...

    def collate(self, examples: Sequence[Any]) -> dict[str, torch.Tensor]:
        """A batch as the model takes it, and what `loss` wants to know besides."""
        ...

    def loss(self, model: torch.nn.Module, batch: Mapping[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        """The summed loss of a collated batch, and the weight that it is to be divided by.

        Two numbers, because batches that several processes or accumulation steps share are divided by their common
        weight.
        """
        ...

    def scores(self) -> dict[str, float]:
        """How well the model does on the development pages; empty where there are none."""
        ...

    def begin(self) -> None:
        """Called before the first step."""
        ...

    def finish(self) -> None:
        """Called after the last step, before the model is saved."""
        ...


def family_of(config: TrainConfig, schema: Schema, *, progress: bool) -> Family:
    """The family that a recipe names, with its model, data and development pages loaded.

    Raises:
        ConfigError: the recipe cannot be carried out.
        DatasetError: the dataset cannot be used.
    """
    from fakta_lab.training.layoutlmv3.labelling import PageLabelling

    return PageLabelling(config, schema, progress=progress)
