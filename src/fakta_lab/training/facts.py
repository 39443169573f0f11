"""What a run begins with: what tracking tells of it from its first step on."""

from __future__ import annotations

from typing import Any

import torch

from fakta_lab.training.config import TrainConfig
from fakta_lab.training.family import Family
from fakta_lab.training.run import git_commit, versions


def facts_of(config: TrainConfig, family: Family) -> dict[str, Any]:
    """Source, versions, device and dataset of a run, as `fakta_lab.tracking.RunRecord` keeps them."""
    cuda = torch.cuda.is_available()
    facts: dict[str, Any] = {
        "family": config.family,
        "git_commit": git_commit(),
        "versions": versions(),
        "device": torch.cuda.get_device_name() if cuda else "cpu",
        "devices": torch.cuda.device_count() if cuda else 1,
        "threads": torch.get_num_threads(),
    }
    if config.dataset:
        facts["dataset"] = {
            "name": config.dataset.name,
            "sha256": family.dataset or None,
            "documents": family.documents,
        }
        facts["steps_per_epoch"] = family.steps_per_epoch or None
    return facts
