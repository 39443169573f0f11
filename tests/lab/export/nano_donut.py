"""A Donut with random weights, two million of them, and the run folder that training would leave behind."""

from __future__ import annotations

from pathlib import Path

import torch
from PIL import Image, ImageDraw
from tests.fakta.donut.nano import RECEIPT, receipt_tokenizer
from transformers import (
    DonutSwinConfig,
    DonutSwinModel,
    MBartConfig,
    MBartForCausalLM,
    VisionEncoderDecoderModel,
)

from fakta.documents.model import Page
from fakta.donut.sequence import BASE_TOKENS, END
from fakta_lab.training.run import RunInfo

HEIGHT, WIDTH, MAX_LENGTH = 320, 224, 48
VOCABULARY = 320
END_ID = BASE_TOKENS.index(END)


def nano_model(*, seed: int = 3, encoder_width: int = 32, vocabulary: int = VOCABULARY) -> VisionEncoderDecoderModel:
    """A model that says something definite, if nothing that makes sense."""
    torch.manual_seed(seed)
    encoder = DonutSwinConfig(
        image_size=[HEIGHT, WIDTH],
        patch_size=4,
        embed_dim=encoder_width,
        depths=[1, 1, 2, 1],
        num_heads=[1, 2, 4, 8],
        window_size=5,
        initializer_range=0.2,
    )
    decoder = MBartConfig(
        vocab_size=vocabulary,
        d_model=128,
        decoder_layers=2,
        decoder_attention_heads=4,
        decoder_ffn_dim=256,
        max_position_embeddings=64,
        is_decoder=True,
        is_encoder_decoder=False,
        add_cross_attention=True,
        scale_embedding=True,
        init_std=0.1,
    )
    model = VisionEncoderDecoderModel(encoder=DonutSwinModel(encoder), decoder=MBartForCausalLM(decoder))
    with torch.no_grad():
        # It shall not want to end before it has begun, and what it sees shall matter to what it says.
        model.decoder.get_input_embeddings().weight[END_ID] = 0
        for layer in model.decoder.model.decoder.layers:
            layer.encoder_attn.out_proj.weight *= 6
            layer.encoder_attn.q_proj.weight *= 6
    return model.eval()


def write_run(
    folder: Path, model: VisionEncoderDecoderModel, *, max_length: int = MAX_LENGTH, license: str = "Apache-2.0"
) -> Path:
    """The run folder of a model."""
    model.save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes(receipt_tokenizer())
    RunInfo(
        family="donut",
        schema=RECEIPT,
        labels=(),
        reading={"height": HEIGHT, "width": WIDTH, "max_length": max_length},
        license=license,
        lineage={"start": "scratch", "seed": 0},
    ).save(folder)
    return folder


def drawn_page(number: int) -> Page:
    """A page with some bars on it, different for each number."""

    def render(dpi: int) -> Image.Image:
        image = Image.new("RGB", (595 * dpi // 72, 842 * dpi // 72), "white")
        for bar in range(5):
            left, top = (37 * number + 91 * bar) % 400, 80 + 120 * bar
            box = [coordinate * dpi // 72 for coordinate in (left, top, left + 120 + 10 * number, top + 30)]
            ImageDraw.Draw(image).rectangle(box, fill="black")
        return image

    return Page(number, 595, 842, (), render=render)


PAGES = [drawn_page(number) for number in (1, 2)]
