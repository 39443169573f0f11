"""`fakta train`: a model from scratch, or further from another one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.console import notice
from fakta_lab.cli.options import Overrides

# EX_TEMPFAIL of sysexits.h: not done, try again.
UNFINISHED = 75


def train(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Recipe, as in configs/.")],
    overrides: Overrides = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the newest checkpoint of the run.")] = False,
    max_minutes: Annotated[
        float | None,
        typer.Option(
            "--max-minutes",
            min=0.0,
            help="End after so many minutes with a checkpoint, to go on later. The schedule stays: that is the "
            "recipe's max_minutes.",
        ),
    ] = None,
) -> int:
    """Train a model as a recipe says.

    SIGTERM, Ctrl-C and --max-minutes write a checkpoint and end with exit code 75; --resume goes on.
    """
    from fakta_lab import training
    from fakta_lab.config import load_config

    recipe = load_config(config, training.TrainConfig, overrides=overrides or ())
    result = training.train(recipe, resume=resume, max_minutes=max_minutes, notice=notice)
    if not result.finished:
        return UNFINISHED
    # Launchers number the processes that they start; one of them is enough to say it.
    if os.environ.get("RANK", "0") == "0":
        notice(f"run written to {recipe.out}; next: fakta export {recipe.out} --out DIR")
    return 0
