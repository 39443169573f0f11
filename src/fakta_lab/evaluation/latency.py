"""How long documents take to read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np


def latency(milliseconds: Iterable[float | None]) -> dict[str, Any] | None:
    """Median and 95th percentile of the documents whose answers say how long reading took; None where none does.

    Percentiles between two documents are interpolated (`numpy.percentile`).

    >>> latency([100.0, 300.0, None, 200.0])
    {'documents': 3, 'median_ms': 200.0, 'p95_ms': 290.0}
    """
    known = [each for each in milliseconds if each is not None]
    if not known:
        return None
    median, p95 = np.percentile(known, (50, 95))
    return {"documents": len(known), "median_ms": round(float(median), 2), "p95_ms": round(float(p95), 2)}
