"""The model that writes what it sees: fresh, or one that exists, made to write with the tokens of this run."""

from __future__ import annotations

import math
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import (
    AutoConfig,
    DonutSwinConfig,
    DonutSwinModel,
    GenerationConfig,
    MBartConfig,
    MBartForCausalLM,
    VisionEncoderDecoderModel,
)

from fakta.donut.sequence import SequenceCodec
from fakta.errors import ConfigError
from fakta_lab.training.config import TrainConfig
from fakta_lab.training.donut.config import PATCH, DonutConfig
from fakta_lab.training.start import first_line

# Of a model from scratch whose recipe says nothing: A4 at about 58 dpi, which a person can just read.
DEFAULT_IMAGE = (672, 480)

# Standard deviation of fresh weights, times the square root of the width, as in LayoutLMv3's: transformers' fixed 0.02
# suits widths of 768 and more, and leaves small layers too quiet to begin learning.
WEIGHT_SCALE = 0.06 * math.sqrt(192)


def fresh_model(size: DonutConfig, codec: SequenceCodec, *, dropout: float = 0.0) -> VisionEncoderDecoderModel:
    """A Donut of random weights."""
    encoder = DonutSwinModel(
        DonutSwinConfig(
            image_size=list(size.image or DEFAULT_IMAGE),
            patch_size=PATCH,
            embed_dim=size.embed_dim,
            depths=list(size.depths),
            num_heads=list(size.encoder_heads),
            window_size=size.window,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=0.0,
            drop_path_rate=dropout,
            initializer_range=WEIGHT_SCALE / math.sqrt(size.width),
        ),
        add_pooling_layer=False,
    )
    decoder = MBartForCausalLM(
        MBartConfig(
            vocab_size=vocabulary_size(codec.tokenizer),
            d_model=size.width,
            decoder_layers=size.decoder_layers,
            decoder_attention_heads=size.decoder_heads,
            decoder_ffn_dim=size.decoder_intermediate,
            max_position_embeddings=size.max_length,
            is_decoder=True,
            add_cross_attention=True,
            scale_embedding=True,
            dropout=dropout,
            init_std=WEIGHT_SCALE / math.sqrt(size.width),
            forced_eos_token_id=None,
        )
    )
    model = VisionEncoderDecoderModel(encoder=encoder, decoder=decoder)
    _speak(model, codec, max_length=size.max_length)
    return model


def existing_model(
    config: TrainConfig, size: DonutConfig, where: str, codec: SequenceCodec, *, before: str
) -> VisionEncoderDecoderModel:
    """A model in a folder or on the hub, which writes with the tokens of `codec`.

    Args:
        where: as `fakta_lab.training.start.locate` found it.
        before: its own tokenizer.json; what it knows of a token stays with the token of that name.

    Raises:
        ConfigError: it cannot be loaded, is no Donut, or writes less than `max_length` tokens.
    """
    model = _load(where, config, size)
    longest = model.decoder.config.max_position_embeddings
    if size.max_length > longest:
        raise ConfigError(f"donut.max_length = {size.max_length}: {config.start} writes at most {longest} tokens")
    _adopt(model, old=Tokenizer.from_str(before), new=codec.tokenizer)
    _speak(model, codec, max_length=size.max_length)
    return model


def vocabulary_size(tokenizer: Tokenizer) -> int:
    """How many numbers there are for tokens; a tokenizer that was added to may leave some out."""
    return 1 + max(tokenizer.get_vocab(with_added_tokens=True).values())


def image_of(model: VisionEncoderDecoderModel) -> tuple[int, int]:
    """Height and width in pixels of what the model sees."""
    size = model.encoder.config.image_size
    height, width = (size, size) if isinstance(size, int) else size
    return int(height), int(width)


def _load(where: str, config: TrainConfig, size: DonutConfig) -> VisionEncoderDecoderModel:
    try:
        settings = AutoConfig.from_pretrained(where)
    except (OSError, ValueError) as error:
        raise ConfigError(f"start = {config.start}: cannot be loaded as Donut ({first_line(error)})") from None
    if settings.model_type != "vision-encoder-decoder" or settings.encoder.model_type != "donut-swin":
        raise ConfigError(f"start = {config.start}: cannot be loaded as Donut (it is a {settings.model_type})")
    if size.image and list(size.image) != list(_pair(settings.encoder.image_size)):
        if settings.encoder.use_absolute_embeddings:
            raise ConfigError(
                f"donut.image = {list(size.image)}: {config.start} sees {list(_pair(settings.encoder.image_size))} and "
                "has learned where each patch of it stands; leave the key out"
            )
        # Without absolute places the encoder takes pages of any size.
        settings.encoder.image_size = list(size.image)
    settings.encoder.hidden_dropout_prob = settings.encoder.drop_path_rate = config.dropout
    settings.decoder.dropout = config.dropout
    try:
        model = VisionEncoderDecoderModel.from_pretrained(
            where, config=settings, dtype=torch.float32, use_safetensors=True
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigError(f"start = {config.start}: cannot be loaded as Donut ({first_line(error)})") from None
    assert isinstance(model, VisionEncoderDecoderModel)
    return model


@torch.no_grad()
def _adopt(model: VisionEncoderDecoderModel, *, old: Tokenizer, new: Tokenizer) -> None:
    """Gives the decoder an embedding for each token of `new`; tokens that `old` has too keep theirs."""
    old_ids, new_ids = old.get_vocab(with_added_tokens=True), new.get_vocab(with_added_tokens=True)
    decoder, size = model.decoder, vocabulary_size(new)
    known = decoder.get_input_embeddings().weight.detach().clone()
    if old_ids == new_ids and len(known) == size:
        return
    decoder.resize_token_embeddings(size, mean_resizing=False)
    weight = decoder.get_input_embeddings().weight
    # As loud as what is known, in the directions of chance.
    weight.normal_(std=float(known.std()))
    for token, number in new_ids.items():
        if token in old_ids and old_ids[token] < len(known):
            weight[number] = known[old_ids[token]]
    decoder.tie_weights()


def _speak(model: VisionEncoderDecoderModel, codec: SequenceCodec, *, max_length: int) -> None:
    """States where a sequence begins and ends, wherever transformers looks for it."""
    ids = {"decoder_start_token_id": codec.prompt_id, "pad_token_id": codec.pad_id, "eos_token_id": codec.end_id}
    for name, number in ids.items():
        setattr(model.config, name, number)
        setattr(model.config.decoder, name, number)
    model.config.decoder.forced_eos_token_id = None
    model.config.tie_word_embeddings = True
    # `max_length` counts the prompt, here as in transformers' own checkpoints of Donut.
    model.generation_config = GenerationConfig(**ids, max_length=max_length)


def _pair(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))
