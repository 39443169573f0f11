"""The model of a finished run, whole, whether the run trained all of it or an adapter."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakta.errors import InputError
from fakta.extract import MEMORY_FILE
from fakta.families import DONUT
from fakta_lab.training.adapters import base_of, merged
from fakta_lab.training.run import RunInfo, refuse_erased


def load_model(run: Path) -> Any:
    """The whole model of a finished run, float32 and ready to use; an adapter is merged into its base.

    Raises:
        InputError: it is no finished run, or an adapter whose base is gone.
    """
    info = RunInfo.load(run)
    if not info.adapter:
        return _saved(str(run), info).eval()
    return merged(_saved(base_of(info, run), info), run).eval()


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
    if (run / MEMORY_FILE).is_file():
        shutil.copy(run / MEMORY_FILE, out / MEMORY_FILE)
    replace(info, adapter={}, lineage={**info.lineage, "adapter": dict(info.adapter)}).save(out)
    return out


def _saved(path: str, info: RunInfo) -> Any:
    if info.family == DONUT:
        from fakta_lab.training.donut.saved import saved_donut

        return saved_donut(path, image=(info.reading["height"], info.reading["width"]))
    from fakta_lab.training.layoutlmv3.model import saved_model

    return saved_model(path, labels=info.labels, images="image" in info.reading)
