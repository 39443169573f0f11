"""The loss of written sequences, from the logits.

Labels are shifted here and nowhere else: transformers 4.50 to 4.57 shifts those that it is given twice, so the model
never gets to see any.
"""

from __future__ import annotations

import torch
from torch.nn import functional


def shifted(ids: torch.Tensor, *, prompt: int) -> torch.Tensor:
    """(n, L) what the decoder has written before it writes `ids`: the prompt, then all but the last.

    >>> shifted(torch.tensor([[7, 8, 2]]), prompt=5).tolist()
    [[5, 7, 8]]
    """
    return torch.cat([torch.full_like(ids[:, :1], prompt), ids[:, :-1]], dim=1)


def sequence_loss(
    logits: torch.Tensor, ids: torch.Tensor, *, weights: torch.Tensor, unknown: torch.Tensor, tags: torch.Tensor
) -> torch.Tensor:
    """Cross entropy of what is written, times what each token counts, summed.

    Args:
        logits: (n, L, vocabulary); those at place i are for `ids[:, i]`.
        ids: (n, L) token numbers.
        weights: (n, L) how much each counts; 0 for padding.
        unknown: (n, L, n_names) tags that are out of the choice at a place.
        tags: (n_names,) their token numbers.
    """
    logits = logits.float()
    out = torch.zeros_like(logits, dtype=torch.bool)
    out[..., tags] = unknown
    logits = logits.masked_fill(out, -torch.inf)
    each = functional.cross_entropy(logits.flatten(0, 1), ids.flatten(), reduction="none").view_as(weights)
    return (each * weights).sum()
