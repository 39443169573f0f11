"""What confidences look like at tuning time, for the drift monitor to compare production with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from fakta_lab.tuning.examples import Example

# As extractions state confidences.
DECIMALS = 4


def confidence_reference(
    examples: Sequence[Example], confidence: Callable[[str, Mapping[str, float]], float]
) -> dict[str, Any]:
    """What the manifest's `tuning` keeps of the confidences of all examples, found or not.

    They are those of the verifier that goes into the bundle, as production will see them. Cross-fitted ones have their
    steps elsewhere, and the monitor would take that for a change of the documents.

    Args:
        examples: of all fields.
        confidence: of a field by its features, as the written verifier gives it: `Verifier.confidence`.

    Returns:
        `confidence_quantiles`, field to the confidences at 0, 1, … 100 %; and `confidence_examples`, field to how many
        examples these are of.
    """
    by_field: dict[str, list[float]] = {}
    for example in examples:
        by_field.setdefault(example.field, []).append(confidence(example.field, example.features))
    quantiles = {
        # Confidences that occur, not means of two: equal ones stay equal.
        name: np.quantile(confidences, np.linspace(0, 1, 101), method="inverted_cdf").round(DECIMALS).tolist()
        for name, confidences in by_field.items()
    }
    counts = {name: len(confidences) for name, confidences in by_field.items()}
    return {"confidence_quantiles": quantiles, "confidence_examples": counts}
