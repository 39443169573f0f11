"""How sure is it? Features of a chosen value to a calibrated probability, and a threshold to a decision.

The numbers come from a bundle's manifest, are plain JSON and were fitted by `fakta tune`: per field a logistic
regression over standardised features, then a monotone curve that makes its output a probability. A field with too
few examples shares the model of all fields, which stands under `"*"`.

```json
{"verifier": {"amount_due": {"features": ["margin", "sums_ok"], "mean": [0.4, 0.8], "scale": [0.2, 0.4],
                             "weights": [1.3, 2.1], "intercept": 0.7,
                             "knots": {"x": [-1.0, 2.5], "y": [0.31, 0.998]}, "absent": 0.9},
              "*": {…}},
 "thresholds": {"amount_due": {"threshold": 0.93}, "iban": {"threshold": null, "reason": "cannot be promised: …"}}}
```
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from fakta.errors import BundleError

POOLED = "*"


@dataclass(frozen=True, slots=True)
class FieldVerifier:
    """The model of one field.

    Attributes:
        features: names, in the order of the numbers below; a feature that is not given counts as 0.
        mean, scale: of each feature where the model was fitted; scale is never 0.
        weights, intercept: of the logistic regression over standardised features.
        knots: log-odds (ascending) and the probabilities at these, linear between and flat outside; None = logistic.
        absent: probability that a value which was not found is not on the document.
    """

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    knots: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    absent: float = 0.5

    def log_odds(self, features: Mapping[str, float]) -> float:
        """What the logistic regression says, before calibration."""
        total = self.intercept
        for name, mean, scale, weight in zip(self.features, self.mean, self.scale, self.weights, strict=True):
            value = features.get(name, 0.0)
            total += weight * ((value if math.isfinite(value) else 0.0) - mean) / scale
        return total

    def probability(self, features: Mapping[str, float]) -> float:
        """Probability that the value is right, 0-1."""
        log_odds = self.log_odds(features)
        if self.knots is not None:
            return float(np.interp(log_odds, self.knots[0], self.knots[1]))
        # Both forms are the same function; each overflows where the other does not.
        return 1 / (1 + math.exp(-log_odds)) if log_odds >= 0 else math.exp(log_odds) / (1 + math.exp(log_odds))

    def to_dict(self) -> dict[str, Any]:
        """The plain form that `from_dict` reads."""
        return {
            "features": list(self.features),
            "mean": list(self.mean),
            "scale": list(self.scale),
            "weights": list(self.weights),
            "intercept": self.intercept,
            "knots": None if self.knots is None else {"x": list(self.knots[0]), "y": list(self.knots[1])},
            "absent": self.absent,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, name: str) -> FieldVerifier:
        """The model from its plain form.

        Raises:
            BundleError: a number is missing or makes no sense.
        """
        where = f"manifest.json: verifier.{name}"
        try:
            knots = data.get("knots")
            model = cls(
                features=tuple(str(feature) for feature in data["features"]),
                mean=_numbers(data["mean"]),
                scale=_numbers(data["scale"]),
                weights=_numbers(data["weights"]),
                intercept=float(data["intercept"]),
                knots=None if knots is None else (_numbers(knots["x"]), _numbers(knots["y"])),
                absent=float(data.get("absent", 0.5)),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BundleError(f"{where}: damaged ({type(error).__name__}: {error}); tune the bundle again") from None
        if not len(model.features) == len(model.mean) == len(model.scale) == len(model.weights):
            raise BundleError(f"{where}: features, mean, scale and weights differ in length; tune the bundle again")
        if 0.0 in model.scale:
            raise BundleError(f"{where}: a scale is 0; tune the bundle again")
        if model.knots is not None and (len(model.knots[0]) != len(model.knots[1]) or not model.knots[0]):
            raise BundleError(f"{where}: knots need as many y as x, at least one; tune the bundle again")
        return model


class Verifier:
    """Confidence and acceptance for every field of a bundle.

    >>> verifier = Verifier.from_manifest(None)
    >>> verifier.accept("amount_due", 0.999)
    (False, 'no threshold tuned for this field')
    """

    def __init__(self, models: Mapping[str, FieldVerifier], thresholds: Mapping[str, Mapping[str, Any]]) -> None:
        self.models = models
        self.thresholds = thresholds

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any] | None) -> Verifier:
        """The verifier of a bundle; None or a manifest that was never tuned gives one that accepts nothing.

        Raises:
            BundleError: the manifest's numbers are damaged.
        """
        models, thresholds = ((manifest or {}).get(key) for key in ("verifier", "thresholds"))
        models = {} if models is None else models
        thresholds = {} if thresholds is None else thresholds
        if not isinstance(models, Mapping) or not isinstance(thresholds, Mapping):
            raise BundleError("manifest.json: verifier and thresholds have to be objects; tune the bundle again")
        for name, threshold in thresholds.items():
            number = threshold.get("threshold") if isinstance(threshold, Mapping) else ()
            if not (number is None or isinstance(number, int | float)):
                raise BundleError(f"manifest.json: thresholds.{name}: no threshold in it; tune the bundle again")
        return cls({name: FieldVerifier.from_dict(model, name=name) for name, model in models.items()}, thresholds)

    def confidence(self, field_name: str, features: Mapping[str, float]) -> float:
        """Probability that what was read for the field is right, 0-1.

        Where nothing was found (`found` is 0) it is the probability that the document does not state the field.
        Without a model the feature `score`, log-odds by hand-set weights, is turned into a probability as it is: it
        ranks values, but nobody has checked how often they are right.

        Args:
            field_name: of the schema.
            features: name to number; which names count is the model's business.
        """
        model = self.models.get(field_name) or self.models.get(POOLED)
        if model is None:
            if features.get("found", 1.0) == 0.0:
                return 0.0
            return 0.5 + 0.5 * math.tanh(features.get("score", 0.0) / 2)  # the logistic function, without overflow
        if features.get("found", 1.0) == 0.0:
            return model.absent
        return model.probability(features)

    def accept(self, field_name: str, confidence: float) -> tuple[bool, str]:
        """Whether a value of that confidence may be used without a person's look, and why."""
        tuned = self.thresholds.get(field_name)
        if tuned is None:
            return False, "no threshold tuned for this field"
        threshold = tuned.get("threshold")
        if threshold is None:
            return False, str(tuned.get("reason") or "no threshold tuned for this field")
        if confidence >= threshold:
            return True, f"above threshold {threshold:.4g}"
        return False, f"below threshold {threshold:.4g}"


def _numbers(values: Any) -> tuple[float, ...]:
    numbers = tuple(float(value) for value in values)
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError("not a finite number")
    return numbers
