"""From a run folder to a bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import transformers

from fakta.documents import Document, Page
from fakta.encode import Encoder
from fakta.errors import GateFailed, InputError
from fakta.families import DONUT
from fakta_lab.export.check import compare
from fakta_lab.export.compared import compared_documents, single_pages
from fakta_lab.export.donut import donut_draft
from fakta_lab.export.donut_parity import refuse_static
from fakta_lab.export.from_run import Draft, check_half
from fakta_lab.export.graph import halved, onnx_graph, round_to_half
from fakta_lab.export.parity import inputs_of, label_agreement, model_words
from fakta_lab.export.quantization import Quantize
from fakta_lab.formats.licence import is_non_commercial
from fakta_lab.formats.registered import refuse_registered
from fakta_lab.training.finished import load_model
from fakta_lab.training.run import RunInfo, refuse_erased

# Storing weights as float16 must not change what the model says; more than one word in a thousand would be news.
MIN_HALF_AGREEMENT = 0.999

GRAPH_FILE = "model.onnx"


def export(
    run_dir: Path,
    out_dir: Path,
    *,
    name: str,
    pages: Sequence[Page] | None,
    on: Path | None,
    quantize: Quantize,
    min_agreement: float,
    allow_non_commercial: bool,
    lineage: Mapping[str, Any],
) -> Path:
    """Carries out `fakta_lab.export.export_run`."""
    refuse_registered(out_dir)
    info = RunInfo.load(run_dir)
    refuse_erased(run_dir)
    if is_non_commercial(info.license) and not allow_non_commercial:
        raise GateFailed(
            f"{run_dir.name}: its weights started from a model under {info.license}, which forbids commercial use; "
            "export with --allow-non-commercial if that is what you want"
        )
    if info.family == DONUT:
        refuse_static(quantize.kinds)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    documents = compared_documents(on, family=info.family) if pages is None else single_pages(pages)
    model = load_model(run_dir)
    drafted = donut_draft if info.family == DONUT else layoutlmv3_draft
    draft, agreement = drafted(
        run_dir, out_dir, info=info, name=name, model=model, documents=documents, lineage=lineage
    )
    checked = compare(draft.bundle, model, documents)
    try:
        checked.parity.check()
    except GateFailed as failed:
        raise GateFailed(f"export: {failed}; the bundle was not written") from None
    logits = checked.parity.logits
    checks: dict[str, Any] = {
        "pages_compared": sum(len(document.pages) for document in documents),
        **(
            {"float16_token_agreement": agreement, "max_difference": dict(logits.differences)}
            if info.family == DONUT
            else {"float16_label_agreement": agreement, "max_logit_difference": logits.difference}
        ),
        "parity": checked.parity.figures(),
    }
    if quantize is not Quantize.none:
        choice = checked.quantized(quantize, min_agreement=min_agreement)
        checks["int8"] = choice.to_dict()
        if choice.shipped:
            draft = draft.with_integers(choice.shipped.graphs)
    return draft.write(out_dir, checks=checks)


def layoutlmv3_draft(
    run_dir: Path,
    out_dir: Path,
    *,
    info: RunInfo,
    name: str,
    model: Any,
    documents: Sequence[Document],
    lineage: Mapping[str, Any],
) -> tuple[Draft, float]:
    """The bundle of a LayoutLMv3, unchecked, and the share of labels, 0-1, that float16 weights keep.

    `model` is left with the weights that the bundle has.

    Raises:
        InputError: no page has words.
        GateFailed: float16 changes too many labels.
    """
    encoder = Encoder.of(run_dir / "tokenizer.json", info.reading)
    inputs = inputs_of(documents, encoder=encoder, long=2 * int(info.reading["window"]))
    if not inputs:
        raise InputError("export: none of the pages to compare on has words")
    full = model_words(model, inputs)
    round_to_half(model)
    agreement = label_agreement(full, model_words(model, inputs))
    check_half(agreement, least=MIN_HALF_AGREEMENT, unit="labels")
    graph = halved(onnx_graph(model))
    facts = {"family": info.family, "file": GRAPH_FILE, **info.reading, "weights": "float16"}
    draft = Draft.of_run(
        run_dir, out_dir, info=info, name=name, model=model, facts=facts, graphs={GRAPH_FILE: graph}, lineage=lineage
    )
    return draft, agreement
