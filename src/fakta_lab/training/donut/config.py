"""What a recipe says about Donut alone: its section `donut`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from fakta_lab.config import ConfigModel

Positive = Annotated[int, Field(gt=0)]

# The encoder halves its grid between stages, and a window has to slide over what is left.
PATCH = 4


class DonutConfig(ConfigModel):
    """How Donut sees and writes, and how large one from scratch is.

    Attributes:
        image: height and width in pixels of what the model sees; of the start where it is left out.
        max_length: most tokens that it writes.
        tables: write tables too; without them a small model has more of its strength for the fields.
        tokenizer: "keep" that of the start, or write with an "own" one, learned as for a start from scratch, whose
            tokens keep what the start knows of tokens with the same name.
        embed_dim: channels of the first stage; each stage has twice those of the one before, and the decoder as many
            as the last.
        depths, encoder_heads: layers and attention heads of each stage.
        window: side of the encoder's attention windows, in its grid; no more than is left of that in the last stage.
        decoder_layers, decoder_heads, decoder_intermediate: of the decoder.
    """

    image: tuple[Positive, Positive] | None = None
    max_length: Annotated[int, Field(ge=8)] = 512
    tables: bool = True
    tokenizer: Literal["keep", "own"] = "keep"
    embed_dim: Positive = 64
    depths: tuple[Positive, ...] = (2, 2, 6, 2)
    encoder_heads: tuple[Positive, ...] = (2, 4, 8, 16)
    window: Positive = 8
    decoder_layers: Positive = 4
    decoder_heads: Positive = 8
    decoder_intermediate: Positive = 1024

    @property
    def width(self) -> int:
        """Of the decoder, and of the encoder's last stage."""
        return int(self.embed_dim * 2 ** (len(self.depths) - 1))

    @model_validator(mode="after")
    def _consistent(self) -> DonutConfig:
        if len(self.depths) != len(self.encoder_heads):
            raise ValueError(f"{len(self.depths)} depths need as many encoder_heads, not {len(self.encoder_heads)}")
        for stage, heads in enumerate(self.encoder_heads):
            if self.embed_dim * 2**stage % heads:
                raise ValueError(
                    f"{heads} encoder_heads of stage {stage + 1} do not divide its {self.embed_dim * 2**stage} channels"
                )
        if self.width % self.decoder_heads:
            raise ValueError(
                f"the decoder's width {self.width} is not a multiple of decoder_heads {self.decoder_heads}"
            )
        step = PATCH * 2 ** (len(self.depths) - 1)
        if self.image and any(side % step for side in self.image):
            raise ValueError(f"image {self.image[0]} x {self.image[1]} is not a multiple of {step} both ways")
        if self.image and min(self.image) // step < self.window:
            raise ValueError(
                f"of image {self.image[0]} x {self.image[1]} the last stage sees {self.image[0] // step} x "
                f"{self.image[1] // step}, which is less than the window {self.window}"
            )
        return self


# Keys of a recipe that mean nothing to Donut.
FOREIGN = ("window", "stride", "model", "class_weights", "images")


def family_problems(family: str, donut: DonutConfig | None, foreign: Mapping[str, tuple[Any, Any]]) -> Iterator[str]:
    """What a recipe sets that its family does not have.

    Args:
        foreign: of the keys in `FOREIGN`, what the recipe says and the default.
    """
    if family != "donut":
        if donut is not None:
            yield f"the section donut is for family: donut, and this is {family}"
        return
    changed = [key for key, (given, default) in foreign.items() if given != default]
    if changed:
        yield f"{', '.join(changed)}: not for family: donut, which has its own section donut"
