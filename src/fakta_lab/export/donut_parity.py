"""Do Donut's exported graphs compute what the model computes, and write what it writes?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
import torch
from transformers import VisionEncoderDecoderModel

from fakta.bundle import Bundle
from fakta.documents import Document, Page
from fakta.donut.decoding import decode
from fakta.donut.grammar import Grammar
from fakta.donut.graphs import FloatArray, Graphs, Tensors
from fakta.donut.image import drawn, prepared
from fakta.donut.sequence import SequenceCodec
from fakta.errors import BundleError, InputError
from fakta_lab.export.compared import places
from fakta_lab.export.donut_graph import encoder_states
from fakta_lab.export.graph import halved, widened
from fakta_lab.export.held import graphs_of
from fakta_lab.export.int8 import dynamic
from fakta_lab.export.levels import LogitLevel, logit_level
from fakta_lab.export.parity import TOLERANCE
from fakta_lab.export.quantization import Candidate, Runs
from fakta_lab.export.quantization import Graphs as Files
from fakta_lab.training.donut.generation import generate

Sequences = list[list[int]]


class DonutChecks:
    """What is asked of the graphs of a bundle with a Donut, see `fakta_lab.export.check.Checks`.

    Args:
        model: float32, in evaluation mode.
        bundle: with the graphs of the same weights.
        documents: to compare on.

    Raises:
        InputError: a page has no image.
    """

    def __init__(self, model: VisionEncoderDecoderModel, bundle: Bundle, documents: Sequence[Document]) -> None:
        self.model = model
        self.bundle = bundle
        self.grammar = Grammar(SequenceCodec(bundle.read("tokenizer.json"), bundle.schema))
        self.max_length = int(bundle.model["max_length"])
        height, width = (int(bundle.model[key]) for key in ("height", "width"))
        self.pages = pictures(documents, height=height, width=width)

    @cached_property
    def _sequences(self) -> Sequences:
        images = [page for _, page in self.pages]
        return model_sequences(self.model, images, self.grammar, max_length=self.max_length)

    def level(self) -> LogitLevel:
        """The largest differences of encoder, first step and later steps."""
        graphs = self._loaded(graphs_of(self.bundle))
        return donut_level(self.model, graphs, self.pages, self._sequences, self.grammar, max_length=self.max_length)

    def agreement(self, graphs: Files) -> float:
        """Share of the tokens, 0-1, that are chosen as by the model, given those in front of them."""
        images = [page for _, page in self.pages]
        return graph_agreement(self._loaded(graphs), images, self._sequences, self.grammar, max_length=self.max_length)

    def runs(self, graphs: Files) -> Runs:
        """One function a page: it is seen, and the model's tokens are written about it."""
        loaded = self._loaded(graphs)
        return [
            partial(_write_again, loaded, page, [self.grammar.codec.prompt_id, *ids[:-1]])
            for (_, page), ids in zip(self.pages, self._sequences, strict=True)
        ]

    def candidates(self, kinds: Sequence[str]) -> list[Candidate]:
        """Both graphs with 8-bit integers.

        Raises:
            InputError: fixed ranges alone are asked for.
        """
        refuse_static(kinds)
        made: dict[str, bytes] = {
            name: halved(dynamic(widened(graph))) for name, graph in graphs_of(self.bundle).items()
        }
        return [Candidate("dynamic", made)]

    def _loaded(self, graphs: Files) -> Graphs:
        encoder, decoder = (graphs[str(self.bundle.model[key])] for key in ("encoder", "decoder"))
        return Graphs(encoder, decoder, where=self.bundle.name)


def refuse_static(kinds: Sequence[str]) -> None:
    """Raises InputError where fixed ranges alone are asked for.

    The decoder's inputs are what it wrote before, so ranges would have to be taken while it writes.
    """
    if tuple(kinds) == ("static",):
        raise InputError("export: Donut has no static 8-bit integers; take --quantize dynamic")


def pictures(documents: Sequence[Document], *, height: int, width: int) -> list[tuple[str, FloatArray]]:
    """What to call each page in a message, and the pixels that the model sees of it.

    Raises:
        InputError: a page has no image.
    """
    return [(place, _pixels(place, page, height=height, width=width)) for place, page in places(documents)]


def _pixels(place: str, page: Page, *, height: int, width: int) -> FloatArray:
    if page.render is None:
        raise InputError(f"parity: {place} has no image, so nothing can be compared on it")
    return np.asarray(prepared(drawn(page, height=height, width=width), height=height, width=width).values)


def _write_again(graphs: Graphs, page: FloatArray, inputs: Sequence[int]) -> FloatArray:
    return graph_logits(graphs, graphs.see(page), inputs)


def model_sequences(
    model: VisionEncoderDecoderModel, pages: Sequence[FloatArray], grammar: Grammar, *, max_length: int
) -> Sequences:
    """What transformers' `generate` writes about each page, held to the grammar."""
    return [generate(model, torch.from_numpy(page[None]), grammar, max_length=max_length)[0] for page in pages]


@torch.inference_mode()
def model_logits(model: VisionEncoderDecoderModel, page: FloatArray, inputs: Sequence[int]) -> FloatArray:
    """(len(inputs), V) logits of the torch model, each row for the token behind an input."""
    logits: Any = model(pixel_values=torch.from_numpy(page[None]), decoder_input_ids=torch.tensor([inputs])).logits
    return np.asarray(logits[0].numpy())


def token_agreement(
    model: VisionEncoderDecoderModel,
    pages: Sequence[FloatArray],
    sequences: Sequences,
    grammar: Grammar,
    *,
    max_length: int,
) -> float:
    """Share of the tokens, 0-1, that the model would choose too, given those in front of them."""
    return _agreement(
        [
            model_logits(model, page, [grammar.codec.prompt_id, *ids[:-1]])
            for page, ids in zip(pages, sequences, strict=True)
        ],
        sequences,
        grammar,
        max_length=max_length,
    )


def graph_agreement(
    graphs: Graphs, pages: Sequence[FloatArray], sequences: Sequences, grammar: Grammar, *, max_length: int
) -> float:
    """Share of the tokens, 0-1, that the graphs would choose too, given those in front of them."""
    return _agreement(
        [
            graph_logits(graphs, graphs.see(page), [grammar.codec.prompt_id, *ids[:-1]])
            for page, ids in zip(pages, sequences, strict=True)
        ],
        sequences,
        grammar,
        max_length=max_length,
    )


def graph_logits(graphs: Graphs, seen: Tensors, inputs: Sequence[int]) -> FloatArray:
    """(len(inputs), V) logits of the graphs, step by step."""
    writer = graphs.writer(seen, max_length=len(inputs))
    return np.stack([writer.write(token)[0] for token in inputs])


def donut_level(
    model: VisionEncoderDecoderModel,
    graphs: Graphs,
    pages: Sequence[tuple[str, FloatArray]],
    sequences: Sequences,
    grammar: Grammar,
    *,
    max_length: int,
) -> LogitLevel:
    """The largest differences over all pages: of the encoder, of the first step's logits, of all later ones.

    Differences are relative to the largest number of the output, where that is above 1. Tokens agree where the graphs,
    with the keys and values that they keep, write in the same place what transformers' `generate` writes.

    Args:
        pages: what to call each in a message, and its pixels.
        sequences: what `generate` writes about each, see `model_sequences`.
    """
    found: list[tuple[str, str, float]] = []
    same = compared = 0
    for (place, page), ids in zip(pages, sequences, strict=True):
        seen = graphs.see(page)
        inputs = [grammar.codec.prompt_id, *ids[:-1]]
        expected = model_logits(model, page, inputs)
        actual = graph_logits(graphs, seen, inputs)
        found += [
            ("encoder", place, _encoder_difference(model, page, seen)),
            ("first_step", place, _difference(expected[:1], actual[:1])),
            ("later_steps", place, _difference(expected[1:], actual[1:])),
        ]
        written = _greedy(graphs, seen, grammar, max_length=max_length)
        same += sum(one == other for one, other in zip(written, ids, strict=False))
        compared += max(len(written), len(ids))
    return logit_level(found, tolerance=TOLERANCE, agreement=same / compared, unit="tokens")


def _greedy(graphs: Graphs, seen: Tensors, grammar: Grammar, *, max_length: int) -> list[int]:
    """What the graphs write; nothing where what they give are no numbers, which the differences tell."""
    try:
        return decode(graphs.writer(seen, max_length=max_length), grammar, max_length=max_length).tokens
    except BundleError:
        return []


@torch.inference_mode()
def _encoder_difference(model: VisionEncoderDecoderModel, page: FloatArray, seen: Tensors) -> float:
    states = encoder_states(model, torch.from_numpy(page[None]))[0]
    worst = 0.0
    for i, layer in enumerate(model.decoder.model.decoder.layers):
        attention = layer.encoder_attn
        shape = (len(states), attention.num_heads, attention.head_dim)
        keys = attention.k_proj(states).view(shape).permute(1, 2, 0).numpy()
        values = attention.v_proj(states).view(shape).permute(1, 0, 2).numpy()
        worst = max(worst, _difference(keys, seen[f"cross_key.{i}"]), _difference(values, seen[f"cross_value.{i}"]))
    return worst


def _difference(expected: FloatArray, actual: FloatArray) -> float:
    if not expected.size:
        return 0.0
    return float(np.abs(expected - actual).max() / max(1.0, float(np.abs(expected).max())))


def _agreement(logits: Sequence[FloatArray], sequences: Sequences, grammar: Grammar, *, max_length: int) -> float:
    same = 0
    for rows, ids in zip(logits, sequences, strict=True):
        state = grammar.start
        for position, token in enumerate(ids):
            allowed = grammar.mask(state, max_length - position)
            same += int(np.where(allowed, rows[position, : grammar.vocabulary], -np.inf).argmax()) == token
            state = grammar.advance(state, token)
    return same / sum(map(len, sequences))
