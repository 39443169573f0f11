"""A meaningful start for LayoutLMv3's relative-position tables.

transformers looks these tables up without a gradient, so in a model from scratch they would keep their random start for
ever. Each head therefore begins, and stays, with one kind of neighbour that matters on an invoice: words of the same
line, words of the same column, what is near, what stands to the left on the line (an inline label), what stands above
in the column (a column's heading), and one head that is free.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from transformers import LayoutLMv3ForTokenClassification

# Attention logits below this are as good as nothing (e^-10 = 0.00005).
FAR = -10.0

# Distances in thousandths of the page, positive to the right and down; A4 lines are 12-18 apart.
LINE_TOLERANCE = 4
COLUMN_TOLERANCE = 10

Bias = Callable[[int], float]


def set_relative_positions(model: LayoutLMv3ForTokenClassification) -> None:
    """Fills the tables of a fresh model in place; head i takes the i-th pattern, starting over after the sixth."""
    import torch

    encoder = model.layoutlmv3.encoder
    scale = math.sqrt(model.config.hidden_size / model.config.num_attention_heads)
    with torch.no_grad():
        encoder.rel_pos_bias.weight.zero_()
        for head in range(model.config.num_attention_heads):
            horizontal, vertical = _PATTERNS[head % len(_PATTERNS)]
            encoder.rel_pos_x_bias.weight[head] = _table(encoder, horizontal) * scale
            encoder.rel_pos_y_bias.weight[head] = _table(encoder, vertical) * scale


def _table(encoder: torch.nn.Module, bias: Bias) -> torch.Tensor:
    """(bins,) the mean bias, in attention logits, over the distances that share a bucket."""
    import torch

    distances = torch.arange(-1000, 1001)
    buckets = encoder.relative_position_bucket(
        distances, num_buckets=encoder.rel_2d_pos_bins, max_distance=encoder.max_rel_2d_pos
    )
    values = torch.tensor([bias(int(distance)) for distance in distances])
    total = torch.zeros(encoder.rel_2d_pos_bins).index_add_(0, buckets, values)
    return total / torch.bincount(buckets, minlength=encoder.rel_2d_pos_bins).clamp(min=1)


def _anywhere(distance: int) -> float:
    return 0.0


def _on_line(distance: int) -> float:
    return max(FAR, -1.25 * max(0, abs(distance) - LINE_TOLERANCE))


def _in_column(distance: int) -> float:
    return max(FAR, -max(0, abs(distance) - COLUMN_TOLERANCE) / 6)


def _near_across(distance: int) -> float:
    return max(FAR, -abs(distance) / 50)


def _near_along(distance: int) -> float:
    return max(FAR, -abs(distance) / 12)


def _to_the_left(distance: int) -> float:
    if distance > 0:
        return FAR
    # The word itself comes after what stands left of it, but before everything that is not on the line.
    return -4.0 if distance == 0 else max(FAR, distance / 150)


def _above(distance: int) -> float:
    if distance > LINE_TOLERANCE:
        return FAR
    return -2.0 if distance >= -LINE_TOLERANCE else max(FAR, distance / 40)


_PATTERNS: tuple[tuple[Bias, Bias], ...] = (
    (_anywhere, _on_line),
    (_in_column, _anywhere),
    (_near_across, _near_along),
    (_to_the_left, _on_line),
    (_in_column, _above),
    (_anywhere, _anywhere),
)
