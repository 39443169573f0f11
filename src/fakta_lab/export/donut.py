"""From a run folder with a Donut to a bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from transformers import VisionEncoderDecoderModel

from fakta.documents.model import Page
from fakta.donut.grammar import Grammar
from fakta.donut.graphs import FloatArray, Graphs
from fakta.donut.image import drawn, prepared
from fakta.donut.sequence import SequenceCodec, prompt_token
from fakta.errors import GateFailed, InputError
from fakta.families import DONUT
from fakta_lab.export.donut_graph import decoder_graph, encoder_graph
from fakta_lab.export.donut_parity import check_donut_parity, graph_agreement, model_sequences, token_agreement
from fakta_lab.export.from_run import write_run_bundle
from fakta_lab.export.graph import halved, quantized, round_to_half
from fakta_lab.training.finished import load_model
from fakta_lab.training.run import RunInfo

# Invoices to compare on where the caller brings no pages; a page takes a second where LayoutLMv3 takes milliseconds.
N_INVOICES = 4
FIRST_SEED = 2**62

# Storing weights as float16 must not change what the model writes; a step on the brink may go the other way.
MIN_HALF_AGREEMENT = 0.99

ENCODER_FILE, DECODER_FILE = "encoder.onnx", "decoder.onnx"


def export_donut(
    run_dir: Path,
    out_dir: Path,
    *,
    info: RunInfo,
    name: str,
    pages: Sequence[Page] | None,
    int8: bool,
    min_agreement: float,
    lineage: Mapping[str, Any],
) -> Path:
    """Writes the bundle of a run, after comparing graphs and model on page images.

    Args:
        run_dir: with `model.safetensors`, `config.json` and `tokenizer.json`.
        out_dir: bundle folder to write.
        info: of the run; its `reading` has `height`, `width` and `max_length`.
        name: of the bundle.
        pages: with images; freshly generated invoices where none are given.
        int8: store the matrices as 8-bit integers.
        min_agreement: share of the tokens, 0-1, that must survive `int8`.
        lineage: further facts for the manifest.

    Raises:
        InputError: the run does not fit together, or a page has no image.
        GateFailed: the graphs differ from the model, or smaller weights change too many tokens.
    """
    tokenizer = (run_dir / "tokenizer.json").read_bytes()
    grammar = Grammar(SequenceCodec(tokenizer, info.schema))
    model = load_model(run_dir)
    height, width, max_length = (int(info.reading[key]) for key in ("height", "width", "max_length"))
    _check_fit(model, grammar, max_length=max_length, run=run_dir.name)
    images = [_pixels(page, height=height, width=width) for page in (_invoices() if pages is None else pages)]

    sequences = model_sequences(model, images, grammar, max_length=max_length)
    round_to_half(model)
    half_agreement = token_agreement(model, images, sequences, grammar, max_length=max_length)
    if half_agreement < MIN_HALF_AGREEMENT:
        raise GateFailed(
            f"export: float16 weights change {1 - half_agreement:.2%} of the tokens, at most "
            f"{1 - MIN_HALF_AGREEMENT:.2%} are allowed; the bundle was not written"
        )
    plain = encoder_graph(model, height=height, width=width), decoder_graph(model)
    encoder, decoder = map(halved, plain)
    graphs = Graphs(encoder, decoder, where=name)
    checks = {
        "pages_compared": len(images),
        "float16_token_agreement": half_agreement,
        "max_difference": check_donut_parity(model, graphs, images, grammar, max_length=max_length),
    }
    if int8:
        encoder, decoder = (halved(quantized(graph)) for graph in plain)
        agreement = graph_agreement(
            Graphs(encoder, decoder, where=name), images, sequences, grammar, max_length=max_length
        )
        if agreement < min_agreement:
            raise GateFailed(
                f"export: int8 keeps {agreement:.2%} of the tokens, {min_agreement:.2%} are needed; export without int8"
            )
        checks["int8_token_agreement"] = agreement
    facts = {
        "family": DONUT,
        "encoder": ENCODER_FILE,
        "decoder": DECODER_FILE,
        "prompt": prompt_token(info.schema),
        "height": height,
        "width": width,
        "cell": _cell(model),
        "max_length": max_length,
        "weights": "int8" if int8 else "float16",
    }
    return write_run_bundle(
        run_dir,
        out_dir,
        info=info,
        name=name,
        model=model,
        facts=facts,
        graphs={ENCODER_FILE: encoder, DECODER_FILE: decoder},
        checks=checks,
        lineage=lineage,
    )


def _check_fit(model: VisionEncoderDecoderModel, grammar: Grammar, *, max_length: int, run: str) -> None:
    config = model.decoder.config
    if config.vocab_size < grammar.vocabulary:
        raise InputError(
            f"{run}: the decoder has {config.vocab_size} tokens and tokenizer.json {grammar.vocabulary}; train again"
        )
    if max_length > config.max_position_embeddings:
        raise InputError(
            f"{run}: {max_length} tokens a page are more than the {config.max_position_embeddings} positions of the "
            "decoder; train again"
        )


def _cell(model: VisionEncoderDecoderModel) -> int:
    """Edge in pixels of what the encoder's last stage sums up: each stage but the first halves the resolution."""
    config = model.encoder.config
    patch = config.patch_size if isinstance(config.patch_size, int) else config.patch_size[0]
    return int(patch) * int(2 ** (len(config.depths) - 1))


def _pixels(page: Page, *, height: int, width: int) -> FloatArray:
    if page.render is None:
        raise InputError(f"export: page {page.number} has no image, so nothing can be compared on it")
    return np.asarray(prepared(drawn(page, height=height, width=width), height=height, width=width).values)


def _invoices() -> list[Page]:
    from fakta.documents import read
    from fakta_lab.synth import generate, render_pdf

    documents = (read(render_pdf(generate(seed)), ocr="off") for seed in range(FIRST_SEED, FIRST_SEED + N_INVOICES))
    return [document.pages[0] for document in documents]
