"""The model behind a confidence: a logistic regression for each field over shared features, then a curve.

There are two in a bundle: one for values that were found (is it right?), one for fields where nothing was found (does
the document really not state it?). Both are plain numbers in `manifest.json`:

```json
{"features": ["margin", "sums"], "mean": [4.1, 0.8], "scale": [2.2, 0.4],
 "fields": {"amount_due": {"weights": [1.3, 2.1], "intercept": 3.7}, "*": {"weights": [1.1, 1.7], "intercept": 3.2}},
 "curve": [1.02, 0.97, -0.1]}
```

A field that is not among them shares `"*"`. The curve is that of beta calibration (Kull, Silva Filho and Flach 2017,
"Beta calibration: a well-founded and easily implemented improvement on logistic calibration"): with p the
regression's probability, log-odds become `a ln(p) - b ln(1 - p) + c`. It rises strictly, so no two values tie that the
regression tells apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fakta.errors import BundleError

POOLED = "*"
# Standard deviations from the mean beyond which a feature says no more, so that a kind of document which tuning has
# not met cannot be taken for certain.
CLIP = 4.0


@dataclass(frozen=True, slots=True)
class FieldModel:
    """The regression of one field.

    Attributes:
        weights: one a feature, of standardised features.
        intercept: log-odds where every feature is at its mean.
    """

    weights: NDArray[np.float64]
    intercept: float


@dataclass(frozen=True, slots=True)
class VerifierModel:
    """The regressions of all fields, and what makes probabilities of them.

    Attributes:
        features: names, in the order of the numbers below; a feature that is not given counts as 0.
        mean, scale: of each feature where the model was fitted; scale is never 0.
        fields: by name; `POOLED` for every other field.
        curve: a, b and c of the calibration, a and b not negative.
    """

    features: tuple[str, ...]
    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    fields: Mapping[str, FieldModel]
    curve: tuple[float, float, float] = (1.0, 1.0, 0.0)

    def standardised(self, features: Mapping[str, float]) -> NDArray[np.float64]:
        """Standard deviations from the mean, shape (features,), within ±`CLIP`."""
        # What is not given becomes "not a number" here.
        given = np.array(list(map(features.get, self.features)), dtype=np.float64)
        given[~np.isfinite(given)] = 0.0
        # Twice as fast as `np.clip`, and asked for every field.
        standardised: NDArray[np.float64] = np.minimum(np.maximum((given - self.mean) / self.scale, -CLIP), CLIP)
        return standardised

    def log_odds(self, field: str, features: Mapping[str, float]) -> float:
        """What the regression says, before calibration."""
        model = self._of(field)
        return float(self.standardised(features) @ model.weights) + model.intercept

    def probability(self, field: str, features: Mapping[str, float]) -> float:
        """Probability that the reading of a field is right, 0-1."""
        return self.weigh(field, features)[0]

    def weigh(self, field: str, features: Mapping[str, float]) -> tuple[float, dict[str, float]]:
        """How likely the reading of a field is right, and why.

        Returns:
            The probability, 0-1, and what each feature adds to the log-odds, against a reading with every feature at
            its mean.
        """
        model = self._of(field)
        standardised = self.standardised(features)
        probability = calibrated(float(standardised @ model.weights) + model.intercept, self.curve)
        return probability, dict(zip(self.features, (standardised * model.weights).tolist(), strict=True))

    def _of(self, field: str) -> FieldModel:
        return self.fields.get(field) or self.fields[POOLED]

    def to_dict(self) -> dict[str, Any]:
        """The plain form that `from_dict` reads; numbers with eight significant digits."""
        return {
            "features": list(self.features),
            "mean": _plain(self.mean),
            "scale": _plain(self.scale),
            "fields": {
                name: {"weights": _plain(model.weights), "intercept": _plain([model.intercept])[0]}
                for name, model in self.fields.items()
            },
            "curve": _plain(self.curve),
        }

    @classmethod
    def from_dict(cls, data: Any, *, name: str) -> VerifierModel:
        """The model from its plain form.

        Args:
            data: the form.
            name: of the model in the manifest, for messages.

        Raises:
            BundleError: a number is missing or makes no sense.
        """
        where = f"manifest.json: verifier.{name}"
        try:
            features = tuple(str(feature) for feature in data["features"])
            fields = {
                str(field): FieldModel(_numbers(model["weights"]), float(_numbers([model["intercept"]])[0]))
                for field, model in data["fields"].items()
            }
            a, b, c = _numbers(data["curve"]).tolist()
            found = cls(features, _numbers(data["mean"]), _numbers(data["scale"]), fields, (a, b, c))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BundleError(f"{where}: damaged ({type(error).__name__}: {error}); tune the bundle again") from None
        lengths = {len(features), len(found.mean), len(found.scale), *(len(each.weights) for each in fields.values())}
        if len(lengths) != 1:
            raise BundleError(f"{where}: features, mean, scale and weights differ in length; tune the bundle again")
        if (found.scale == 0.0).any():
            raise BundleError(f"{where}: a scale is 0; tune the bundle again")
        if POOLED not in fields:
            raise BundleError(f"{where}: no model {POOLED!r} for the other fields; tune the bundle again")
        if min(a, b) < 0:
            raise BundleError(f"{where}: its curve falls; tune the bundle again")
        return found


def calibrated(log_odds: float, curve: tuple[float, float, float]) -> float:
    """The probability that beta calibration makes of log-odds, 0-1.

    >>> round(calibrated(2.0, (1.0, 1.0, 0.0)), 6) == round(1 / (1 + math.exp(-2.0)), 6)
    True
    """
    a, b, c = curve
    # ln(p) and -ln(1 - p) of p = 1 / (1 + exp(-log_odds)), without overflow.
    return 0.5 + 0.5 * math.tanh((-a * _softplus(-log_odds) + b * _softplus(log_odds) + c) / 2)


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def _plain(numbers: Any) -> list[float]:
    return [float(f"{number:.8g}") for number in numbers]


def _numbers(values: Any) -> NDArray[np.float64]:
    numbers = np.array([float(value) for value in values], dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("not a finite number")
    return numbers
