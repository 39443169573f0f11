"""The model of a finished run, whole, whether the run trained all of it or an adapter."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakta.errors import InputError
from fakta_lab.training.adapters import base_of, merged
from fakta_lab.training.run import RunInfo, refuse_erased


def load_model(run: Path) -> Any:
    """The whole model of a finished run, float32 and ready to use; an adapter is merged into its base.

    Raises:
        InputError: it is no finished run, or an adapter whose base is gone.
    """
    from fakta_lab.training.layoutlmv3.model import saved_model

    info = RunInfo.load(run)
    if not info.adapter:
        return saved_model(str(run), labels=info.labels).eval()
    return merged(saved_model(base_of(info, run), labels=info.labels), run).eval()


def merge_adapter(run: Path, out: Path) -> Path:
    """Writes the run folder of a whole model: an adapter merged into its base.

    Args:
        run: a finished run with an adapter.
        out: must be missing or empty.

    Returns:
        `out`.

    Raises:
        InputError: it has no adapter, its base is gone or changed, or `out` holds something.
        GateFailed: documents that the run learned from were erased since.
    """
    info = RunInfo.load(run)
    if not info.adapter:
        raise InputError(f"{run}: has no adapter to merge; it holds a whole model already")
    refuse_erased(run)
    if out.exists() and any(out.iterdir()):
        raise InputError(f"{out}: holds something already; choose a new folder")
    load_model(run).save_pretrained(out)
    shutil.copy(run / "tokenizer.json", out / "tokenizer.json")
    replace(info, adapter={}, lineage={**info.lineage, "adapter": dict(info.adapter)}).save(out)
    return out
