"""A Donut as it lies in a run folder, in a bundle or in a checkpoint of transformers."""

from __future__ import annotations

import torch
from transformers import VisionEncoderDecoderModel

from fakta.errors import InputError


def saved_donut(path: str) -> VisionEncoderDecoderModel:
    """The model, float32.

    Args:
        path: folder with `config.json` and `model.safetensors`.

    Raises:
        InputError: it holds another kind of model.
    """
    model = VisionEncoderDecoderModel.from_pretrained(path, dtype=torch.float32, use_safetensors=True)
    kinds = (model.config.encoder.model_type, model.config.decoder.model_type)
    if kinds != ("donut-swin", "mbart"):
        raise InputError(f"{path}: is made of {' and '.join(kinds)}; Donut is donut-swin and mbart")
    assert isinstance(model, VisionEncoderDecoderModel)
    return model
