"""How much each label counts in the loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
import torch
from torch.nn import functional

from fakta_lab.training.layoutlmv3.examples import IGNORED, Example

ClassWeights = Literal["none", "balanced", "sqrt"]

# Batches whose labels are counted: a few hundred windows, as the run will see them.
COUNTED_BATCHES = 32


def label_weights(
    labels: Sequence[str],
    *,
    class_weights: ClassWeights,
    field_weights: Mapping[str, float],
    batches: Iterable[Sequence[Example]],
) -> torch.Tensor:
    """(n_labels,) what a word with each label counts.

    The weights of classes go by n / (k n_c), with n known labels in all, n_c of the class and k classes, or by the root
    of that, and are scaled so that a label counts 1 on average: the learning rate keeps its meaning. A label that does
    not come among those counted is taken to have come once. The weight of a field multiplies both of its labels.

    Args:
        field_weights: by the name of a field or table column; 1 for all others.
        batches: to count labels in; not touched for "none".
    """
    weights = np.ones(len(labels))
    if class_weights != "none":
        counts = label_counts(batches, len(labels))
        weights = counts.sum() / np.maximum(counts, 1) / len(labels)
        if class_weights == "sqrt":
            weights = np.sqrt(weights)
        weights *= counts.sum() / max(1.0, float(counts @ weights))
    weights *= [field_weights.get(label.partition("-")[2], 1.0) for label in labels]
    return torch.tensor(weights, dtype=torch.float32)


def label_counts(batches: Iterable[Sequence[Example]], n_labels: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """(n_labels,) how many tokens have each label."""
    counts = np.zeros(n_labels, dtype=np.int64)
    for batch in batches:
        for example in batch:
            known = example.labels[example.labels != IGNORED]
            counts += np.bincount(known, minlength=n_labels)
    return counts


def token_weights(labels: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """What each of the (n, L) label numbers counts; 0 for -100."""
    known = labels != IGNORED
    return weights.to(labels.device)[labels.where(known, 0)] * known


def token_loss(logits: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Cross entropy of (n, L, n_labels) logits against (n, L) label numbers, times (n_labels,) weights, summed.

    Labels of -100 are left out.
    """
    return functional.cross_entropy(
        logits.float().flatten(0, 1),
        labels.flatten(),
        weight=weights.to(logits.device),
        ignore_index=IGNORED,
        reduction="sum",
    )
