"""Low-rank adapters: what a tenant or a group of suppliers teaches, beside weights that all of them share.

An adapter adds to each chosen layer the product of two thin matrices (LoRA, Hu et al. 2021, through peft) and is all
that a run trains and saves, with the output layers: a few hundredths of the model. Its run folder names its base and
holds `adapter_model.safetensors` in place of `model.safetensors`; whatever needs the whole model, export above all,
merges the two and so pays nothing for the split.

```
runs/base                            weights for everybody
runs/kommun-a, runs/kommun-b         an adapter each, `adapter.base: runs/base`
```
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakta.errors import ConfigError, InputError
from fakta_lab.files import sha256_of
from fakta_lab.training.run import RUN_FILE, RunInfo
from fakta_lab.training.start import WEIGHTS, locate_start

if TYPE_CHECKING:
    import torch

    from fakta_lab.training.config import AdapterConfig

ADAPTER_WEIGHTS = "adapter_model.safetensors"


@dataclass(frozen=True, slots=True)
class Adaptable:
    """Where a kind of model takes adapters.

    Attributes:
        inside: pattern of the module path that the layers are under; the rest of the model stays as it is.
        layers: names of the linear layers that get one, unless the recipe names others.
        heads: modules that are trained and saved whole, because they are new or small.
    """

    inside: str
    layers: tuple[str, ...]
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdapterSummary:
    """One adapter as `fakta adapters list` shows it.

    Attributes:
        path: its run folder.
        base: what it was trained over.
        base_changed: its base is gone or holds other weights by now, so that it cannot be used.
        parameters: numbers it holds.
        size: bytes of its weights.
        documents: of the dataset that it learned from.
    """

    path: Path
    name: str
    base: str
    base_changed: bool
    rank: int
    parameters: int
    size: int
    documents: int


def add_adapter(model: Any, settings: AdapterConfig, where: Adaptable) -> Any:
    """A peft model around `model`, of which only the adapter and the heads learn; `model` is changed in place.

    Raises:
        ConfigError: no layer of the model has one of the names.
    """
    import peft

    layers = settings.layers or where.layers
    config = peft.LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=rf"{where.inside}\.(.*\.)?({'|'.join(layers)})",
        modules_to_save=list(where.heads) or None,
    )
    try:
        with _quiet():
            return peft.get_peft_model(model, config)
    except ValueError:
        inside = re.compile(rf"{where.inside}\..*")
        linear = sorted(
            {
                name.rpartition(".")[2]
                for name, part in model.named_modules()
                if inside.fullmatch(name) and _is_linear(part)
            }
        )
        raise ConfigError(
            f"adapter.layers = {list(layers)}: the model has no such layers to adapt; it has {', '.join(linear)}"
        ) from None


def adapter_facts(settings: AdapterConfig, *, start: str, base: str, model: Any) -> dict[str, Any]:
    """What `run.json` says about an adapter.

    Args:
        start: as the recipe names the base.
        base: folder or hub name that it was loaded from.
        model: the peft model.
    """
    trained = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    return {
        "name": settings.name,
        "base": "shipped" if start == "shipped" else base,
        "base_sha256": _weights_sha256(base),
        "rank": settings.rank,
        "parameters": trained,
    }


def merged(model: Any, run: Path) -> Any:
    """A base model with the adapter of a run added into its weights."""
    import peft

    with _quiet():
        return peft.PeftModel.from_pretrained(model, str(run)).merge_and_unload()


def base_of(info: RunInfo, run: Path) -> str:
    """The folder or hub name of an adapter's base.

    Raises:
        InputError: it is gone, or holds other weights than the adapter was trained over.
    """
    named = str(info.adapter["base"])
    base = locate_start(named)
    expected = info.adapter["base_sha256"]
    if expected and not Path(base).is_dir():
        raise InputError(f"{run}: the base of this adapter, {named}, is not there any more")
    if expected and _weights_sha256(base) != expected:
        raise InputError(
            f"{run}: the weights of its base, {named}, changed since the adapter was trained; train it again"
        )
    return base


def save_adapter(model: Any, run: Path, weights: Mapping[str, torch.Tensor]) -> None:
    """Writes an adapter's settings and, out of the weights of the whole peft model, its own into a run folder."""
    model.save_pretrained(str(run), state_dict=dict(weights))
    (run / "README.md").unlink(missing_ok=True)  # peft's form for the Hugging Face hub


def list_adapters(folder: Path) -> Iterator[AdapterSummary]:
    """The adapters among the runs in a folder, by name.

    Raises:
        InputError: there is no such folder.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    runs = [folder] if (folder / RUN_FILE).is_file() else sorted(path.parent for path in folder.glob(f"*/{RUN_FILE}"))
    for run in runs:
        info = RunInfo.load(run)
        if info.adapter:
            yield _summary(info, run)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings that peft causes inside transformers."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing` is deprecated", category=FutureWarning)
        yield


def _summary(info: RunInfo, run: Path) -> AdapterSummary:
    try:
        base_of(info, run)
        changed = False
    except InputError:
        changed = True
    return AdapterSummary(
        path=run,
        name=str(info.adapter["name"]),
        base=str(info.adapter["base"]),
        base_changed=changed,
        rank=int(info.adapter["rank"]),
        parameters=int(info.adapter["parameters"]),
        size=(run / ADAPTER_WEIGHTS).stat().st_size,
        documents=int(info.lineage.get("dataset_documents") or 0),
    )


def _weights_sha256(base: str) -> str | None:
    """Of the weights in a folder; None for a model on the hub, which keeps versions of its own."""
    weights = Path(base) / WEIGHTS
    return sha256_of(weights) if weights.is_file() else None


def _is_linear(module: Any) -> bool:
    import torch

    return isinstance(module, torch.nn.Linear)
