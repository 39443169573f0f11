"""What every bundle takes from its run, whichever family the model is of: tokenizer, weights, card, lineage, memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from fakta.errors import GateFailed
from fakta_lab.export.bundles import kept_memory, manifest_of, write_bundle
from fakta_lab.export.card import CARD, model_card
from fakta_lab.export.held import HeldBundle, held_bundle
from fakta_lab.training.run import RunInfo

TOKENIZER = "tokenizer.json"


@dataclass(frozen=True)
class Draft:
    """A run's bundle before it is written, so that it can be checked.

    Attributes:
        info: of the run.
        name: of the bundle.
        facts: about the model, for the manifest.
        graphs: file name to ONNX graph.
        others: the other files, without card and manifest.
        lineage: where it comes from, without the checks.
    """

    info: RunInfo
    name: str
    facts: Mapping[str, Any]
    graphs: Mapping[str, bytes]
    others: Mapping[str, bytes]
    lineage: Mapping[str, Any]

    @classmethod
    def of_run(
        cls,
        run_dir: Path,
        out_dir: Path,
        *,
        info: RunInfo,
        name: str,
        model: torch.nn.Module,
        facts: Mapping[str, Any],
        graphs: Mapping[str, bytes],
        lineage: Mapping[str, Any],
    ) -> Draft:
        """The bundle of a run.

        Args:
            run_dir: with the run's `tokenizer.json`.
            out_dir: where it is going to be written: a bundle that is there has a memory to keep.
            info: of the run.
            name: of the bundle.
            model: transformers', to train further from.
            facts: about the model, for the manifest.
            graphs: file name to ONNX graph.
            lineage: further facts for the manifest.

        Raises:
            MemoryFileError: the supplier memory that it would keep is damaged.
        """
        others = {
            TOKENIZER: (run_dir / TOKENIZER).read_bytes(),
            "config.json": model.config.to_json_string().encode(),
            "model.safetensors": _half_weights(model),
            **kept_memory(out_dir, run_dir),
        }
        return cls(info, name, facts, graphs, others, {**info.lineage, **lineage})

    @property
    def bundle(self) -> HeldBundle:
        """It, ready to read with."""
        manifest = manifest_of(
            name=self.name,
            schema=self.info.schema,
            model=self.facts,
            license=self.info.license,
            lineage=self.lineage,
            scorer=self.info.scorer,
        )
        return held_bundle(manifest, {**self.others, **self.graphs})

    def with_integers(self, graphs: Mapping[str, bytes]) -> Draft:
        """The same with graphs of 8-bit integers."""
        return replace(self, graphs=graphs, facts={**self.facts, "weights": "int8"})

    def write(self, out_dir: Path, *, checks: Mapping[str, Any]) -> Path:
        """Writes it, checks and card included.

        Args:
            out_dir: bundle folder to write.
            checks: figures of the comparison with the model.

        Raises:
            BundleError: `out_dir` holds something that is no bundle.
        """
        lineage = {**self.lineage, "export": dict(checks)}
        card = model_card(
            name=self.name, license=self.info.license, schema=self.info.schema, model=self.facts, lineage=lineage
        )
        return write_bundle(
            out_dir,
            name=self.name,
            schema=self.info.schema,
            model=self.facts,
            files={**self.graphs, **self.others, CARD: card.encode()},
            license=self.info.license,
            lineage=lineage,
            scorer=self.info.scorer,
        )


def check_half(agreement: float, *, least: float, unit: str) -> None:
    """Raises GateFailed where storing weights as float16 keeps less than a share, 0-1, of the labels or tokens."""
    if agreement < least:
        raise GateFailed(
            f"export: float16 weights change {1 - agreement:.2%} of the {unit}, at most {1 - least:.2%} are allowed; "
            "the bundle was not written"
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
