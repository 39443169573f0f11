"""Pages with their targets to the tensors of one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from fakta.donut.image import FloatArray
from fakta_lab.training.donut.targets import Target


@dataclass(frozen=True, slots=True)
class Example:
    """A page: (3, height, width) pixels, and what to write for it."""

    pixels: FloatArray
    target: Target


def collate(examples: Sequence[Example], *, pad_id: int) -> dict[str, torch.Tensor]:
    """A batch padded to its longest sequence.

    Returns:
        `pixel_values` (n, 3, height, width) float32, `ids` (n, L) int64, `weights` (n, L) float32 with zeros for
        padding, `unknown` (n, L, n_names) bool.
    """
    n, length = len(examples), max(len(example.target) for example in examples)
    ids = np.full((n, length), pad_id, dtype=np.int64)
    weights = np.zeros((n, length), dtype=np.float32)
    unknown = np.zeros((n, length, examples[0].target.unknown.shape[1]), dtype=bool)
    for row, example in enumerate(examples):
        target = example.target
        ids[row, : len(target)] = target.ids
        weights[row, : len(target)] = target.weights
        unknown[row, : len(target)] = target.unknown
    return {
        "pixel_values": torch.from_numpy(np.stack([example.pixels for example in examples])),
        "ids": torch.from_numpy(ids),
        "weights": torch.from_numpy(weights),
        "unknown": torch.from_numpy(unknown),
    }
