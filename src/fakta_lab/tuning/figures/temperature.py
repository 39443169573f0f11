"""Temperature scaling: the simplest cure of a model that is too sure of itself.

One number divides the log-odds of every probability (Guo et al. 2017, On calibration of modern neural networks). It
changes how sure the model sounds and never which of two values it is surer of. A probability of 0, where the model did
not read the value at all, has no log-odds to divide: it stays 0, and the temperature is fitted on the others.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fakta_lab.tuning.figures.measures import EPSILON

Floats = NDArray[np.float64]

# From a thirtieth to thirty: further out the probabilities are all 0 and 1, or all one half.
_LOG_BOUNDS = (-3.4, 3.4)


def scaled(probabilities: Floats, temperature: float) -> Floats:
    """Probabilities with their log-odds divided by the temperature; above 1 they draw towards one half.

    >>> scaled(np.array([0.0, 0.5, 0.9]), 2.0).round(4).tolist()
    [0.0, 0.5, 0.75]
    """
    from scipy.special import expit

    return np.where(probabilities > 0, expit(_log_odds(probabilities) / temperature), 0.0)


def fit_temperature(probabilities: Floats, right: NDArray[np.bool_]) -> float:
    """The temperature of least log loss; 1.0 where no probability is above 0."""
    from scipy.optimize import minimize_scalar

    read = probabilities > 0
    if not read.any():
        return 1.0
    towards_truth = np.where(right[read], 1.0, -1.0) * _log_odds(probabilities[read])
    found = minimize_scalar(
        lambda log: float(np.logaddexp(0.0, -towards_truth / math.exp(log)).mean()),
        bounds=_LOG_BOUNDS,
        method="bounded",
    )
    return math.exp(found.x)


def cross_fitted(
    probabilities: Floats, right: NDArray[np.bool_], folds: NDArray[np.intp]
) -> tuple[Floats, tuple[float, ...]]:
    """Each probability scaled by the temperature of the other folds, and the temperatures in order of the folds.

    The folds' temperatures differ a little, so values of different folds may change places; within a fold none does.
    """
    result = np.empty_like(probabilities)
    temperatures = []
    for fold in np.unique(folds):
        inside = folds == fold
        temperatures.append(fit_temperature(probabilities[~inside], right[~inside]))
        result[inside] = scaled(probabilities[inside], temperatures[-1])
    return result, tuple(temperatures)


def _log_odds(probabilities: Floats) -> Floats:
    from scipy.special import logit

    result: Floats = logit(np.clip(probabilities, EPSILON, 1 - EPSILON))
    return result
