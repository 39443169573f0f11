"""From a run folder to a bundle."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import transformers

from fakta.documents.model import Page
from fakta.encode import Encoder
from fakta.errors import GateFailed, InputError
from fakta.families import DONUT
from fakta_lab.export.donut import export_donut
from fakta_lab.export.from_run import write_run_bundle
from fakta_lab.export.graph import halved, onnx_graph, quantized, round_to_half
from fakta_lab.export.parity import check_parity, graph_words, inputs_of, label_agreement, model_words
from fakta_lab.training.finished import load_model
from fakta_lab.training.run import RunInfo, refuse_erased

# Invoices to compare on where the caller brings no pages; seeds far from those of any training run.
N_INVOICES = 20
FIRST_SEED = 2**62

# Storing weights as float16 must not change what the model says; more than one word in a thousand would be news.
MIN_HALF_AGREEMENT = 0.999


def export(
    run_dir: Path,
    out_dir: Path,
    *,
    name: str,
    pages: Sequence[Page] | None,
    int8: bool,
    min_agreement: float,
    allow_non_commercial: bool,
    lineage: Mapping[str, Any],
) -> Path:
    """Carries out `fakta_lab.export.export_run`."""
    info = RunInfo.load(run_dir)
    refuse_erased(run_dir)
    if is_non_commercial(info.license) and not allow_non_commercial:
        raise GateFailed(
            f"{run_dir.name}: its weights started from a model under {info.license}, which forbids commercial use; "
            "export with --allow-non-commercial if that is what you want"
        )
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    if info.family == DONUT:
        return export_donut(
            run_dir,
            out_dir,
            info=info,
            name=name,
            pages=pages,
            int8=int8,
            min_agreement=min_agreement,
            lineage=lineage,
        )
    encoder = Encoder.of(run_dir / "tokenizer.json", info.reading)
    inputs = inputs_of(_pages(pages, window=info.reading["window"]), encoder=encoder)
    if not inputs:
        raise InputError("export: none of the pages to compare on has words")

    model = load_model(run_dir)
    full = model_words(model, inputs)
    round_to_half(model)
    half_agreement = label_agreement(full, model_words(model, inputs))
    if half_agreement < MIN_HALF_AGREEMENT:
        raise GateFailed(
            f"export: float16 weights change {1 - half_agreement:.2%} of the labels, at most "
            f"{1 - MIN_HALF_AGREEMENT:.2%} are allowed; the bundle was not written"
        )
    plain = onnx_graph(model)
    graph = halved(plain)
    checks = {
        "pages_compared": len(inputs),
        "float16_label_agreement": half_agreement,
        "max_logit_difference": check_parity(model, graph, inputs),
    }
    if int8:
        graph = halved(quantized(plain))
        agreement = label_agreement(full, graph_words(graph, inputs))
        if agreement < min_agreement:
            raise GateFailed(
                f"export: int8 keeps {agreement:.2%} of the labels, {min_agreement:.2%} are needed; export without int8"
            )
        checks["int8_label_agreement"] = agreement
    model_facts = {
        "family": info.family,
        "file": "model.onnx",
        **info.reading,
        "weights": "int8" if int8 else "float16",
    }
    return write_run_bundle(
        run_dir,
        out_dir,
        info=info,
        name=name,
        model=model,
        facts=model_facts,
        graphs={"model.onnx": graph},
        checks=checks,
        lineage=lineage,
    )


def is_non_commercial(license: str) -> bool:
    """Whether an SPDX identifier names a licence that forbids commercial use.

    >>> is_non_commercial("CC-BY-NC-SA-4.0"), is_non_commercial("Apache-2.0")
    (True, False)
    """
    return bool(re.search(r"(^|[-_ ])(NC|non-?commercial)($|[-_ ])", license, flags=re.IGNORECASE))


def _pages(pages: Sequence[Page] | None, *, window: int) -> list[Page]:
    """The pages to compare on, and one that needs several windows."""
    if pages is None:
        from fakta_lab.synth import generate

        seeds = range(FIRST_SEED, FIRST_SEED + N_INVOICES)
        pages = [page.as_page(number) for seed in seeds for number, page in enumerate(generate(seed).pages, start=1)]
    words = [word for page in pages for word in page.words]
    long = Page(1, 595, 842, tuple(words[: 2 * window]), source="generated")
    return [*pages, long]
