"""Where a start of a run begins: with a new folder, or with the newest checkpoint of one that was interrupted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from fakta.errors import ConfigError
from fakta_lab.config import load_config, save_resolved
from fakta_lab.training.checkpoints import Checkpoints, step_of
from fakta_lab.training.config import TrainConfig
from fakta_lab.training.run import RUN_FILE

RECIPE = "config.yaml"

# What may be other than when the run began; anything else would make it another run.
MAY_CHANGE = frozenset(
    "out overwrite allow_download max_steps max_minutes checkpoint_every log_every threads tracking".split()
)


def is_finished(config: TrainConfig) -> bool:
    """Whether the run folder holds a finished run."""
    return (config.out / RUN_FILE).is_file()


def begin(config: TrainConfig, *, resume: bool, notice: Callable[[str], None]) -> Path | None:
    """Makes the run folder ready; returns the checkpoint to go on from, None to begin at the start.

    Args:
        notice: told about checkpoints that are passed over.

    Raises:
        ConfigError: the folder holds something that must not be overwritten, or the recipe is not that of its run.
    """
    checkpoints = Checkpoints(config.out / "checkpoints")
    if config.out.exists() and any(config.out.iterdir()):
        if not checkpoints.folder.is_dir() and not is_finished(config):
            raise ConfigError(f"out = {config.out}: holds other things than a training run; choose a new folder")
        if resume:
            _check_recipe(config)
            newest = checkpoints.newest(notice)
            checkpoints.clean(up_to=step_of(newest))
            save_resolved(config, config.out / RECIPE)
            return newest
        if not config.overwrite:
            raise ConfigError(
                f"out = {config.out}: already holds a training run; go on with --resume, choose another folder, or "
                "replace it with overwrite = true"
            )
        shutil.rmtree(config.out)
    checkpoints.folder.mkdir(parents=True, exist_ok=True)
    save_resolved(config, config.out / RECIPE)
    return None


def _check_recipe(config: TrainConfig) -> None:
    """A resumed run has to be the run that was interrupted."""
    path = config.out / RECIPE
    if not path.is_file():  # killed before it was written: nothing was trained yet
        return
    before, now = load_config(path, TrainConfig).model_dump(mode="json"), config.model_dump(mode="json")
    changed = [
        f"{key} was {before[key]}, is {now[key]}" for key in now if key not in MAY_CHANGE and before[key] != now[key]
    ]
    if changed:
        raise ConfigError(
            f"out = {config.out}: cannot be resumed with another recipe ({'; '.join(changed)}); "
            "train into another folder, or take these back"
        )
