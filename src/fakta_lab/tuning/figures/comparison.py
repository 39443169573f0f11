"""The verifier beside the model's own probability, as it is and with its temperature set: all on the same values.

Three sources of confidence in every value that was read (where nothing was, only the verifier has one):

- `verifier`: what `fakta tune` fits, from a verifier that has not seen the supplier.
- `softmax`: the model's mean probability for the value's words, 0 where it read them otherwise; of a model that writes,
  the product over the value's tokens.
- `temperature`: the softmax after temperature scaling, fitted on other suppliers.

Intervals come from a bootstrap over suppliers, whose invoices are alike: drawing values one by one would make them far
too narrow. All sources are measured on the same rounds, so that the differences are paired. Temperatures and verifiers
are not fitted again in each round.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.figures.curve import DECIMALS, acceptance_curve, reliability
from fakta_lab.tuning.figures.measures import BINS, MEASURES, measure
from fakta_lab.tuning.figures.temperature import cross_fitted
from fakta_lab.tuning.fit import supplier_folds

SOURCES = ("verifier", "softmax", "temperature")
# Of models that label words, and of those that write.
SOFTMAX_FEATURES = ("model", "probability")

# What no measure can leave; a difference between two can be as large with either sign. Log loss has no upper end.
_HIGHEST = dict.fromkeys(MEASURES, 1.0) | {"log_loss": math.inf}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure and its interval over suppliers.

    Attributes:
        value: None where the measure does not exist: AUROC of values that are all right.
        low, high: of the interval; None like `value`, and with a single supplier.
    """

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """One source of confidence.

    Attributes:
        measures: by the names of `fakta_lab.tuning.figures.measures.MEASURES`.
        curve: see `fakta_lab.tuning.figures.curve.acceptance_curve`.
        reliability: in bins of equal mass, see `fakta_lab.tuning.figures.curve.reliability`.
    """

    measures: Mapping[str, Estimate]
    curve: Sequence[Mapping[str, float]]
    reliability: Sequence[Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The three sources of confidence on the same values.

    Attributes:
        values: how many were read where the truth is known.
        right: how many of these are right.
        suppliers: how many suppliers they come from.
        level: of the intervals, 0-1.
        rounds: of the bootstrap.
        temperatures: of the folds.
        scores: by the names of `SOURCES`.
        differences: the verifier's measures minus the other source's, by the other's name.
        absent: the verifier where nothing was found, which is right where the document states nothing; None where
            something was found in every example.
    """

    values: int
    right: int
    suppliers: int
    level: float
    rounds: int
    temperatures: Sequence[float]
    scores: Mapping[str, Score]
    differences: Mapping[str, Mapping[str, Estimate]]
    absent: Score | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self) | {"temperatures": list(self.temperatures)}


def compare(judged: Sequence[Judged], *, rounds: int = 500, level: float = 0.95, seed: int = 0) -> Comparison:
    """Measures the three sources on every value that was read, and the verifier where nothing was found.

    Args:
        judged: examples with and without values.
        rounds: of the bootstrap.
        level: of its intervals, 0-1.
        seed: of the bootstrap and of the folds.

    Raises:
        ValueError: there is no example with a value.
    """
    sample = _Sample([each for each in judged if each.example.found], rounds=rounds, level=level, seed=seed)
    nothing = [each for each in judged if not each.example.found]
    examples = [each.example for each in sample.judged]
    softmax = np.array([_softmax(example.features) for example in examples])
    folds = np.array(supplier_folds(examples, seed=seed))
    temperature, temperatures = cross_fitted(softmax, sample.right, folds)
    sources = dict(zip(SOURCES, (sample.verifier, softmax, temperature), strict=True))
    measured = {name: sample.measure(source) for name, source in sources.items()}
    absent = _Sample(nothing, rounds=rounds, level=level, seed=seed) if nothing else None
    return Comparison(
        values=len(examples),
        right=int(sample.right.sum()),
        suppliers=sample.suppliers,
        level=level,
        rounds=rounds,
        temperatures=temperatures,
        scores={name: sample.score(source, measured[name]) for name, source in sources.items()},
        differences={other: sample.differences(measured["verifier"], measured[other]) for other in SOURCES[1:]},
        absent=absent.score(absent.verifier, absent.measure(absent.verifier)) if absent else None,
    )


# A measure in the sample, and in each round of the bootstrap.
_Measured = Mapping[str, tuple[float, NDArray[np.float64]]]


class _Sample:
    """Judged examples, and the rounds of the bootstrap, the same for every source."""

    def __init__(self, judged: Sequence[Judged], *, rounds: int, level: float, seed: int) -> None:
        if not judged:
            raise ValueError("no example with a value")
        self.judged = judged
        self.verifier = np.array([each.confidence for each in judged], dtype=float)
        self.right = np.array([each.example.right for each in judged])
        names, self._clusters = np.unique([each.example.supplier for each in judged], return_inverse=True)
        self.suppliers = len(names)
        # With a single supplier nothing says how much suppliers differ.
        self._level = level if self.suppliers > 1 else None
        shares = np.full(self.suppliers, 1 / self.suppliers)
        drawn = np.random.default_rng(seed).multinomial(self.suppliers, shares, size=rounds)
        self._weights = np.vstack((np.ones((1, self.suppliers), dtype=drawn.dtype), drawn))

    def measure(self, confidences: NDArray[np.float64]) -> _Measured:
        found = measure(confidences, self.right, self._clusters, self._weights)
        return {name: (float(values[0]), values[1:]) for name, values in found.items()}

    def score(self, confidences: NDArray[np.float64], measured: _Measured) -> Score:
        return Score(
            measures={
                name: _estimate(value, draws, level=self._level, within=(0.0, _HIGHEST[name]))
                for name, (value, draws) in measured.items()
            },
            curve=acceptance_curve(list(confidences), list(self.right)),
            reliability=reliability(list(confidences), list(self.right), bins=BINS, equal_mass=True),
        )

    def differences(self, own: _Measured, other: _Measured) -> dict[str, Estimate]:
        return {
            name: _estimate(
                own[name][0] - other[name][0],
                own[name][1] - other[name][1],
                level=self._level,
                within=(-_HIGHEST[name], _HIGHEST[name]),
            )
            for name in MEASURES
        }


def _estimate(
    value: float, draws: NDArray[np.float64], *, level: float | None, within: tuple[float, float]
) -> Estimate:
    """The middle of the rounds, moved so that their mean stands at the estimate.

    Sums of absolute values, such as the calibration error, come out larger in every round than in the sample it draws
    from; for the other measures the move is next to nothing.
    """
    draws = draws[~np.isnan(draws)]
    if math.isnan(value):
        return Estimate(None, None, None)
    if level is None or not len(draws):
        return Estimate(round(value, DECIMALS), None, None)
    ends = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2]) - draws.mean() + value
    low, high = (round(float(end), DECIMALS) for end in np.clip(ends, *within))
    return Estimate(round(value, DECIMALS), low, high)


def _softmax(features: Mapping[str, float]) -> float:
    value = next((features[name] for name in SOFTMAX_FEATURES if name in features), 0.0)
    return min(max(value, 0.0), 1.0) if math.isfinite(value) else 0.0
