"""What every bundle takes from its run, whichever family the model is of: tokenizer, weights, card, lineage, memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from fakta_lab.export.bundles import kept_memory, write_bundle
from fakta_lab.export.card import CARD, model_card
from fakta_lab.training.run import RunInfo


def write_run_bundle(
    run_dir: Path,
    out_dir: Path,
    *,
    info: RunInfo,
    name: str,
    model: torch.nn.Module,
    facts: Mapping[str, Any],
    graphs: Mapping[str, bytes],
    checks: Mapping[str, Any],
    lineage: Mapping[str, Any],
) -> Path:
    """Writes the bundle of a run whose graphs have passed their checks.

    Args:
        run_dir: with the run's `tokenizer.json`.
        out_dir: bundle folder to write.
        info: of the run.
        name: of the bundle.
        model: transformers', to train further from.
        facts: about the model, for the manifest.
        graphs: file name to ONNX graph.
        checks: figures of the comparison with the model.
        lineage: further facts for the manifest.

    Raises:
        BundleError: `out_dir` holds something that is no bundle.
        MemoryFileError: the supplier memory that it would keep is damaged.
    """
    all_lineage = {**info.lineage, **lineage, "export": dict(checks)}
    card = model_card(name=name, license=info.license, schema=info.schema, model=facts, lineage=all_lineage)
    return write_bundle(
        out_dir,
        name=name,
        schema=info.schema,
        model=facts,
        files={
            **graphs,
            "tokenizer.json": (run_dir / "tokenizer.json").read_bytes(),
            CARD: card.encode(),
            "config.json": model.config.to_json_string().encode(),
            "model.safetensors": _half_weights(model),
            **kept_memory(out_dir, run_dir),
        },
        license=info.license,
        lineage=all_lineage,
        scorer=info.scorer,
    )


def _half_weights(model: torch.nn.Module) -> bytes:
    """The weights to train further from, as float16: what `round_to_half` has left loses nothing.

    A matrix that two places share is written once.
    """
    weights: dict[str, torch.Tensor] = {}
    written = set()
    for name, values in model.state_dict().items():
        if values.data_ptr() not in written:
            written.add(values.data_ptr())
            weights[name] = values.half().contiguous()
    return bytes(save(weights, metadata={"format": "pt"}))
