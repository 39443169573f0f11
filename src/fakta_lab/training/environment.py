"""Environment variables that libraries read once, when they are imported."""

from __future__ import annotations

import os


def prepare_environment(*, offline: bool) -> None:
    """Turns telemetry off and, unless a download was asked for, the network too. Call it before importing them."""
    settings = {
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        # Workers are forked; the tokenizers library warns about that unless its own threads are off.
        "TOKENIZERS_PARALLELISM": "false",
    }
    if offline:
        settings |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    os.environ.update(settings)
