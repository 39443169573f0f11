"""transformers' Trainer over the batches of a family, with its loss and a learning rate that follows the budget."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch.utils.data import DataLoader
from transformers import Trainer

from fakta_lab.training.callbacks import Budget, learning_rate_share
from fakta_lab.training.family import Family
from fakta_lab.training.stream import BatchStream


class FamilyTrainer(Trainer):
    """transformers' Trainer over ready-made batches.

    Args:
        family: whose model is trained.
        first: number of the first batch.
        budget: that the learning rate follows.
        warmup: share of the budget over which it rises.
    """

    def __init__(self, *, family: Family, first: int, budget: Budget, warmup: float, **kwargs: Any) -> None:
        self._stream = BatchStream(family.source(), first=first)
        super().__init__(model=family.model, train_dataset=self._stream, **kwargs)
        self._family = family
        self._budget = budget
        self._warmup = warmup

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Batches as the stream makes them."""
        return DataLoader(
            self._stream,
            batch_size=None,
            collate_fn=self._family.collate,
            num_workers=self.args.dataloader_num_workers,
            # A generator of its own: the loader must not draw from the one that decides dropout, or a resumed run
            # would differ from one that never stopped.
            generator=torch.Generator(),
        )

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """A learning rate that reaches zero when the budget, steps or minutes, is used up."""
        share = partial(learning_rate_share, budget=self._budget, warmup=self._warmup)
        self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer or self.optimizer, share)
        self._created_lr_scheduler = True
        return self.lr_scheduler

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """The family's loss, divided by its weight; zero where nothing weighs anything."""
        total, weight = self._family.loss(model, inputs)
        loss = total / weight.clamp(min=1)
        return (loss, None) if return_outputs else loss
