"""Examples to the tensors of one batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from fakta.encode import Encoder
from fakta.session import pad
from fakta_lab.training.layoutlmv3.examples import IGNORED, Example


class Collate:
    """Pads a batch to its longest window: `input_ids`, `bbox`, `attention_mask` and `labels`, all int64.

    Where the model looks at pages there are also `pixel_values`, (n, 3, size, size) float32.

    Args:
        encoder: that the examples were made with.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._pad_id = encoder.pad_id
        self._image = encoder.image

    def __call__(self, examples: Sequence[Example]) -> dict[str, torch.Tensor]:
        """The batch, (n, L) each, `bbox` (n, L, 4)."""
        pixels = np.stack([self._image.pixels(example.picture) for example in examples]) if self._image else None
        arrays = pad([example.window for example in examples], pad_id=self._pad_id, pixels=pixels)
        batch = {name: torch.from_numpy(array) for name, array in arrays.items()}
        labels = torch.full(batch["input_ids"].shape, IGNORED)
        for row, example in zip(labels, examples, strict=True):
            row[: len(example)] = torch.from_numpy(example.labels)
        return batch | {"labels": labels}
