"""Fitting the verifier: logistic regression over features, calibrated by isotonic regression, suppliers kept apart."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fakta.verify import FieldVerifier
from fakta_lab.tuning.examples import Example

FOLDS = 5
# With fewer examples, or fewer of the rarer outcome, a field shares the model of all fields.
OWN_MODEL_EXAMPLES = 60
OWN_MODEL_RARER = 5


def fit_verifiers(examples: Sequence[Example], *, seed: int) -> dict[str, FieldVerifier]:
    """A model for each field with enough examples, and under "*" one for the others.

    Raises:
        ValueError: there is no example with a value.
    """
    models = {"*": fit_one(examples, seed=seed)}
    for field in dict.fromkeys(example.field for example in examples):
        own = [example for example in examples if example.field == field]
        if enough_for_own_model(own):
            models[field] = fit_one(own, seed=seed)
    return models


def cross_fitted_confidences(
    examples: Sequence[Example], *, seed: int, progress: Callable[[int, int], None] | None = None
) -> list[float]:
    """Each example's confidence from a verifier that saw none of its supplier's examples.

    Examples without a value get the confidence that there is none.
    """
    folds = supplier_folds(examples, seed=seed)
    confidences = [0.0] * len(examples)
    for fold in range(FOLDS):
        held_out = [i for i, f in enumerate(folds) if f == fold]
        rest = [examples[i] for i, f in enumerate(folds) if f != fold]
        if held_out and any(example.found for example in rest):
            models = fit_verifiers(rest, seed=seed + 1)
            for i in held_out:
                model = models.get(examples[i].field, models["*"])
                features = examples[i].features
                confidences[i] = model.probability(features) if examples[i].found else model.absent
        if progress:
            progress(fold + 1, FOLDS)
    return confidences


def supplier_folds(examples: Sequence[Example], *, seed: int) -> list[int]:
    """The fold of each example, 0 to FOLDS-1: suppliers whole, folds about equally large, set by the seed."""
    sizes = Counter(example.supplier for example in examples)
    # Large suppliers first, so that the folds come out even; the hash breaks ties without an order of names.
    suppliers = sorted(sizes, key=lambda s: (-sizes[s], hashlib.sha256(f"{seed}:{s}".encode()).hexdigest()))
    load = [0] * FOLDS
    fold_of: dict[str, int] = {}
    for supplier in suppliers:
        fold = load.index(min(load))
        fold_of[supplier] = fold
        load[fold] += sizes[supplier]
    return [fold_of[example.supplier] for example in examples]


def enough_for_own_model(examples: Sequence[Example]) -> bool:
    """Whether a field has enough values, right and wrong, for a model of its own."""
    found = [example.right for example in examples if example.found]
    rarer = min(found.count(True), found.count(False))
    return len(found) >= OWN_MODEL_EXAMPLES and rarer >= OWN_MODEL_RARER


def fit_one(examples: Sequence[Example], *, seed: int) -> FieldVerifier:
    """One model from examples of one or of all fields.

    The calibration curve is fitted on log-odds of held-out suppliers: on the log-odds that the regression gives for
    its own examples it would come out too confident.

    Raises:
        ValueError: there is no example with a value.
    """
    found = [example for example in examples if example.found]
    if not found:
        raise ValueError("no example with a value")
    names = sorted({name for example in found for name in example.features})
    matrix = np.array([[_finite(example.features.get(name, 0.0)) for name in names] for example in found])
    right = np.array([example.right for example in found])
    folds = np.array(supplier_folds(found, seed=seed))
    log_odds = np.full(len(found), np.nan)
    for fold in range(FOLDS):
        train, test = folds != fold, folds == fold
        if test.any() and len(set(right[train])) == 2:
            log_odds[test] = _log_odds(_regression(matrix[train], right[train]), matrix[test])
    usable = ~np.isnan(log_odds)
    mean, scale, weights, intercept = _regression(matrix, right)
    missing = [example.right for example in examples if not example.found]
    return FieldVerifier(
        features=tuple(names),
        mean=tuple(map(float, mean)),
        scale=tuple(map(float, scale)),
        weights=tuple(map(float, weights)),
        intercept=float(intercept),
        knots=calibration_knots(log_odds[usable], right[usable]) if usable.any() else None,
        absent=(sum(missing) + 1) / (len(missing) + 2),
    )


def calibration_knots(
    log_odds: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Knots of the monotone curve from log-odds to probability: ascending log-odds and their probabilities.

    Blocks of isotonic regression, each drawn towards one half as if it had one more right and one more wrong example
    (twenty out of twenty right is not certainty), standing at their mean log-odds.
    """
    from sklearn.isotonic import IsotonicRegression

    order = np.argsort(log_odds, kind="stable")
    x, y = log_odds[order], right[order].astype(float)
    level = IsotonicRegression().fit_transform(x, y)
    # Equal fitted values are one block; rounding keeps floating-point noise from splitting it.
    _, block = np.unique(np.round(level, 12), return_inverse=True)
    n = np.bincount(block)
    centre = np.bincount(block, weights=x) / n
    drawn = (np.bincount(block, weights=y) + 1) / (n + 2)
    # A small block at the top is drawn further than a large one below it; one more pass puts them in order again.
    probability = IsotonicRegression().fit_transform(np.arange(len(n)), drawn, sample_weight=n)
    return tuple(map(float, centre)), tuple(map(float, probability))


Regression = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]


def _regression(matrix: NDArray[np.float64], right: NDArray[np.bool_]) -> Regression:
    """Mean and scale of the features, weights and intercept of the logistic regression over them."""
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    n_right = int(right.sum())
    if n_right in (0, len(right)):
        return mean, scale, np.zeros(matrix.shape[1]), math.log((n_right + 1) / (len(right) - n_right + 1))
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=1000).fit((matrix - mean) / scale, right)
    return mean, scale, model.coef_[0], float(model.intercept_[0])


def _log_odds(regression: Regression, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    mean, scale, weights, intercept = regression
    result: NDArray[np.float64] = (matrix - mean) / scale @ weights + intercept
    return result


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
