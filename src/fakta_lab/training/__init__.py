"""Training: a LayoutLMv3 or a Donut from scratch on generated pages, or further on a dataset of corrected documents.

    run = train(load_config(Path("configs/base.yaml"), TrainConfig))

Importing this package is cheap; torch and transformers are imported when `train` is called.
"""

from __future__ import annotations

from collections.abc import Callable

from fakta_lab.training.config import TrainConfig
from fakta_lab.training.run import RunResult

__all__ = ["RunResult", "TrainConfig", "train"]


def _say_nothing(message: str) -> None:
    pass


def train(
    config: TrainConfig,
    *,
    resume: bool = False,
    progress: bool = True,
    max_minutes: float | None = None,
    notice: Callable[[str], None] = _say_nothing,
) -> RunResult:
    """Trains a model and writes the run folder `config.out`.

    SIGTERM and SIGINT let the step under way end, write a checkpoint, and end the run as one that `resume` goes on
    with. Under `accelerate launch` or `torchrun`, all processes call this alike.

    Args:
        config: the whole recipe.
        resume: go on from the newest checkpoint in `config.out`; without one, begin at the start.
        progress: show a progress bar on stderr.
        max_minutes: that this start may take before it ends as if by a signal. `config.max_minutes`, in contrast, is
            what the whole run may take and what its learning rate follows.
        notice: told in one line what people should know: a damaged checkpoint, an early end.

    Raises:
        ConfigError: the recipe cannot be carried out.
        DatasetError: the dataset cannot be used.
    """
    from fakta_lab.training.environment import prepare_environment

    prepare_environment(offline=not config.allow_download)
    from fakta_lab.training.execute import run_training

    return run_training(config, resume=resume, progress=progress, max_minutes=max_minutes, notice=notice)
