"""Training: a LayoutLMv3 from scratch on generated pages, or further on a dataset of corrected documents.

    run = train(load_config(Path("configs/base.yaml"), TrainConfig))

Importing this package is cheap; torch and transformers are imported when `train` is called.
"""

from __future__ import annotations

from fakta_lab.training.config import TrainConfig
from fakta_lab.training.run import RunResult

__all__ = ["RunResult", "TrainConfig", "train"]


def train(config: TrainConfig, *, resume: bool = False, progress: bool = True) -> RunResult:
    """Trains a model and writes the run folder `config.out`.

    Args:
        config: the whole recipe.
        resume: go on from the newest checkpoint in `config.out`; without one, begin at the start.
        progress: show a progress bar on stderr.

    Raises:
        ConfigError: the recipe cannot be carried out.
        DatasetError: the dataset cannot be used.
    """
    from fakta_lab.training.environment import prepare_environment

    prepare_environment(offline=not config.allow_download)
    from fakta_lab.training.execute import run_training

    return run_training(config, resume=resume, progress=progress)
