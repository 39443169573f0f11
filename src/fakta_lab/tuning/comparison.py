"""The verifier beside the model's own probability, as it is and with its temperature set: all on the same values.

Three sources of confidence in every value that was read:

- `verifier`: what `fakta tune` fits, from a verifier that has not seen the supplier.
- `softmax`: the feature `model`, the model's mean probability for the value's words; 0 where it read them otherwise.
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

from fakta_lab.tuning.curve import DECIMALS, acceptance_curve, reliability
from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.fit import supplier_folds
from fakta_lab.tuning.measures import BINS, MEASURES, measure
from fakta_lab.tuning.temperature import cross_fitted

SOURCES = ("verifier", "softmax", "temperature")
SOFTMAX_FEATURE = "model"

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
        measures: by the names of `fakta_lab.tuning.measures.MEASURES`.
        curve: see `fakta_lab.tuning.curve.acceptance_curve`.
        reliability: in bins of equal mass, see `fakta_lab.tuning.curve.reliability`.
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
    """

    values: int
    right: int
    suppliers: int
    level: float
    rounds: int
    temperatures: Sequence[float]
    scores: Mapping[str, Score]
    differences: Mapping[str, Mapping[str, Estimate]]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self) | {"temperatures": list(self.temperatures)}


def compare(judged: Sequence[Judged], *, rounds: int = 500, level: float = 0.95, seed: int = 0) -> Comparison:
    """Measures the three sources on every value that was read.

    Args:
        judged: also examples where nothing was found; these have no softmax and are left out.
        rounds: of the bootstrap.
        level: of its intervals, 0-1.
        seed: of the bootstrap and of the folds.

    Raises:
        ValueError: there is no example with a value.
    """
    found = [each for each in judged if each.example.found]
    if not found:
        raise ValueError("no example with a value")
    examples = [each.example for each in found]
    right = np.array([example.right for example in examples])
    names, clusters = np.unique([example.supplier for example in examples], return_inverse=True)
    softmax = np.array([_probability(example.features.get(SOFTMAX_FEATURE, 0.0)) for example in examples])
    temperature, temperatures = cross_fitted(softmax, right, np.array(supplier_folds(examples, seed=seed)))
    verifier = np.array([each.confidence for each in found], dtype=float)
    sources = dict(zip(SOURCES, (verifier, softmax, temperature), strict=True))

    once = np.ones((1, len(names)), dtype=np.int64)
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=rounds)
    points = {name: measure(source, right, clusters, once) for name, source in sources.items()}
    resampled = {name: measure(source, right, clusters, drawn) for name, source in sources.items()}
    interval_level = level if len(names) > 1 else None

    def difference(other: str, name: str) -> Estimate:
        point, draws = (found["verifier"][name] - found[other][name] for found in (points, resampled))
        return _estimate(point, draws, level=interval_level, lowest=-_HIGHEST[name], highest=_HIGHEST[name])

    return Comparison(
        values=len(found),
        right=int(right.sum()),
        suppliers=len(names),
        level=level,
        rounds=rounds,
        temperatures=temperatures,
        scores={
            source: Score(
                measures={
                    name: _estimate(
                        points[source][name],
                        resampled[source][name],
                        level=interval_level,
                        lowest=0.0,
                        highest=_HIGHEST[name],
                    )
                    for name in MEASURES
                },
                curve=acceptance_curve(list(confidences), list(right)),
                reliability=reliability(list(confidences), list(right), bins=BINS, equal_mass=True),
            )
            for source, confidences in sources.items()
        },
        differences={other: {name: difference(other, name) for name in MEASURES} for other in SOURCES[1:]},
    )


def _estimate(
    point: NDArray[np.float64],
    draws: NDArray[np.float64],
    *,
    level: float | None,
    lowest: float,
    highest: float,
) -> Estimate:
    """The middle of the rounds, moved so that their mean stands at the estimate.

    Sums of absolute values, such as the calibration error, come out larger in every round than in the sample it draws
    from; for the other measures the move is next to nothing.
    """
    value = float(point[0])
    draws = draws[~np.isnan(draws)]
    if math.isnan(value):
        return Estimate(None, None, None)
    if level is None or not len(draws):
        return Estimate(round(value, DECIMALS), None, None)
    ends = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2]) - draws.mean() + value
    low, high = (round(float(end), DECIMALS) for end in np.clip(ends, lowest, highest))
    return Estimate(round(value, DECIMALS), low, high)


def _probability(value: float) -> float:
    return min(max(value, 0.0), 1.0) if math.isfinite(value) else 0.0
