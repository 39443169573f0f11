"""transformers' Trainer over the batches of a family, with its loss and measurements, and with whole checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import torch
from torch.utils.data import DataLoader
from transformers import Trainer

from fakta_lab.training.best import Best
from fakta_lab.training.callbacks import Budget, learning_rate_share
from fakta_lab.training.checkpoints import Checkpoints
from fakta_lab.training.family import Family
from fakta_lab.training.interruption import Interruption, leave_signals_to_parent
from fakta_lab.training.processes import Processes
from fakta_lab.training.stream import BatchStream, Share

Batch = dict[str, torch.Tensor]


class FamilyTrainer(Trainer):
    """transformers' Trainer over ready-made batches.

    A batch is shared out among the processes, each share is cut into accumulation steps, and the summed loss of all of
    them is divided by their common weight: how a batch is computed does not change what is learned from it.

    Args:
        family: whose model is trained.
        first: number of the first batch.
        budget: that the learning rate follows.
        warmup: share of the budget over which it rises.
        processes: that train together.
        checkpoints: where they are written.
        best: judges measurements.
        interruption: asks the run to end early.
    """

    def __init__(
        self,
        *,
        family: Family,
        first: int,
        budget: Budget,
        warmup: float,
        processes: Processes,
        checkpoints: Checkpoints,
        best: Best,
        interruption: Interruption,
        **kwargs: Any,
    ) -> None:
        self._stream = BatchStream(
            family.source(),
            first=first,
            share=Share(processes.index, processes.count),
            parts=kwargs["args"].gradient_accumulation_steps,
        )
        super().__init__(model=family.model, train_dataset=self._stream, **kwargs)
        self.loss_is_scaled_for_ga = True  # `compute_loss` divides by the weight of the whole batch
        self._family = family
        self._budget = budget
        self._warmup = warmup
        self._processes = processes
        self._checkpoints = checkpoints
        self._best = best
        self._interruption = interruption

    def get_train_dataloader(self) -> DataLoader[Any]:
        """This process's share of each batch, as a list of collated parts."""
        return DataLoader(
            self._stream,
            batch_size=None,
            collate_fn=self._collate,
            num_workers=self.args.dataloader_num_workers,
            pin_memory=self.args.device.type == "cuda",
            worker_init_fn=leave_signals_to_parent,
            # A generator of its own: the loader must not draw from the one that decides dropout, or a resumed run
            # would differ from one that never stopped.
            generator=torch.Generator(),
        )

    def get_batch_samples(
        self, epoch_iterator: Iterator[list[Batch]], num_batches: int, device: torch.device
    ) -> tuple[list[Batch], float]:
        """The parts of the next batch, and what the batch weighs over all processes.

        This is also where the processes agree on the time and on whether to end early, for a model that is trained
        together must not follow several clocks.
        """
        parts = next(epoch_iterator)
        weight = sum(float(self._family.weight(part)) for part in parts)
        rows = self._processes.gather([weight, self._interruption.asked, self._budget.clock_s()])
        self._budget.elapsed_s = rows[0][2]
        self._interruption.agreed = any(row[1] for row in rows)
        return parts, sum(row[0] for row in rows)

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: Batch,
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """This part's share of the batch's loss; zero where nothing weighs anything.

        Times the number of processes, because gradients and reported losses are averaged over them.
        """
        loss = self._family.loss(model, inputs) * (self._processes.count / (num_items_in_batch or 1.0))
        return (loss, None) if return_outputs else loss

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """A learning rate that reaches zero when the budget, steps or minutes, is used up."""
        share = partial(learning_rate_share, budget=self._budget, warmup=self._warmup)
        self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer or self.optimizer, share)
        self._created_lr_scheduler = True
        return self.lr_scheduler

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        """The family's scores. Every process measures, since parts of the model may lie with each; the first counts."""
        scores = self._processes.from_first(self._family.scores())
        self.callback_handler.on_evaluate(self.args, self.state, self.control, scores)
        return scores

    def floating_point_ops(self, inputs: Batch) -> int:
        """Not counted: it takes time at every step, and nobody reads it."""
        return 0

    def _collate(self, parts: Sequence[Sequence[Any]]) -> list[Batch]:
        return [self._family.collate(part) for part in parts]

    def _get_output_dir(self, trial: Any) -> str:
        return str(self._checkpoints.writing)

    def _save_checkpoint(self, model: torch.nn.Module, trial: Any) -> None:
        super()._save_checkpoint(model, trial)
        self._processes.wait()
        if self._processes.leads:
            progress = {
                "elapsed_s": self._budget.elapsed_s,
                "best": self._best.progress(),
                "dataset": self._family.dataset,
            }
            self._checkpoints.publish(self.state.global_step, progress)
        self._processes.wait()
