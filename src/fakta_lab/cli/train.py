"""`fakta train`: a model from scratch, or further from another one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.console import notice
from fakta_lab.cli.options import Overrides


def train(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Recipe, as in configs/.")],
    overrides: Overrides = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the newest checkpoint of the run.")] = False,
) -> None:
    """Train a model as a recipe says."""
    from fakta_lab import training
    from fakta_lab.config import load_config

    recipe = load_config(config, training.TrainConfig, overrides=overrides or ())
    training.train(recipe, resume=resume)
    notice(f"run written to {recipe.out}; next: fakta export {recipe.out} --out DIR")
