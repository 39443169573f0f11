"""Checkpoints that are whole or invisible, and the weights of the best measurement beside them.

```
checkpoints/
  checkpoint-300/         what transformers saves, `progress.json`, and `complete.json` with every file's sha256
  best-200.safetensors    weights of the best measurement so far, as the checkpoints above remember it
  .writing/               one that is being written; a killed run leaves it behind, the next one removes it
```

A checkpoint is written under `.writing`, brought to the disk, and then renamed. A kill at any moment therefore leaves
the one before it; one that was damaged later, by a full disk or a failing machine, is recognised and passed over.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

from fakta_lab.files import replacing, sha256_of

COMPLETE = "complete.json"
PROGRESS = "progress.json"

# So many are kept: one to fall back on where the newest turns out to be damaged.
KEPT = 2


class Checkpoints:
    """The `checkpoints` folder of a run.

    Args:
        folder: of the run's checkpoints.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def writing(self) -> Path:
        """Where a checkpoint is written before it is published."""
        return self.folder / ".writing"

    def newest(self, notice: Callable[[str], None]) -> Path | None:
        """The newest checkpoint that is whole; None where there is none.

        Args:
            notice: told about each one that is passed over.
        """
        for step in reversed(self._steps()):
            path = self._path(step)
            problem = self._problem(path)
            if not problem:
                return path
            notice(f"{path}: {problem}; the checkpoint before it is taken")
        return None

    def publish(self, step: int, progress: Mapping[str, Any]) -> None:
        """Makes the checkpoint of a step that was written under `writing` visible, and drops older ones.

        Args:
            progress: what `progress_of` gives back.
        """
        written = self.writing / f"checkpoint-{step}"
        (written / PROGRESS).write_text(json.dumps(dict(progress)), encoding="utf-8")
        files = [path for path in sorted(written.rglob("*")) if path.is_file()]
        digests = {path.relative_to(written).as_posix(): sha256_of(path) for path in files}
        (written / COMPLETE).write_text(json.dumps(digests, indent=1), encoding="utf-8")
        for path in [*files, written / COMPLETE, written]:
            _to_disk(path)
        if self._path(step).exists():  # damaged, else the run would have gone on from it
            shutil.rmtree(self._path(step))
        written.rename(self._path(step))
        _to_disk(self.folder)
        self._drop_old()

    def clean(self, *, up_to: int) -> None:
        """Removes what a killed run has left: half a checkpoint, and damaged ones of later steps than `up_to`."""
        shutil.rmtree(self.writing, ignore_errors=True)
        for step in self._steps():
            if step > up_to:
                shutil.rmtree(self._path(step))
        for temporary in self.folder.glob(".best-*.tmp"):
            temporary.unlink()

    def save_best(self, step: int, weights: Mapping[str, torch.Tensor]) -> None:
        """Keeps the weights of a measurement."""
        # Copies: two names may share one tensor, which the format does not know.
        copies = {name: values.detach().cpu().clone().contiguous() for name, values in weights.items()}
        with replacing(self._best(step)) as temporary:
            save_file(copies, temporary, metadata={"format": "pt"})
            _to_disk(temporary)

    def load_best(self, step: int) -> dict[str, torch.Tensor]:
        """The weights of a measurement, on the CPU."""
        return load_file(self._best(step))

    def _drop_old(self) -> None:
        steps = self._steps()
        for step in steps[:-KEPT]:
            shutil.rmtree(self._path(step))
        kept = [progress_of(self._path(step)) for step in steps[-KEPT:]]
        needed = {self._best(progress["best"]["step"]) for progress in kept if progress.get("best")}
        for path in set(self.folder.glob("best-*.safetensors")) - needed:
            path.unlink()

    def _problem(self, path: Path) -> str:
        """What is wrong with a checkpoint; "" for nothing."""
        try:
            digests: dict[str, str] = json.loads((path / COMPLETE).read_text(encoding="utf-8"))
            for name, expected in digests.items():
                if sha256_of(path / name) != expected:
                    return f"{name} is damaged"
            best = progress_of(path).get("best")
        except (OSError, ValueError) as error:
            return f"incomplete ({error})"
        if best and best["kept"] and not self._best(best["step"]).is_file():
            return f"the best weights of step {best['step']} are missing"
        return ""

    def _steps(self) -> list[int]:
        names = (path.name.removeprefix("checkpoint-") for path in self.folder.glob("checkpoint-*"))
        return sorted(int(name) for name in names if name.isdecimal())

    def _path(self, step: int) -> Path:
        return self.folder / f"checkpoint-{step}"

    def _best(self, step: int) -> Path:
        return self.folder / f"best-{step}.safetensors"


def step_of(checkpoint: Path | None) -> int:
    """Optimizer steps done when a checkpoint was written; 0 without one."""
    return int(checkpoint.name.rpartition("-")[2]) if checkpoint else 0


def progress_of(checkpoint: Path | None) -> dict[str, Any]:
    """What a checkpoint remembers besides what transformers saves; nothing without one."""
    if checkpoint is None:
        return {}
    progress: dict[str, Any] = json.loads((checkpoint / PROGRESS).read_text(encoding="utf-8"))
    return progress


def _to_disk(path: Path) -> None:
    """Waits until a file, or a folder's list of files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
