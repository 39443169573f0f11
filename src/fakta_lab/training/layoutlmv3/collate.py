"""Examples to the tensors of one batch."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from fakta.session import pad
from fakta_lab.training.layoutlmv3.examples import IGNORED, Example


class Collate:
    """Pads a batch to its longest window: `input_ids`, `bbox`, `attention_mask` and `labels`, all int64."""

    def __init__(self, *, pad_id: int) -> None:
        self._pad_id = pad_id

    def __call__(self, examples: Sequence[Example]) -> dict[str, torch.Tensor]:
        """The batch, (n, L) each, `bbox` (n, L, 4)."""
        arrays = pad([example.window for example in examples], pad_id=self._pad_id)
        batch = {name: torch.from_numpy(array) for name, array in arrays.items()}
        labels = torch.full(batch["input_ids"].shape, IGNORED)
        for row, example in zip(labels, examples, strict=True):
            row[: len(example)] = torch.from_numpy(example.labels)
        return batch | {"labels": labels}
