"""The scorer: named evidence to the log-odds that a candidate is a field's value.

A linear model per field, so that every decision can be taken apart. Its weights come from a bundle's manifest, where
`fakta fit` wrote them; a field without fitted weights is weighed by the hand-set ones in `fakta.resolve.weights`, which
are also the prior that fitting starts from.

```json
{"scorer": {"amount_due": {"bias": -3.1, "label": 4.9, "model": 3.2}, "iban": {}}}
```
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from fakta.errors import BundleError
from fakta.resolve.weights import MEMORY, Weights, hand_set
from fakta.schema import Schema, is_own


class Scorer:
    """Weights of all fields.

    >>> from fakta.schema import invoice_schema
    >>> scorer = Scorer.by_hand(invoice_schema())
    >>> scorer.log_odds("amount_due", {"label": 1.0}) > 0 > scorer.log_odds("amount_due", {})
    True
    """

    def __init__(self, weights: Mapping[str, Weights]) -> None:
        self.weights = weights
        self._with_memory = {name: {**MEMORY, **of_field} for name, of_field in weights.items()}

    @classmethod
    def by_hand(cls, schema: Schema) -> Scorer:
        """The hand-set weights for every field of a schema; own fields are weighed by the model alone."""
        return cls(
            {
                field.name: hand_set(field.name, field.kind, labelled=not is_own(field.name))
                for field in schema.fields.values()
            }
        )

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any] | None, schema: Schema) -> Scorer:
        """The fitted weights of a bundle, hand-set ones for fields that it has none for.

        Raises:
            BundleError: the manifest's weights are damaged.
        """
        fitted = (manifest or {}).get("scorer") or {}
        if not isinstance(fitted, Mapping) or not all(isinstance(weights, Mapping) for weights in fitted.values()):
            raise BundleError("manifest.json: scorer has to hold an object of weights for each field; fit it again")
        weights = dict(cls.by_hand(schema).weights)
        for name in weights.keys() & fitted.keys():
            for feature, weight in fitted[name].items():
                if isinstance(weight, bool) or not isinstance(weight, int | float) or not math.isfinite(weight):
                    raise BundleError(f"manifest.json: scorer.{name}.{feature}: no number in it; fit the bundle again")
            weights[name] = {str(feature): float(weight) for feature, weight in fitted[name].items()}
        return cls(weights)

    def weighs(self, name: str, feature: str) -> bool:
        """Whether a feature counts for a field."""
        return bool(self.weights[name].get(feature))

    def log_odds(self, name: str, evidence: Mapping[str, float]) -> float:
        """How much the evidence speaks for it; a feature without weight counts nothing.

        What a supplier memory says is weighed by hand where nothing was fitted for it.

        Args:
            name: of a field.
            evidence: feature to number, as `fakta.resolve.evidence` gives them.
        """
        weights = self._with_memory[name]
        total = 0.0
        for feature, number in evidence.items():
            weight = weights.get(feature)
            if weight is not None:
                total += weight * number
        return weights.get("bias", 0.0) + total
