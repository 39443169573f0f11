"""Probabilities of mistakes for weighing costs: calibrated confidences, moved where many outcomes say so.

A wrong bankgiro costs as much as three hundred looks, so what counts is how often the surest values are wrong, and of
that a tuning set has a handful of cases. Costs that are summed over the outcomes themselves promise what they do not
keep (docs/cascade.md has the measurement). Confidences are smooth, but may all be somewhat too sure. Between the two:
one straight line from log-odds to log-odds for all answers, and one shift a field and group, each drawn towards leaving
the confidences as they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fakta_lab.tuning.cascade.documents import JudgedDocument, group_of

Floats = NDArray[np.float64]

# How strongly the lines are drawn towards no change: precisions of normal priors over intercept and slope. Tried on
# simulated fields, calibrated ones and ones that are too sure; a tenth or ten times as much changes little.
POOLED_PRIOR = (5.0, 20.0)
SHIFT_PRIOR = 5.0
# Nothing is surer than this before costs are weighed.
LIMIT = 1e-6
STEPS = 100


def mistake_probabilities(documents: Sequence[JudgedDocument]) -> Floats:
    """The probability that each answer is wrong, 0-1, document after document in their order."""
    flat = [each for document in documents for each in document.fields]
    confidence = np.clip([each.confidence for each in flat], LIMIT, 1 - LIMIT)
    right = np.array([each.example.right for each in flat], dtype=float)
    _, cell = np.unique([f"{each.example.field}/{group_of(each.example)}" for each in flat], return_inverse=True)
    log_odds = np.log(confidence / (1 - confidence))
    intercept, slope = _line(log_odds, right, POOLED_PRIOR)
    moved = intercept + slope * log_odds
    for i in range(cell.max() + 1):
        own = cell == i
        # A slope of its own would need more mistakes than a field has.
        moved[own] += _line(moved[own], right[own], (SHIFT_PRIOR, 1e9))[0]
    result: Floats = 1 / (1 + np.exp(np.clip(moved, -30, 30)))
    return result


def _line(log_odds: Floats, right: Floats, prior: tuple[float, float]) -> tuple[float, float]:
    """Intercept and slope of the likeliest logistic curve under normal priors around 0 and 1, by Newton's method."""
    columns = np.stack([np.ones(len(log_odds)), log_odds], axis=1)
    weights, centre, precision = np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.diag(prior)
    for _ in range(STEPS):
        probability = 1 / (1 + np.exp(-np.clip(columns @ weights, -30, 30)))
        gradient = columns.T @ (right - probability) - precision @ (weights - centre)
        curvature = (columns * (probability * (1 - probability))[:, None]).T @ columns + precision
        step = np.clip(np.linalg.solve(curvature, gradient), -1, 1)
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            break
    return float(weights[0]), float(weights[1])
