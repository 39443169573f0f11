"""What happens beside the optimizer steps: the time budget, measurements, the progress bar."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

BUDGET_FILE = "budget.json"


class Budget(TrainerCallback):
    """Ends the run when its steps or minutes are used up, whichever comes first.

    Time counts over all starts of a run: checkpoints remember what was spent.

    Args:
        spent_s: seconds used before this start.
    """

    def __init__(self, *, max_steps: int | None, max_minutes: float | None, spent_s: float = 0.0) -> None:
        self.max_steps = max_steps
        self.max_minutes = max_minutes
        self._spent_s = spent_s
        self._began: float | None = None

    @property
    def elapsed_s(self) -> float:
        """Seconds used so far."""
        return self._spent_s + (time.monotonic() - self._began if self._began is not None else 0.0)

    def used(self, step: int) -> float:
        """Share of the budget that is used up, 0-1."""
        shares = [0.0]
        if self.max_steps:
            shares.append(step / self.max_steps)
        if self.max_minutes:
            shares.append(self.elapsed_s / 60 / self.max_minutes)
        return min(1.0, max(shares))

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Starts the clock."""
        self._began = time.monotonic()

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Stops the run at the end of the budget."""
        if self.used(state.global_step) >= 1:
            control.should_training_stop = True

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Writes what was spent into the checkpoint."""
        checkpoint = Path(str(args.output_dir)) / f"checkpoint-{state.global_step}"
        (checkpoint / BUDGET_FILE).write_text(json.dumps({"elapsed_s": self.elapsed_s}), encoding="utf-8")


def learning_rate_share(step: int, *, budget: Budget, warmup: float) -> float:
    """Share of the full learning rate: a linear rise over `warmup` of the budget, then half a cosine down to zero.

    The budget may be steps or minutes, so a run on a slow machine ends as smoothly as one on a fast machine.
    """
    used = budget.used(step)
    if used < warmup:
        return (used + 1e-3) / (warmup + 1e-3)
    return 0.5 * (1 + math.cos(math.pi * (used - warmup) / (1 - warmup)))


class Metrics(TrainerCallback):
    """Writes `metrics.jsonl` and shows the progress on stderr.

    Args:
        path: of the file; lines of steps after `first`, from a start that went on further, are dropped.
        first: step that this start begins at.
        batch_size: windows a step.
        measure: scores of the model as it is; empty where there is nothing to measure on.
        eval_every: steps between measurements; 0 for none before the end.
    """

    def __init__(
        self,
        path: Path,
        *,
        first: int,
        batch_size: int,
        budget: Budget,
        progress: bool,
        measure: Callable[[], dict[str, float]],
        eval_every: int,
    ) -> None:
        self._path = path
        self._first = first
        self._batch_size = batch_size
        self._budget = budget
        self._progress = progress
        self._measure = measure
        self._eval_every = eval_every
        self._bar: Any = None
        self._began = 0.0
        self.pages_per_second = 0.0
        self.latest: dict[str, float] = {}

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Opens the bar."""
        from tqdm import tqdm

        kept = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        kept = [line for line in kept if json.loads(line)["step"] <= self._first]
        self._path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        self._began = time.monotonic()
        self._bar = tqdm(
            total=1000,
            desc="train",
            unit="‰",
            file=sys.stderr,
            disable=not self._progress,
            bar_format=_BAR,
            mininterval=1,
        )

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Moves the bar; measures when it is time."""
        seconds = time.monotonic() - self._began
        self.pages_per_second = (state.global_step - self._first) * self._batch_size / max(seconds, 1e-9)
        self._bar.n = int(1000 * self._budget.used(state.global_step))
        loss = f"loss {self.latest['loss']:.4f}, " if "loss" in self.latest else ""
        self._bar.set_postfix_str(f"step {state.global_step}, {loss}{self.pages_per_second:.1f} pages/s", refresh=False)
        self._bar.update(0)
        if self._eval_every and state.global_step % self._eval_every == 0 and not control.should_training_stop:
            self._write(state, self._measure())

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Writes what transformers reports, without its closing summary."""
        logs = logs or {}
        if "loss" in logs:
            names = ("loss", "grad_norm", "learning_rate")
            self._write(state, {name: float(logs[name]) for name in names if name in logs})

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Measures a last time and closes the bar."""
        self._write(state, self._measure())
        self._bar.close()

    def _write(self, state: TrainerState, values: dict[str, float]) -> None:
        if not values:
            return
        self.latest.update(values)
        line = {
            "step": state.global_step,
            "minutes": round(self._budget.elapsed_s / 60, 2),
            "pages_per_second": round(self.pages_per_second, 2),
            **{name: round(value, 6) for name, value in values.items()},
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


_BAR = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}, {postfix}"
