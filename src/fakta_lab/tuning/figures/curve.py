"""How confidence relates to being right, over all fields: what `fakta tune` found, as curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

DECIMALS = 6


def acceptance_curve(
    confidences: Sequence[float], right: Sequence[bool], *, points: int = 50
) -> list[dict[str, float]]:
    """How much is right among the surest values, for shares of them from few to all.

    Args:
        confidences: of values whose truth is known, from verifiers that have not seen their suppliers.
        right: whether each is right.
        points: at most so many. Values of equal confidence are accepted together, so there may be fewer.

    Returns:
        `confidence` (the least accepted), `share` and `precision` of each point, 0-1, shares ascending.

    >>> acceptance_curve([0.9, 0.8, 0.8, 0.1], [True, True, False, False])[1]
    {'confidence': 0.8, 'share': 0.75, 'precision': 0.666667}
    """
    if not len(confidences):
        return []
    order = np.argsort(-np.asarray(confidences), kind="stable")
    sure = np.asarray(confidences)[order]
    hits = np.cumsum(np.asarray(right, dtype=float)[order])
    last_of_equals = np.append(np.flatnonzero(np.diff(sure)), len(sure) - 1)
    chosen = np.unique(np.linspace(0, len(last_of_equals) - 1, num=points).round().astype(int))
    return [
        {
            "confidence": round(float(sure[i]), DECIMALS),
            "share": round((int(i) + 1) / len(sure), DECIMALS),
            "precision": round(float(hits[i]) / (int(i) + 1), DECIMALS),
        }
        for i in last_of_equals[chosen]
    ]


def reliability(
    confidences: Sequence[float], right: Sequence[bool], *, bins: int = 10, equal_mass: bool = False
) -> list[dict[str, float]]:
    """Mean confidence against the share that is right, in bins; empty bins left out.

    Args:
        confidences, right: as for `acceptance_curve`.
        bins, equal_mass: as for `bin_places`.

    >>> reliability([0.92, 0.98, 0.35], [True, False, False])
    [{'confidence': 0.35, 'right': 0.0, 'values': 1}, {'confidence': 0.95, 'right': 0.5, 'values': 2}]
    """
    if not len(confidences):
        return []
    values = np.asarray(confidences, dtype=float)
    hits = np.asarray(right, dtype=float)
    places = bin_places(values, bins=bins, equal_mass=equal_mass)
    return [
        {
            "confidence": round(float(values[places == place].mean()), DECIMALS),
            "right": round(float(hits[places == place].mean()), DECIMALS),
            "values": int((places == place).sum()),
        }
        for place in np.unique(places)
    ]


def bin_places(confidences: NDArray[np.float64], *, bins: int, equal_mass: bool = False) -> NDArray[np.intp]:
    """The bin of each confidence, 0 to bins-1; equal confidences share one.

    Args:
        confidences: 0-1, at least one.
        bins: of equal width between 0 and 1.
        equal_mass: bins that hold about equally many instead, so that none of them rests on a handful.

    >>> bin_places(np.array([0.90, 0.91, 0.98, 0.99]), bins=2).tolist()
    [1, 1, 1, 1]
    >>> bin_places(np.array([0.90, 0.91, 0.98, 0.99]), bins=2, equal_mass=True).tolist()
    [0, 0, 1, 1]
    """
    if equal_mass:
        edges = np.quantile(confidences, np.arange(1, bins) / bins)
        return np.searchsorted(edges, confidences, side="right")
    return np.clip((confidences * bins).astype(np.intp), 0, bins - 1)
