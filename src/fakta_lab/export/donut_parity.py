"""Do Donut's exported graphs compute what the model computes, and write what it writes?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from transformers import VisionEncoderDecoderModel

from fakta.donut.decoding import decode
from fakta.donut.grammar import Grammar
from fakta.donut.graphs import FloatArray, Graphs, Tensors
from fakta.errors import GateFailed
from fakta_lab.export.donut_graph import encoder_states
from fakta_lab.export.parity import TOLERANCE
from fakta_lab.training.donut.generation import generate

Sequences = list[list[int]]


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


def check_donut_parity(
    model: VisionEncoderDecoderModel,
    graphs: Graphs,
    pages: Sequence[FloatArray],
    grammar: Grammar,
    *,
    max_length: int,
) -> dict[str, float]:
    """The largest differences over all pages: of the encoder, of the first step's logits, of all later ones.

    Differences are relative to the largest number of the output, where that is above 1.

    Raises:
        GateFailed: one is above 1e-4, or a page's greedy sequence differs; names output, difference and tolerance.
    """
    worst = {"encoder": 0.0, "first_step": 0.0, "later_steps": 0.0}
    for number, page in enumerate(pages, start=1):
        (ids,) = model_sequences(model, [page], grammar, max_length=max_length)
        seen = graphs.see(page)
        inputs = [grammar.codec.prompt_id, *ids[:-1]]
        expected = model_logits(model, page, inputs)
        actual = graph_logits(graphs, seen, inputs)
        differences = {
            "encoder": _encoder_difference(model, page, seen),
            "first_step": _difference(expected[:1], actual[:1]),
            "later_steps": _difference(expected[1:], actual[1:]),
        }
        for output, difference in differences.items():
            if not difference <= TOLERANCE:  # also true for NaN
                raise GateFailed(
                    f"export: output {output!r} of the graphs differs from the model by {difference:.2g} on page "
                    f"{number}, tolerance {TOLERANCE:g}; the bundle was not written"
                )
            worst[output] = max(worst[output], difference)
        written = decode(graphs.writer(seen, max_length=max_length), grammar, max_length=max_length).tokens
        if written != ids:
            at = next(i for i, (one, other) in enumerate(zip([*written, -1], [*ids, -1], strict=False)) if one != other)
            raise GateFailed(
                f"export: the graphs write something else about page {number} than the model, from token {at + 1} on, "
                f"though logits differ by at most {max(differences.values()):.2g}; the bundle was not written"
            )
    return worst


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
