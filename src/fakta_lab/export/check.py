"""A bundle against the weights that it was made of, at all three levels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import transformers

from fakta.bundle import Bundle
from fakta.documents import Document
from fakta.errors import BundleError, InputError
from fakta.extract import Extractor
from fakta.families import DONUT
from fakta_lab.export.compared import compared_documents
from fakta_lab.export.donut_parity import DonutChecks
from fakta_lab.export.graph import round_to_half
from fakta_lab.export.held import graphs_of
from fakta_lab.export.levels import LogitLevel, Parity
from fakta_lab.export.outcomes import Outcomes, compared_decisions, compared_values, differing_values, outcomes
from fakta_lab.export.parity import LayoutLMv3Checks
from fakta_lab.export.quantization import Candidate, Choice, Graphs, Quantize, Runs, choose
from fakta_lab.export.reference import reference_extractor
from fakta_lab.training.finished import load_model
from fakta_lab.training.run import RunInfo

WEIGHTS = "model.safetensors"


class Checks(Protocol):
    """What differs between the families when graphs are compared with their model."""

    def level(self) -> LogitLevel:
        """How far the bundle's graphs are from the model."""
        ...

    def agreement(self, graphs: Graphs) -> float:
        """Share, 0-1, of labels or tokens that these graphs choose as the model does."""
        ...

    def runs(self, graphs: Graphs) -> Runs:
        """For timing: one function an input."""
        ...

    def candidates(self, kinds: Sequence[str]) -> list[Candidate]:
        """The bundle's graphs with 8-bit integers."""
        ...


@dataclass(frozen=True)
class Checked:
    """A bundle that was compared with its weights.

    Attributes:
        bundle: it.
        documents: that both read.
        checks: of its family.
        parity: what came out.
        reference: how the weights on torch read the documents.
        made: how the bundle reads them.
    """

    bundle: Bundle
    documents: Sequence[Document]
    checks: Checks
    parity: Parity
    reference: Outcomes
    made: Outcomes

    def report(self) -> str:
        """JSON with all that differs, **values included**: only for those who may see the documents."""
        names = dict.fromkeys((*self.parity.values.differing, *self.parity.decisions.differing))
        differing = differing_values(self.reference, self.made, tuple(names))
        return json.dumps({**self.parity.to_dict(), "said": differing}, indent=2, ensure_ascii=False) + "\n"

    def quantized(self, quantize: Quantize, *, min_agreement: float) -> Choice:
        """Measures graphs with 8-bit integers in place of the bundle's own.

        Args:
            quantize: which; not "none".
            min_agreement: share, 0-1, of labels or tokens that a candidate has to keep.

        Raises:
            InputError: the family has none of this kind.
        """
        return choose(
            self.bundle,
            graphs_of(self.bundle),
            self.checks.candidates(quantize.kinds),
            documents=self.documents,
            reference=self.reference,
            runs=self.checks.runs,
            agreement=self.checks.agreement,
            min_agreement=min_agreement,
        )


def compare(bundle: Bundle, model: Any, documents: Sequence[Document]) -> Checked:
    """Compares a bundle with a model on documents.

    Args:
        bundle: on disk or in memory.
        model: transformers', with the bundle's weights, float32 and in evaluation mode.
        documents: at least one.

    Raises:
        InputError: there is nothing to compare on them.
    """
    checks: Checks = (DonutChecks if bundle.model["family"] == DONUT else LayoutLMv3Checks)(model, bundle, documents)
    level = checks.level()
    reference = outcomes(reference_extractor(bundle, model), documents)
    made = outcomes(Extractor(bundle), documents)
    decisions, decided_by = compared_decisions(reference, made)
    parity = Parity(
        level,
        compared_values(reference, made),
        decisions,
        decided_by,
        same_weights=bundle.model.get("weights") != "int8",
    )
    return Checked(bundle, documents, checks, parity, reference, made)


def check_bundle(bundle_dir: Path, *, run: Path | None, on: Path | None) -> Checked:
    """Compares a bundle on disk with the weights that it was made of.

    Args:
        bundle_dir: folder of the bundle.
        run: its training run; where it is None, the weights are those that the bundle holds to train further from.
        on: benchmark set to compare on; invented invoices where it is None.

    Raises:
        BundleError: it is no bundle.
        DatasetError: `on` is no benchmark set.
        InputError: the bundle holds no weights, or is not of this run.
    """
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    bundle = Bundle.load(bundle_dir)
    model = _own_model(bundle) if run is None else _run_model(bundle, run)
    # As the graph has them.
    round_to_half(model)
    return compare(bundle, model, compared_documents(on, family=bundle.model["family"]))


def _own_model(bundle: Bundle) -> Any:
    if not bundle.path.is_dir():
        raise BundleError(f"{bundle.path}: a zip has to be unpacked to compare it; or name its run with --run")
    if WEIGHTS not in bundle.manifest["files"]:
        raise InputError(f"{bundle.path}: holds no {WEIGHTS} to compare with; name its training run with --run")
    if bundle.model["family"] == DONUT:
        from fakta_lab.training.donut.saved import saved_donut

        return saved_donut(str(bundle.path), image=(bundle.model["height"], bundle.model["width"])).eval()
    from fakta_lab.training.layoutlmv3.model import saved_model

    return saved_model(str(bundle.path), labels=bundle.labels, images="image" in bundle.model).eval()


def _run_model(bundle: Bundle, run: Path) -> Any:
    info = RunInfo.load(run)
    same = (
        info.family == bundle.model["family"]
        and tuple(info.labels) == bundle.labels
        and all(bundle.model.get(key, value) == value for key, value in info.reading.items())
        and (run / "tokenizer.json").read_bytes() == bundle.read("tokenizer.json")
    )
    if not same:
        raise InputError(
            f"{run}: the bundle {bundle.name} was not exported from this run: family, labels, tokenizer or settings "
            "differ; name the run that it came from"
        )
    return load_model(run)
