"""How a LayoutLMv3 looks at a page's picture, and where a model begins that never looked at one.

The picture is cut into patches, each of which stands behind the words as one more token. A model without such tokens
gets them in a way that leaves its words' embeddings as they were: a fresh patch has the coordinates that a word in its
place would have, white paper adds nothing to it, and only ink does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from fakta.pixels import PixelFormat

if TYPE_CHECKING:
    from transformers import LayoutLMv3Config, LayoutLMv3ForTokenClassification

# What white paper is after normalisation with LayoutLMv3's mean and deviation.
WHITE = 1.0


def image_format(config: LayoutLMv3Config) -> PixelFormat | None:
    """How a model sees pages; None for one that does not look at them."""
    return PixelFormat(config.input_size) if config.visual_embed else None


def begin_to_look(model: LayoutLMv3ForTokenClassification) -> None:
    """Gives the patch tokens of a model that was not trained with them a meaningful start, in place."""
    body = model.layoutlmv3
    words = body.embeddings
    with torch.no_grad():
        # transformers normalises words once more when there are patches behind them. Normalised twice is the same as
        # once, as long as the scale that words have learned comes last.
        body.LayerNorm.load_state_dict(words.LayerNorm.state_dict())
        words.LayerNorm.weight.fill_(1.0)
        words.LayerNorm.bias.zero_()
        body.norm.weight.fill_(1.0)
        body.norm.bias.zero_()
        body.cls_token.zero_()
        places = body.create_visual_bbox(image_size=body.patch_embed.patch_shape).unsqueeze(0)
        body.pos_embed.copy_(words.calculate_spatial_position_embeddings(places.to(body.pos_embed.device)))
        patches = body.patch_embed.proj
        torch.nn.init.normal_(patches.weight, std=model.config.initializer_range)
        patches.bias.copy_(-WHITE * patches.weight.sum(dim=(1, 2, 3)))
