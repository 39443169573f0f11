"""What happens beside the optimizer steps: the budget, when to measure, save and end, the record, the progress bar."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from fakta_lab.training.interruption import Interruption


class Budget:
    """The steps and minutes that a run may take, whichever are used up first.

    Time counts over all starts of a run: checkpoints remember what was spent.

    Args:
        spent_s: seconds used before this start.
    """

    def __init__(self, *, max_steps: int | None, max_minutes: float | None, spent_s: float = 0.0) -> None:
        self.max_steps = max_steps
        self.max_minutes = max_minutes
        self.elapsed_s = spent_s
        self._zero = time.monotonic() - spent_s

    def clock_s(self) -> float:
        """Seconds used by now. `elapsed_s` is what all processes have agreed on at the beginning of the step."""
        return time.monotonic() - self._zero

    def used(self, step: int) -> float:
        """Share of the budget that is used up, 0-1."""
        shares = [0.0]
        if self.max_steps:
            shares.append(step / self.max_steps)
        if self.max_minutes:
            shares.append(self.elapsed_s / 60 / self.max_minutes)
        return min(1.0, max(shares))


def learning_rate_share(step: int, *, budget: Budget, warmup: float) -> float:
    """Share of the full learning rate: a linear rise over `warmup` of the budget, then half a cosine down to zero.

    The budget may be steps or minutes, so a run on a slow machine ends as smoothly as one on a fast machine.
    """
    used = budget.used(step)
    if used < warmup:
        return (used + 1e-3) / (warmup + 1e-3)
    return 0.5 * (1 + math.cos(math.pi * (used - warmup) / (1 - warmup)))


class AfterStep(TrainerCallback):
    """Decides what follows a step: a measurement, a checkpoint, the end.

    Args:
        checkpoint_every, eval_every: steps; 0 for `eval_every` means at the end only.
    """

    def __init__(self, budget: Budget, interruption: Interruption, *, checkpoint_every: int, eval_every: int) -> None:
        self._budget = budget
        self._interruption = interruption
        self._checkpoint_every = checkpoint_every
        self._eval_every = eval_every
        self.left = False

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Overrules what transformers has decided."""
        step = state.global_step
        ends = self._budget.used(step) >= 1
        self.left = self._interruption.agreed and not ends
        control.should_training_stop = ends or self.left
        control.should_log = control.should_log or ends
        control.should_evaluate = ends or (self._eval_every > 0 and step % self._eval_every == 0)
        # None at the end: a run that is killed while its result is written does its last steps again, and no more.
        control.should_save = self.left or (step % self._checkpoint_every == 0 and not ends)


class Metrics(TrainerCallback):
    """Writes `metrics.jsonl` and shows the progress on stderr; in the first of several processes only.

    Args:
        path: of the file; lines of steps after `first`, from a start that went on further, are dropped.
        first: step that this start begins at.
        batch_size: windows a step.
        leads: whether this process writes.
        progress: whether to show the bar.
    """

    def __init__(
        self, path: Path, *, first: int, batch_size: int, budget: Budget, leads: bool = True, progress: bool = True
    ) -> None:
        self._path = path
        self._first = first
        self._batch_size = batch_size
        self._budget = budget
        self._leads = leads
        self._bar = _Bar(budget, shown=progress and leads)
        self._began = 0.0
        self.pages_per_second = 0.0
        self.latest: dict[str, float] = {}

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Drops what a start that was killed has measured after its last checkpoint, and half a line."""
        if self._leads:
            kept = [line for line in recorded(self._path) if 0 < self._first >= line["step"]]
            self._path.write_text("".join(f"{json.dumps(line)}\n" for line in kept), encoding="utf-8")
        self._began = time.monotonic()
        self._bar.open()

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Moves the bar."""
        seconds = time.monotonic() - self._began
        self.pages_per_second = (state.global_step - self._first) * self._batch_size / max(seconds, 1e-9)
        self._bar.move(state.global_step, self.latest, pages_per_second=self.pages_per_second)

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

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Writes the scores of a measurement."""
        self._write(state, metrics or {})

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Closes the bar."""
        self._bar.close()

    def _write(self, state: TrainerState, values: dict[str, float]) -> None:
        if not values:
            return
        self.latest.update(values)
        if not self._leads:
            return
        line = {
            "step": state.global_step,
            "minutes": round(self._budget.elapsed_s / 60, 2),
            "pages_per_second": round(self.pages_per_second, 2),
            **{name: round(value, 6) for name, value in values.items()},
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def recorded(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a `metrics.jsonl`; a torn one, as a killed run leaves it, is left out."""
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue


class _Bar:
    """How far a run has come, and how long it will take."""

    def __init__(self, budget: Budget, *, shown: bool) -> None:
        self._budget = budget
        self._shown = shown
        self._tqdm: Any = None
        self._began = 0.0
        self._used_before: float | None = None

    def open(self) -> None:
        from tqdm import tqdm

        self._began = time.monotonic()
        self._tqdm = tqdm(
            total=1000, desc="train", file=sys.stderr, disable=not self._shown, bar_format=_FORMAT, mininterval=1
        )

    def move(self, step: int, latest: dict[str, float], *, pages_per_second: float) -> None:
        used = self._budget.used(step)
        if self._used_before is None:
            # The first step of a start is slow; what is left is reckoned from the second one on.
            self._used_before, self._began = used, time.monotonic()
        parts = [f"step {step}"]
        parts += [f"{word} {latest[name]:.4f}" for name, word in _SHOWN.items() if name in latest]
        parts.append(f"{pages_per_second:.1f} pages/s")
        if used > self._used_before:
            left_s = (time.monotonic() - self._began) * (1 - used) / (used - self._used_before)
            parts.append(f"{_clock(left_s)} left")
        self._tqdm.n = int(1000 * used)
        self._tqdm.set_postfix_str(", ".join(parts), refresh=False)
        self._tqdm.update(0)

    def close(self) -> None:
        self._tqdm.close()


_FORMAT = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}{postfix}"
_SHOWN = {"loss": "loss", "field_f1": "field F1"}


def _clock(seconds: float) -> str:
    """Hours, minutes and seconds as people write them.

    >>> _clock(59.7), _clock(3725)
    ('1:00', '1:02:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
