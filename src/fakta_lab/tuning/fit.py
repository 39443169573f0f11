"""Fitting the verifier: which readings are right, learned over all fields together and adjusted for each.

A field has too few errors of its own to learn from, so most of what is learned is shared: one logistic regression over
all fields, with an intercept for each. A field with errors enough then moves its weights away from the shared ones as
far as its examples insist (a ridge penalty on the difference). The curve that makes probabilities of log-odds is
fitted on suppliers that the regression has not seen: on its own examples it would come out too confident.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fakta.verify import CLIP, FieldModel, VerifierModel
from fakta.verify.model import POOLED
from fakta_lab.tuning.examples import Example

FOLDS = 5
# Inverse strength of the penalty on shared weights, as scikit-learn's `C`; measured in docs/confidence.md.
SHARED_C = 0.03
# How many standard deviations of a feature a field's own intercept counts as, so that it is hardly held back.
INTERCEPT_SCALE = 2.0
# With fewer examples of the rarer outcome a field keeps the shared weights.
OWN_WEIGHTS_RARER = 15
# Strength of the penalty on the difference from the shared weights, per feature.
OWN_PENALTY = 60.0
# A feature that this few examples have, or that varies this little, says nothing that can be learned.
LEAST_PRESENT = 10
LEAST_SCALE = 1e-3
# How firmly the calibration curve is held at "as it is", where few examples say otherwise.
CURVE_PENALTY = 0.5

Array = NDArray[np.float64]


def fit_verifier(examples: Sequence[Example], *, seed: int) -> tuple[VerifierModel | None, VerifierModel | None]:
    """The model of values that were found and the one of "nothing found"; None where there are no such examples."""
    found, absent = (
        fit_model([example for example in examples if example.found is there], seed=seed) for there in (True, False)
    )
    return found, absent


def fit_model(examples: Sequence[Example], *, seed: int) -> VerifierModel | None:
    """The model of examples that are all found or all not found; None where there are none."""
    if not examples:
        return None
    curve = fit_curve(*held_out_log_odds(examples, seed=seed))
    table = _Table.of(examples)
    return _Regression.fit(table).as_model(table, curve)


def held_out_log_odds(examples: Sequence[Example], *, seed: int) -> tuple[Array, NDArray[np.bool_]]:
    """What regressions that have not seen an example's supplier say of it, and whether it is right.

    Empty where all examples are of one supplier.
    """
    table = _Table.of(examples)
    folds = np.array(supplier_folds(examples, seed=seed))
    log_odds = np.full(len(examples), np.nan)
    for fold in range(FOLDS):
        train, test = folds != fold, folds == fold
        if test.any() and train.any():
            log_odds[test] = _Regression.fit(table.only(train)).log_odds(table.only(test))
    usable = ~np.isnan(log_odds)
    return log_odds[usable], table.right[usable]


def cross_fitted_confidences(
    examples: Sequence[Example], *, seed: int, progress: Callable[[int, int], None] | None = None
) -> list[float]:
    """Each example's confidence from models that saw none of its supplier's examples."""
    folds = supplier_folds(examples, seed=seed)
    confidences = [0.0] * len(examples)
    for fold in range(FOLDS):
        rest = [example for example, of in zip(examples, folds, strict=True) if of != fold]
        found, absent = fit_verifier(rest, seed=seed + 1)
        for i, (example, of) in enumerate(zip(examples, folds, strict=True)):
            model = found if example.found else absent
            if of == fold and model is not None:
                confidences[i] = model.probability(example.field, example.features)
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


def fit_curve(log_odds: Array, right: NDArray[np.bool_]) -> tuple[float, float, float]:
    """The beta calibration of log-odds, see `fakta.verify.model`: a and b not negative.

    Where all were right, or all wrong, nothing says how to bend it.

    Args:
        log_odds: of suppliers that the regression has not seen.
        right: whether each was.

    >>> fit_curve(np.zeros(0), np.zeros(0, dtype=bool))
    (1.0, 1.0, 0.0)
    """
    if len(set(right.tolist())) < 2:
        return 1.0, 1.0, 0.0
    from scipy.optimize import minimize

    down, up = -np.logaddexp(0.0, -log_odds), np.logaddexp(0.0, log_odds)
    sign = np.where(right, 1.0, -1.0)

    def loss(parameters: Array) -> tuple[float, Array]:
        a, b, c = parameters
        margin = sign * (a * down + b * up + c)
        slope = -sign * _logistic(-margin)
        away = parameters - np.array([1.0, 1.0, 0.0])
        value = np.logaddexp(0.0, -margin).sum() + CURVE_PENALTY * away @ away
        gradient = np.array([slope @ down, slope @ up, slope.sum()]) + 2 * CURVE_PENALTY * away
        return float(value), gradient

    start = np.array([1.0, 1.0, 0.0])
    bounds = [(0.0, None), (0.0, None), (None, None)]
    a, b, c = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(a), float(b), float(c)


class _Table:
    """Examples as arrays: standardised features, the number of each example's field, and what was right."""

    def __init__(
        self,
        names: Sequence[str],
        fields: Sequence[str],
        mean: Array,
        scale: Array,
        matrix: Array,
        field: NDArray[np.intp],
        right: NDArray[np.bool_],
    ) -> None:
        self.names, self.fields = names, fields
        self.mean, self.scale = mean, scale
        self.matrix, self.field, self.right = matrix, field, right

    @classmethod
    def of(cls, examples: Sequence[Example]) -> _Table:
        present = Counter(name for example in examples for name, number in example.features.items() if number)
        names = sorted(name for name, count in present.items() if count >= min(LEAST_PRESENT, len(examples)))
        raw = np.array([[_finite(e.features.get(name, 0.0)) for name in names] for e in examples])
        raw = raw.reshape(len(examples), len(names))
        varies = raw.std(axis=0) >= LEAST_SCALE
        names = [name for name, kept in zip(names, varies, strict=True) if kept]
        raw = raw[:, varies]
        mean, scale = raw.mean(axis=0), raw.std(axis=0)
        fields = list(dict.fromkeys(example.field for example in examples))
        number = {name: i for i, name in enumerate(fields)}
        return cls(
            names,
            fields,
            mean,
            scale,
            np.clip((raw - mean) / scale, -CLIP, CLIP),
            np.array([number[example.field] for example in examples], dtype=np.intp),
            np.array([example.right for example in examples], dtype=bool),
        )

    def only(self, rows: NDArray[np.bool_]) -> _Table:
        """Some of the examples; standardised as all of them are."""
        matrix, field, right = self.matrix[rows], self.field[rows], self.right[rows]
        return _Table(self.names, self.fields, self.mean, self.scale, matrix, field, right)


class _Regression:
    """Weights (fields, features) and intercepts (fields,), and those for a field that is not among them."""

    def __init__(self, weights: Array, intercepts: Array, shared: Array, intercept: float) -> None:
        self.weights, self.intercepts = weights, intercepts
        self.shared, self.intercept = shared, intercept

    @classmethod
    def fit(cls, table: _Table) -> _Regression:
        n_fields, n_features = len(table.fields), table.matrix.shape[1]
        n_right = int(table.right.sum())
        if n_right in (0, len(table.right)):
            # Nothing to tell apart. Twenty out of twenty right is not certainty.
            intercept = math.log((n_right + 1) / (len(table.right) - n_right + 1))
            nothing = np.zeros((n_fields, n_features))
            return cls(nothing, np.full(n_fields, intercept), nothing[0] if n_fields else nothing, intercept)
        from sklearn.linear_model import LogisticRegression

        own = np.eye(n_fields)[table.field] * INTERCEPT_SCALE
        model = LogisticRegression(C=SHARED_C, max_iter=2000).fit(np.hstack([table.matrix, own]), table.right)
        shared, intercept = model.coef_[0, :n_features], float(model.intercept_[0])
        intercepts = intercept + model.coef_[0, n_features:] * INTERCEPT_SCALE
        weights = np.tile(shared, (n_fields, 1))
        for number in range(n_fields):
            rows = table.field == number
            right = table.right[rows]
            if min(right.sum(), (~right).sum()) >= OWN_WEIGHTS_RARER:
                weights[number], intercepts[number] = _moved(
                    table.matrix[rows], right, shared, float(intercepts[number])
                )
        return cls(weights, intercepts, shared, intercept)

    def log_odds(self, table: _Table) -> Array:
        of_each: Array = (table.matrix * self.weights[table.field]).sum(axis=1) + self.intercepts[table.field]
        return of_each

    def as_model(self, table: _Table, curve: tuple[float, float, float]) -> VerifierModel:
        fields = {name: FieldModel(self.weights[i], float(self.intercepts[i])) for i, name in enumerate(table.fields)}
        fields[POOLED] = FieldModel(self.shared, self.intercept)
        return VerifierModel(tuple(table.names), table.mean, table.scale, fields, curve)


def _moved(matrix: Array, right: NDArray[np.bool_], shared: Array, intercept: float) -> tuple[Array, float]:
    """A field's own weights and intercept: the shared ones, moved as far as its examples insist."""
    from scipy.optimize import minimize

    sign = np.where(right, 1.0, -1.0)
    offset = matrix @ shared + intercept

    def loss(parameters: Array) -> tuple[float, Array]:
        by, shift = parameters[:-1], parameters[-1]
        margin = sign * (offset + matrix @ by + shift)
        slope = -sign * _logistic(-margin)
        value = np.logaddexp(0.0, -margin).sum() + OWN_PENALTY * by @ by / 2
        return float(value), np.append(matrix.T @ slope + OWN_PENALTY * by, slope.sum())

    by = minimize(loss, np.zeros(matrix.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return shared + by[:-1], intercept + float(by[-1])


def _logistic(x: Array) -> Array:
    of_each: Array = 0.5 + 0.5 * np.tanh(x / 2)
    return of_each


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
