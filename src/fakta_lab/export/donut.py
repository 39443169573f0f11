"""A run folder with a Donut as a bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from transformers import VisionEncoderDecoderModel

from fakta.documents import Document
from fakta.donut.grammar import Grammar
from fakta.donut.sequence import SequenceCodec, prompt_token
from fakta.errors import InputError
from fakta.families import DONUT
from fakta_lab.export.donut_graph import decoder_graph, encoder_graph
from fakta_lab.export.donut_parity import model_sequences, pictures, token_agreement
from fakta_lab.export.from_run import Draft, check_half
from fakta_lab.export.graph import halved, round_to_half
from fakta_lab.training.run import RunInfo

# Storing weights as float16 must not change what the model writes; a step on the brink may go the other way.
MIN_HALF_AGREEMENT = 0.99

ENCODER_FILE, DECODER_FILE = "encoder.onnx", "decoder.onnx"


def donut_draft(
    run_dir: Path,
    out_dir: Path,
    *,
    info: RunInfo,
    name: str,
    model: VisionEncoderDecoderModel,
    documents: Sequence[Document],
    lineage: Mapping[str, Any],
) -> tuple[Draft, float]:
    """The bundle of a Donut, unchecked, and the share of tokens, 0-1, that float16 weights keep.

    `model` is left with the weights that the bundle has.

    Args:
        run_dir: with `tokenizer.json`.
        out_dir: where the bundle is going to be written.
        info: of the run; its `reading` has `height`, `width` and `max_length`.
        name: of the bundle.
        model: of the run.
        documents: with page images.
        lineage: further facts for the manifest.

    Raises:
        InputError: the run does not fit together, or a page has no image.
        GateFailed: float16 changes too many tokens.
    """
    grammar = Grammar(SequenceCodec((run_dir / "tokenizer.json").read_bytes(), info.schema))
    height, width, max_length = (int(info.reading[key]) for key in ("height", "width", "max_length"))
    _check_fit(model, grammar, max_length=max_length, run=run_dir.name)
    images = [page for _, page in pictures(documents, height=height, width=width)]

    sequences = model_sequences(model, images, grammar, max_length=max_length)
    round_to_half(model)
    agreement = token_agreement(model, images, sequences, grammar, max_length=max_length)
    check_half(agreement, least=MIN_HALF_AGREEMENT, unit="tokens")
    graphs = {
        ENCODER_FILE: halved(encoder_graph(model, height=height, width=width)),
        DECODER_FILE: halved(decoder_graph(model)),
    }
    facts = {
        "family": DONUT,
        "encoder": ENCODER_FILE,
        "decoder": DECODER_FILE,
        "prompt": prompt_token(info.schema),
        "height": height,
        "width": width,
        "cell": _cell(model),
        "max_length": max_length,
        "weights": "float16",
    }
    draft = Draft.of_run(
        run_dir, out_dir, info=info, name=name, model=model, facts=facts, graphs=graphs, lineage=lineage
    )
    return draft, agreement


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
