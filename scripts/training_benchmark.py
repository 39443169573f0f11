"""Training samples a second: fakta's trainer beside a bare PyTorch loop over the same model and batches, in one run.

    python scripts/training_benchmark.py configs/base.yaml
    python scripts/training_benchmark.py configs/base.yaml --set precision=bfloat16 --set model.hidden=768 \
        --set model.layers=12 --set model.heads=12 --set model.intermediate=3072 --set workers=4

The batches are made beforehand. The bare loop has them collated too and does nothing but move them to the device,
forward, backward, clip and step, with the same optimizer and precision; the trainer collates them in its loader, and
logs. Rounds alternate, since a machine is rarely alone; what counts is the median of their ratios. Takes the GPU where
there is one; without one, processor time is compared too, which does not mind what else the machine does (with
`workers=0`, or the loader's is not in it).
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import torch
import transformers
from rich.console import Console
from rich.table import Table
from torch.nn.utils import clip_grad_norm_
from transformers import PrinterCallback, TrainerCallback

from fakta_lab.config import load_config
from fakta_lab.training import TrainConfig
from fakta_lab.training.best import Best
from fakta_lab.training.callbacks import AfterStep, Budget
from fakta_lab.training.checkpoints import Checkpoints
from fakta_lab.training.environment import prepare_environment
from fakta_lab.training.execute import training_arguments
from fakta_lab.training.family import Family, family_of
from fakta_lab.training.interruption import Interruption
from fakta_lab.training.processes import Processes
from fakta_lab.training.stream import WHOLE, Share
from fakta_lab.training.trainer import FamilyTrainer

PRECISIONS = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("config", type=Path, help="recipe of `fakta train`")
    parser.add_argument("--set", dest="overrides", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--steps", type=int, default=20, help="timed steps of a round")
    parser.add_argument("--warm-up", type=int, default=3, help="steps before them")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="file for the figures")
    settings = parser.parse_args()
    prepare_environment(offline=True)
    transformers.logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as scratch:
        overrides = [*settings.overrides, f"out={scratch}/run", "eval_invoices=0"]
        config = load_config(settings.config, TrainConfig, overrides=overrides)
        figures = measured(config, steps=settings.steps, warm_up=settings.warm_up, rounds=settings.rounds)
    Console().print(table(figures))
    if settings.json:
        settings.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measured(config: TrainConfig, *, steps: int, warm_up: int, rounds: int) -> dict[str, Any]:
    """Samples a second of both, round by round."""
    if config.threads:
        torch.set_num_threads(config.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(config.seed)
    family = Premade(family_of(config, config.load_schema(), progress=False), n_batches=steps + warm_up)
    family.begin()
    fresh = family.model
    clock = Clock(first=warm_up, last=warm_up + steps, device=device)
    spent: dict[str, list[Spent]] = {"trainer": [], "bare": []}
    for number in range(rounds):
        runs = [("trainer", trained), ("bare", looped)]
        for name, run in runs if number % 2 == 0 else reversed(runs):
            family.model = copy.deepcopy(fresh).to(device)
            run(config, family, clock)
            spent[name].append(clock.spent)
    pairs = list(zip(spent["bare"], spent["trainer"], strict=True))
    samples = steps * config.batch_size
    return {
        "family": config.family,
        "parameters": sum(parameter.numel() for parameter in fresh.parameters()),
        "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
        "threads": torch.get_num_threads(),
        "precision": config.precision,
        "batch_size": config.batch_size,
        "gradient_accumulation": config.gradient_accumulation,
        **{name: [samples / each.wall_s for each in spent[name]] for name in spent},
        "ratio": median(bare.wall_s / ours.wall_s for bare, ours in pairs),
        "cpu_ratio": median(bare.cpu_s / ours.cpu_s for bare, ours in pairs) if device.type == "cpu" else None,
    }


class Spent(NamedTuple):
    """Seconds on the wall, and of all processors together."""

    wall_s: float
    cpu_s: float


class Clock(TrainerCallback):
    """What is spent from the end of step `first` to the end of step `last`."""

    def __init__(self, *, first: int, last: int, device: torch.device) -> None:
        self.first = first
        self.last = last
        self.spent = Spent(0.0, 0.0)
        self._device = device
        self._began = Spent(0.0, 0.0)

    def tick(self, step: int) -> None:
        """Called at the end of each step."""
        if step in (self.first, self.last):
            if self._device.type == "cuda":
                torch.cuda.synchronize()
            now = Spent(time.perf_counter(), time.process_time())
            self.spent = Spent(now.wall_s - self._began.wall_s, now.cpu_s - self._began.cpu_s)
            self._began = now

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """See `transformers.TrainerCallback`."""
        self.tick(state.global_step)


class Premade:
    """A family whose batches were made beforehand."""

    def __init__(self, family: Family, *, n_batches: int) -> None:
        self._family = family
        self.model = family.model
        self.premade: Sequence[list[Any]] = list(islice(family.source().batches(first=0, step=1), n_batches))
        self.batch_size = len(self.premade[0])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._family, name)

    def source(self) -> Premade:
        """See `fakta_lab.training.family.Family`."""
        return self

    def scores(self) -> dict[str, float]:
        """Nothing: measuring is not what is timed."""
        return {}

    def batches(self, *, first: int, step: int, share: Share = WHOLE) -> Iterator[list[Any]]:
        """See `fakta_lab.training.stream.Source`."""
        for batch in islice(cycle(self.premade), first, None, step):
            yield list(share.of(batch))


def trained(config: TrainConfig, family: Premade, clock: Clock) -> None:
    """The trainer, as `fakta train` runs it, without checkpoints and measurements."""
    args = training_arguments(config)
    args.max_steps = clock.last
    checkpoints, interruption = Checkpoints(config.out), Interruption()
    budget = Budget(max_steps=clock.last, max_minutes=None)
    after_step = AfterStep(budget, interruption, checkpoint_every=sys.maxsize, eval_every=0)
    trainer = FamilyTrainer(
        family=family,
        args=args,
        first=0,
        budget=budget,
        warmup=config.warmup,
        processes=Processes.of(args),
        checkpoints=checkpoints,
        best=Best(config.early_stopping, checkpoints, Processes.of(args), keep=False),
        interruption=interruption,
        callbacks=[clock, after_step],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train()


def looped(config: TrainConfig, family: Premade, clock: Clock) -> None:
    """What one would write by hand."""
    model = family.model.train()
    device = next(model.parameters()).device
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
    )
    dtype = PRECISIONS.get(config.precision)
    scaler = torch.amp.GradScaler(device.type, enabled=dtype == torch.float16)
    parts = config.gradient_accumulation
    collated = [[family.collate(batch[part::parts]) for part in range(parts)] for batch in family.premade]
    for step, batch in enumerate(islice(cycle(collated), clock.last), start=1):
        optimizer.zero_grad()
        weight = sum(float(family.weight(part)) for part in batch)
        for part in batch:
            moved = {name: values.to(device) for name, values in part.items()}
            with torch.autocast(device.type, dtype=dtype, enabled=dtype is not None):
                loss = family.loss(model, moved) / weight
            scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        clip_grad_norm_(model.parameters(), config.max_grad_norm)
        scaler.step(optimizer)
        scaler.update()
        clock.tick(step)


def table(figures: dict[str, Any]) -> Table:
    """The figures for people."""
    size = f"{figures['parameters'] / 1e6:.1f} M parameters"
    how = f"{figures['precision']}, batches of {figures['batch_size']}"
    drawn = Table(title=f"{figures['family']}, {size}, {how}, {figures['device']}, {figures['threads']} threads")
    for column in ("samples/s", *(f"round {number + 1}" for number in range(len(figures["bare"]))), "median"):
        drawn.add_column(column, justify="right")
    for name, label in (("bare", "bare loop"), ("trainer", "fakta")):
        rates = figures[name]
        drawn.add_row(label, *(f"{rate:.1f}" for rate in rates), f"{median(rates):.1f}")
    drawn.caption = f"ratio {figures['ratio']:.3f}"
    if figures["cpu_ratio"] is not None:
        drawn.caption += f", of processor time {figures['cpu_ratio']:.3f}"
    return drawn


if __name__ == "__main__":
    main()
