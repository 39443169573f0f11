"""What a Donut in training writes about pages, held to the grammar of its schema as in production."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from transformers import GenerationConfig, VisionEncoderDecoderModel

from fakta.donut.grammar import Grammar


@torch.inference_mode()
def generate(
    model: VisionEncoderDecoderModel, pixel_values: torch.Tensor, grammar: Grammar, *, max_length: int
) -> list[list[int]]:
    """Greedy sequences, without prompt, `</s>` at the end.

    Args:
        model: in evaluation mode.
        pixel_values: (n, 3, height, width).
        grammar: of the schema to read by.
        max_length: most tokens a page, `</s>` included.
    """
    codec = grammar.codec
    settings = GenerationConfig(
        max_new_tokens=max_length,
        do_sample=False,
        num_beams=1,
        use_cache=True,
        decoder_start_token_id=codec.prompt_id,
        eos_token_id=codec.end_id,
        pad_token_id=codec.pad_id,
    )
    prompts = torch.full((len(pixel_values), 1), codec.prompt_id, device=pixel_values.device)
    written: Any = model.generate(
        pixel_values,
        decoder_input_ids=prompts,
        generation_config=settings,
        prefix_allowed_tokens_fn=allowed_tokens(grammar, max_length=max_length),
    )
    return [_until_end(row[1:], codec.end_id) for row in written.tolist()]


def allowed_tokens(grammar: Grammar, *, max_length: int) -> Callable[[int, torch.Tensor], list[int]]:
    """The grammar as transformers' `prefix_allowed_tokens_fn`, for sequences that begin with the prompt."""
    states = {}

    def allowed(page: int, ids: torch.Tensor) -> list[int]:
        written = len(ids) - 1
        if written == 0:
            states[page] = grammar.start
        elif not states[page].ended:
            states[page] = grammar.advance(states[page], int(ids[-1]))
        if states[page].ended:
            return [grammar.codec.pad_id]
        return [int(token) for token in grammar.mask(states[page], max_length - written).nonzero()[0]]

    return allowed


def _until_end(ids: list[int], end: int) -> list[int]:
    return ids[: ids.index(end) + 1] if end in ids else ids
