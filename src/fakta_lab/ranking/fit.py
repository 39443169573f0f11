"""Conditional logit: the weights under which the right option of each choice set is likeliest.

An option's utility is its weighted evidence; choosing nothing has utility 0. The probability of an option is its
share of the exponentials (McFadden 1974), so weights are log-odds and the runtime's threshold of 0 is the even bet. A
Gaussian prior holds the weights at the hand-set ones: what the documents say nothing about stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from fakta_lab.ranking.choices import ChoiceSet

Floats = NDArray[np.float64]
# Features that reach this few choice sets keep their hand-set weights.
_FEWEST = 5
_BIAS = "bias"


class _Problem:
    """The choice sets of one field as arrays: rows of options, and where each set's rows lie.

    Attributes:
        features: names of the columns, the bias first.
    """

    def __init__(self, sets: Sequence[ChoiceSet]) -> None:
        seen: dict[str, int] = {}
        for choice in sets:
            for feature in set(chain.from_iterable(choice.options)):
                seen[feature] = seen.get(feature, 0) + 1
        self.features = [_BIAS, *sorted(feature for feature, count in seen.items() if count >= _FEWEST)]
        column = {feature: i for i, feature in enumerate(self.features)}
        rows = sum(len(choice.options) for choice in sets)
        self.evidence = np.zeros((rows, len(self.features)))
        self.rest: list[tuple[int, Mapping[str, float]]] = []
        self.starts = np.zeros(len(sets), dtype=np.intp)
        self.right = np.full(len(sets), -1, dtype=np.intp)
        row = 0
        for index, choice in enumerate(sets):
            self.starts[index] = row
            if choice.right is not None:
                self.right[index] = row + choice.right
            for option in choice.options:
                self.evidence[row, 0] = 1.0
                for feature, number in option.items():
                    if feature in column:
                        self.evidence[row, column[feature]] = number
                row += 1
        self.sizes = np.diff(np.append(self.starts, row))

    def loss(self, weights: Floats, prior: Floats, strength: float) -> tuple[float, Floats]:
        """Mean negative log-likelihood and penalty, and their gradient."""
        utility = self.evidence @ weights
        peak = np.maximum(np.maximum.reduceat(utility, self.starts), 0.0)
        shares = np.exp(utility - np.repeat(peak, self.sizes))
        total = np.add.reduceat(shares, self.starts) + np.exp(-peak)
        stated = self.right >= 0
        chosen = np.where(stated, utility[np.maximum(self.right, 0)], 0.0)
        count = len(self.starts)
        likelihood = (chosen - peak - np.log(total)).sum() / count
        residual = -shares / np.repeat(total, self.sizes)
        residual[self.right[stated]] += 1.0
        away = weights - prior
        gradient = -(self.evidence.T @ residual) / count + strength * away
        return float(-likelihood + 0.5 * strength * away @ away), gradient


def fit_weights(sets: Sequence[ChoiceSet], prior: Mapping[str, float], *, strength: float) -> dict[str, float]:
    """The fitted weights of one field.

    Args:
        sets: of that field, at least one.
        prior: hand-set weights by feature, "bias" among them.
        strength: of the pull towards them.
    """
    problem = _Problem(sets)
    start = np.array([prior.get(feature, 0.0) for feature in problem.features])
    fitted = minimize(problem.loss, start, args=(start, strength), jac=True, method="L-BFGS-B").x
    weights = dict(prior) | dict(zip(problem.features, map(float, fitted), strict=True))
    return {feature: round(weight, 4) for feature, weight in weights.items() if round(weight, 4)}


def accuracy(sets: Sequence[ChoiceSet], weights: Mapping[str, float]) -> float:
    """Share of choice sets in which the likeliest option, or nothing, is right."""
    right = 0
    for choice in sets:
        utilities = [
            weights.get(_BIAS, 0.0) + sum(weights.get(feature, 0.0) * number for feature, number in option.items())
            for option in choice.options
        ]
        best = max(range(len(utilities)), key=utilities.__getitem__)
        right += (best if utilities[best] >= 0 else None) == choice.right
    return right / len(sets) if sets else 0.0
