"""A Donut as it lies in a run folder, in a bundle or in a checkpoint of transformers."""

from __future__ import annotations

import torch
from transformers import AutoConfig, VisionEncoderDecoderModel

from fakta.errors import InputError


def saved_donut(path: str, *, image: tuple[int, int] | None = None) -> VisionEncoderDecoderModel:
    """The model, float32.

    Args:
        path: folder with `config.json` and `model.safetensors`.
        image: height and width in pixels of what it sees, where that is not as it was saved: an adapter may have been
            trained on other pictures than its base.

    Raises:
        InputError: it holds another kind of model.
    """
    settings = AutoConfig.from_pretrained(path)
    parts = [getattr(settings, part, settings).model_type for part in ("encoder", "decoder")]
    if parts != ["donut-swin", "mbart"]:
        raise InputError(f"{path}: is made of {' and '.join(parts)}; Donut is donut-swin and mbart")
    if image:
        settings.encoder.image_size = list(image)
    model = VisionEncoderDecoderModel.from_pretrained(path, config=settings, dtype=torch.float32, use_safetensors=True)
    assert isinstance(model, VisionEncoderDecoderModel)
    return model
