"""Donut as two ONNX graphs that share no weights.

```
encoder.onnx  in   pixel_values (1, 3, H, W)
              out  cross_key.i (heads, d, L), cross_value.i (heads, L, d)
decoder.onnx  in   token (1,), position (1,), past_key.i (n, D), past_value.i (n, D), cross_key.i, cross_value.i
              out  logits (V,), attention (L,), key.i (1, D), value.i (1, D)
```

for every layer i of the decoder, with D = heads · d. The usual three graphs (encoder, first step, later steps) store
the decoder twice. Here the keys and values that every step needs of the page come out of the encoder's graph, and since
Donut's prompt is a single token, the first step is like all others, with a past of length 0. `attention` is where on
the page the step looked: the mean over heads and layers.
"""

from __future__ import annotations

import io
import math
import warnings
from typing import Any

import torch
from torch.nn import functional
from transformers import VisionEncoderDecoderModel

from fakta_lab.export.graph import OPSET


class _Encoder(torch.nn.Module):
    """Pixels to the keys and values of every decoder layer's cross-attention."""

    def __init__(self, model: VisionEncoderDecoderModel) -> None:
        super().__init__()
        self.model = model
        self.attentions = torch.nn.ModuleList(layer.encoder_attn for layer in model.decoder.model.decoder.layers)

    def forward(self, pixel_values: torch.Tensor) -> tuple[torch.Tensor, ...]:
        states = encoder_states(self.model, pixel_values)[0]
        made = []
        for attention in self.attentions:
            keys, values = (_heads(project(states), attention) for project in (attention.k_proj, attention.v_proj))
            made += [keys.transpose(1, 2), values]
        return tuple(made)


class _Step(torch.nn.Module):
    """One more token: MBart's decoder for a batch of one and a single position, without masks."""

    def __init__(self, model: VisionEncoderDecoderModel) -> None:
        super().__init__()
        self.decoder = model.decoder.model.decoder
        self.head = model.decoder.lm_head
        self.register_buffer("no_bias", torch.zeros(self.head.out_features), persistent=False)

    def forward(self, token: torch.Tensor, position: torch.Tensor, *states: torch.Tensor) -> tuple[torch.Tensor, ...]:
        n = len(self.decoder.layers)
        past, cross = states[: 2 * n], states[2 * n :]
        hidden = self.decoder.embed_tokens(token)
        places = self.decoder.embed_positions
        hidden = hidden + functional.embedding(position + places.offset, places.weight)
        hidden = self.decoder.layernorm_embedding(hidden)
        looks, made = [], []
        for i, layer in enumerate(self.decoder.layers):
            inside = layer.self_attn_layer_norm(hidden)
            key, value = layer.self_attn.k_proj(inside), layer.self_attn.v_proj(inside)
            made += [key, value]
            keys = _heads(torch.cat([past[2 * i], key]), layer.self_attn).transpose(1, 2)
            values = _heads(torch.cat([past[2 * i + 1], value]), layer.self_attn)
            hidden = hidden + _attended(layer.self_attn, inside, keys, values)[0]
            inside = layer.encoder_attn_layer_norm(hidden)
            seen, look = _attended(layer.encoder_attn, inside, cross[2 * i], cross[2 * i + 1])
            looks.append(look)
            hidden = hidden + seen
            inside = layer.final_layer_norm(hidden)
            hidden = hidden + layer.fc2(layer.activation_fn(layer.fc1(inside)))
        # With a bias the product becomes a Gemm, which shares its matrix with the embedding instead of a turned copy.
        logits = functional.linear(self.decoder.layer_norm(hidden), self.head.weight, self.no_bias)
        return (logits[0], torch.stack(looks).mean(dim=0), *made)


def encoder_states(model: VisionEncoderDecoderModel, pixel_values: torch.Tensor) -> torch.Tensor:
    """(batch, L, D) what the decoder sees of the pages."""
    states = model.encoder(pixel_values).last_hidden_state
    if (
        model.encoder.config.hidden_size != model.decoder.config.hidden_size
        and getattr(model.decoder.config, "cross_attention_hidden_size", None) is None
    ):
        states = model.enc_to_dec_proj(states)
    return states


def encoder_graph(model: VisionEncoderDecoderModel, *, height: int, width: int) -> bytes:
    """The graph of the encoder for images of that size, in pixels."""
    names = _names(model, "cross_key", "cross_value")
    return _exported(_Encoder(model), (torch.zeros(1, 3, height, width),), ["pixel_values"], names, {})


def decoder_graph(model: VisionEncoderDecoderModel) -> bytes:
    """The graph of one step of the decoder; how long the past is, and how many places the page has, is free."""
    config = model.decoder.config
    heads, depth = config.decoder_attention_heads, config.d_model // config.decoder_attention_heads
    places, past = 7, 3
    layers = range(config.decoder_layers)
    states = [torch.zeros(past, config.d_model) for _ in layers for _ in "kv"]
    states += [torch.zeros(shape) for _ in layers for shape in ((heads, depth, places), (heads, places, depth))]
    pasts = _names(model, "past_key", "past_value")
    crosses = _names(model, "cross_key", "cross_value")
    free: dict[str, dict[int, str]] = {name: {0: "past"} for name in pasts}
    free |= {name: {2 if "key" in name else 1: "places"} for name in crosses}
    free["attention"] = {0: "places"}
    example = (torch.tensor([5]), torch.tensor([past]), *states)
    outputs = ["logits", "attention", *_names(model, "key", "value")]
    return _exported(_Step(model), example, ["token", "position", *pasts, *crosses], outputs, free)


def _attended(
    attention: Any, hidden: torch.Tensor, keys: torch.Tensor, values: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """(1, D) what one position gathers, and (places,) where it looked, the mean over heads."""
    queries = _heads(attention.q_proj(hidden), attention)
    weights = torch.softmax(queries @ keys / math.sqrt(attention.head_dim), dim=-1)
    gathered = (weights @ values).transpose(0, 1).reshape(1, -1)
    return attention.out_proj(gathered), weights.mean(dim=0)[0]


def _heads(states: torch.Tensor, attention: Any) -> torch.Tensor:
    """(n, D) to (heads, n, d)."""
    return states.view(-1, attention.num_heads, attention.head_dim).transpose(0, 1)


def _names(model: VisionEncoderDecoderModel, *kinds: str) -> list[str]:
    return [f"{kind}.{layer}" for layer in range(model.decoder.config.decoder_layers) for kind in kinds]


def _exported(
    module: torch.nn.Module,
    example: tuple[torch.Tensor, ...],
    inputs: list[str],
    outputs: list[str],
    free: dict[str, dict[int, str]],
) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        for message in ("You are using the legacy TorchScript", "The feature will be removed"):
            warnings.filterwarnings("ignore", message=message, category=DeprecationWarning)
        # Window shifts and shapes are constants of an image size; parity is checked on pages.
        warnings.filterwarnings("ignore", category=torch.jit.TracerWarning)
        warnings.filterwarnings("ignore", category=UserWarning, module="torch.onnx")
        torch.onnx.export(
            module.eval(),
            example,
            buffer,
            dynamo=False,
            opset_version=OPSET,
            input_names=inputs,
            output_names=outputs,
            dynamic_axes=free,
        )
    return buffer.getvalue()
