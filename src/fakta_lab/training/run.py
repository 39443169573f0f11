"""The run folder: what training leaves behind, and what fine-tuning and export begin with.

```
model.safetensors  config.json   the weights, as transformers saves and loads them; of an adapter,
                                 adapter_model.safetensors and adapter_config.json, as peft does
tokenizer.json
memory.json                      what the start knew of suppliers, for the bundle that comes of this; with such a start
run.json                         family, schema, labels, how pages are fed, licence, lineage
config.yaml                      the resolved recipe
metrics.jsonl                    one line each time something was measured
tracking.json                    the run's id, what it began with, what MLflow has of it
checkpoints/                     to resume from, see `fakta_lab.training.checkpoints`
```
"""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from fakta.errors import GateFailed, InputError
from fakta.schema import Schema
from fakta_lab.files import replacing
from fakta_lab.formats.retraining import artifact_at

RUN_FILE = "run.json"
FORMAT = "fakta-run"
FORMAT_VERSION = 2


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a training run came to.

    Attributes:
        path: the run folder.
        steps: optimizer steps, those before a resume included.
        pages: windows of tokens trained on, likewise.
        pages_per_second: of this start of the run.
        metrics: of the last measurement, or of the best one where its weights were kept: `loss`, and `field_f1`,
            `f1/<field>`, `span_f1` and others where measured.
        finished: False where the run was asked to end early; `--resume` goes on with it.
    """

    path: Path
    steps: int
    pages: int
    pages_per_second: float
    metrics: Mapping[str, float] = field(default_factory=dict)
    finished: bool = True


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What `run.json` says about a model.

    Attributes:
        family: "layoutlmv3" or "donut".
        labels: what the outputs mean, in order; empty for Donut, which writes text.
        reading: how the model is fed; for LayoutLMv3 the tokens of a `window` and of its `stride`, for Donut `height`
            and `width` of its image, the `prompt` it begins with, the `max_length` of what it writes, and
            `tokenizer_sha256`.
        license: SPDX identifier of the licence that the weights are under.
        lineage: where they come from: start, data, seed, versions.
        scorer: what the start's evidence was worth, see `fakta.resolve.scorer`; it holds until it is fitted anew.
        adapter: of a run that trained one: its `name`, its `base` and that one's `base_sha256`, its `rank` and its
            number of `parameters`; empty for a run that trained a whole model.
    """

    family: str
    schema: Schema
    labels: tuple[str, ...]
    reading: Mapping[str, Any]
    license: str
    lineage: Mapping[str, Any]
    scorer: Mapping[str, Any] = field(default_factory=dict)
    adapter: Mapping[str, Any] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        """Writes `run.json`."""
        write_json(
            folder / RUN_FILE,
            {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "family": self.family,
                "schema": self.schema.to_dict(),
                "labels": list(self.labels),
                "reading": dict(self.reading),
                "license": self.license,
                "lineage": dict(self.lineage),
                "scorer": dict(self.scorer),
                "adapter": dict(self.adapter),
            },
        )

    @classmethod
    def load(cls, folder: Path) -> RunInfo:
        """Reads `run.json`.

        Raises:
            InputError: the folder is no finished run.
        """
        path = folder / RUN_FILE
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            hint = "; its training did not finish, go on with --resume" if (folder / "checkpoints").is_dir() else ""
            raise InputError(f"{folder}: no {RUN_FILE}, so this is no finished training run{hint}") from None
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise InputError(f"{path}: not valid JSON ({error})") from None
        if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("format_version") != FORMAT_VERSION:
            raise InputError(f"{path}: not a run of this version of fakta; train again")
        return cls(
            family=data["family"],
            schema=Schema.from_dict(data["schema"], source=str(path)),
            labels=tuple(data["labels"]),
            reading=data["reading"],
            license=data["license"],
            lineage=data["lineage"],
            scorer=data["scorer"],
            adapter=data["adapter"],
        )


def refuse_erased(run: Path) -> None:
    """Stops what would spread a run that has learned from documents that are no longer to be known.

    Raises:
        GateFailed: documents that it learned from were erased since.
    """
    artifact = artifact_at(run)
    if artifact and artifact.erased:
        raise GateFailed(
            f"{run.name}: learned from {artifact.erased} documents that were erased since; build the dataset again, "
            "and train anew"
        )


def write_json(path: Path, data: Any) -> None:
    """Writes JSON for people and programs, atomically."""
    write_text(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Writes a text file, atomically."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def versions() -> dict[str, str]:
    """The versions that decide what training computes."""
    names = ("fakta", "torch", "transformers", "accelerate", "peft", "tokenizers", "datasets", "numpy")
    found = {"python": platform.python_version()}
    for name in names:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def git_commit() -> str | None:
    """The commit of the source that runs, "+changes" behind it where files differ; None outside a git checkout."""
    source = Path(__file__).parent

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", *arguments], cwd=source, capture_output=True, text=True, timeout=10, check=True
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip()

    commit = git("rev-parse", "HEAD")
    if commit is None:
        return None
    return f"{commit}+changes" if git("status", "--porcelain", "--untracked-files=no") else commit
