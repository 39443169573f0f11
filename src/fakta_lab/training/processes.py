"""The processes that train one model together: one by default, several under `accelerate launch` or `torchrun`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

import torch
from torch import distributed
from transformers import TrainingArguments

# How long the others wait while the first one learns a tokenizer or writes a checkpoint.
PATIENCE = timedelta(hours=2)


class Processes:
    """This process among all of them.

    Args:
        index: of this process; 0 writes the files.
        count: of all processes.
    """

    def __init__(self, index: int = 0, count: int = 1) -> None:
        self.index = index
        self.count = count

    @classmethod
    def of(cls, args: TrainingArguments) -> Processes:
        """Those that the launcher has started; making the arguments has joined them."""
        return cls(args.process_index, args.world_size)

    @property
    def leads(self) -> bool:
        """Whether this is the one that writes files and talks to people."""
        return self.index == 0

    def wait(self) -> None:
        """Waits until all processes have come here."""
        if self.count > 1:
            distributed.barrier(group=self._group)

    def gather(self, numbers: Sequence[float]) -> list[list[float]]:
        """The numbers of each process, as many from each, in the order of the processes."""
        own = torch.tensor(numbers, dtype=torch.float64)
        if self.count == 1:
            return [own.tolist()]
        rows = [torch.empty_like(own) for _ in range(self.count)]
        distributed.all_gather(rows, own, group=self._group)
        return [row.tolist() for row in rows]

    def from_first(self, scores: Mapping[str, float]) -> dict[str, float]:
        """What the first process says, for all: decisions made of it must be the same everywhere."""
        said: list[dict[str, float]] = [dict(scores)]
        if self.count > 1:
            distributed.broadcast_object_list(said, src=0, group=self._group)
        return said[0]

    @cached_property
    def _group(self) -> Any:
        # On the CPU: what is agreed on between steps must not wait for what the GPU still computes.
        return distributed.new_group(backend="gloo", timeout=PATIENCE)
