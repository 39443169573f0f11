"""How well confidences tell right from wrong: each measure for many weightings of the suppliers at once.

| measure | what it says | best |
|---|---|---|
| `auroc` | chance that a right value is surer than a wrong one | 1 |
| `aurc` | mean error rate among the surest, over all shares of the values from one value to all [1] | 0 |
| `excess_aurc` | how much of `aurc` a perfect order of the same values would save [2] | 0 |
| `ece` | mean distance between confidence and share right, in 15 bins of equal mass [3] | 0 |
| `ece_equal_width` | the same in 15 bins of equal width | 0 |
| `brier` | mean squared distance between confidence and outcome | 0 |
| `log_loss` | mean negative logarithm of the probability given to what turned out | 0 |

[1] Geifman, El-Yaniv (2017), Selective classification for deep neural networks. [2] Geifman, Uziel, El-Yaniv (2019),
Bias-reduced uncertainty estimation for deep neural classifiers. [3] Nixon et al. (2019), Measuring calibration in deep
learning: equal mass, because nearly all confidences of a good reader lie in the last bin of equal width.

scikit-learn has three of these for one weighting at a time; a thousand rounds of a bootstrap would take minutes. The
tests hold the numbers here against its.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fakta_lab.tuning.figures.curve import bin_places

Floats = NDArray[np.float64]

MEASURES = ("auroc", "aurc", "excess_aurc", "ece", "ece_equal_width", "brier", "log_loss")
BINS = 15
# Certainty that turns out wrong would have an infinite loss; nearer to 0 and 1 than this counts as this.
EPSILON = 1e-6
# How many weights of examples are held in memory at once.
_BLOCK = 4_000_000


def measure(
    confidences: Floats, right: NDArray[np.bool_], clusters: NDArray[np.intp], weights: NDArray[np.int64]
) -> dict[str, Floats]:
    """Every measure, once for each weighting; NaN where it does not exist.

    Args:
        confidences: 0-1, shape (examples,).
        right: outcomes, shape (examples,).
        clusters: which cluster each example belongs to, 0 to clusters-1, shape (examples,).
        weights: how many times each cluster counts, shape (rounds, clusters); at least one per round is not 0.

    Returns:
        The names of `MEASURES`, in that order, each with an array of shape (rounds,).

    >>> one = np.ones((1, 4), dtype=np.int64)
    >>> found = measure(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True]), np.arange(4), one)
    >>> {name: round(float(value[0]), 4) for name, value in found.items()}["auroc"]
    0.6667
    """
    outcome = right.astype(float)
    clipped = np.clip(confidences, EPSILON, 1 - EPSILON)
    loss = -np.log(np.where(right, clipped, 1 - clipped))
    measured = _ranked(confidences, right, clusters, weights)
    for name, equal_mass in (("ece", True), ("ece_equal_width", False)):
        places = bin_places(confidences, bins=BINS, equal_mass=equal_mass)
        measured[name] = _calibration_error(confidences - outcome, places, clusters, weights)
    measured["brier"] = _mean((confidences - outcome) ** 2, clusters, weights)
    measured["log_loss"] = _mean(loss, clusters, weights)
    return {name: measured[name] for name in MEASURES}


def _mean(values: Floats, clusters: NDArray[np.intp], weights: NDArray[np.int64]) -> Floats:
    n_clusters = weights.shape[1]
    sums = np.bincount(clusters, weights=values, minlength=n_clusters)
    result: Floats = (weights @ sums) / (weights @ np.bincount(clusters, minlength=n_clusters))
    return result


def _calibration_error(
    gaps: Floats, places: NDArray[np.intp], clusters: NDArray[np.intp], weights: NDArray[np.int64]
) -> Floats:
    """Sum over the bins of the absolute summed gap between confidence and outcome, per example."""
    n_clusters = weights.shape[1]
    sums = np.zeros((n_clusters, BINS))
    np.add.at(sums, (clusters, places), gaps)
    result: Floats = np.abs(weights @ sums).sum(axis=1) / (weights @ np.bincount(clusters, minlength=n_clusters))
    return result


def _ranked(
    confidences: Floats, right: NDArray[np.bool_], clusters: NDArray[np.intp], weights: NDArray[np.int64]
) -> dict[str, Floats]:
    """The measures of order. Examples of equal confidence count as accepted in random order, in expectation."""
    order = np.argsort(-confidences, kind="stable")
    ties = np.flatnonzero(np.diff(confidences[order], prepend=np.inf))
    wrong_in_order = ~right[order]
    # One over 1, 2, 3 …, summed: what the mean of error rates over growing shares comes down to.
    most = int((weights @ np.bincount(clusters, minlength=weights.shape[1])).max())
    harmonic = np.concatenate(([0.0], np.cumsum(1 / np.arange(1, most + 1))))
    blocks: list[tuple[Floats, Floats, Floats]] = []
    for block in _blocks(weights, examples=len(confidences)):
        of_example = block[:, clusters[order]]
        taken = np.add.reduceat(of_example, ties, axis=1)
        wrong = np.add.reduceat(of_example * wrong_in_order, ties, axis=1)
        after, wrong_after = taken.cumsum(axis=1), wrong.cumsum(axis=1)
        before, wrong_before = after - taken, wrong_after - wrong
        total, errors = after[:, -1], wrong_after[:, -1]
        rate = np.divide(wrong, taken, out=np.zeros(taken.shape), where=taken > 0)
        area = ((wrong_before - rate * before) * (harmonic[after] - harmonic[before]) + wrong).sum(axis=1)
        hits = total - errors
        ideal = errors - hits * (harmonic[total] - harmonic[hits])
        surer = ((taken - wrong) * (errors[:, None] - wrong_after + wrong / 2)).sum(axis=1)
        pairs = (errors * hits).astype(float)
        auroc = np.divide(surer, pairs, out=np.full(len(block), np.nan), where=pairs > 0)
        blocks.append((auroc, area / total, (area - ideal) / total))
    auroc, aurc, excess = (np.concatenate(part) for part in zip(*blocks, strict=True))
    return {"auroc": auroc, "aurc": aurc, "excess_aurc": excess}


def _blocks(weights: NDArray[np.int64], *, examples: int) -> Iterator[NDArray[np.int64]]:
    step = max(1, _BLOCK // examples)
    for start in range(0, len(weights), step):
        yield weights[start : start + step]
