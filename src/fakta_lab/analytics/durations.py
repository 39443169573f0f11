"""How long documents took, stage by stage; those whose result was known are counted apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fakta_lab.analytics.tally import Tally


def durations(found: Tally, periods: Sequence[str]) -> dict[str, Any]:
    """Median and 95th percentile of milliseconds a document: in all, by stage (longest first) and by period."""
    stages = {stage: _quantiles(ms) for stage, ms in found.stages.items()}
    whole = stages.pop("", _quantiles(()))
    ordered = sorted(stages.items(), key=lambda item: (-(item[1]["median_ms"] or 0.0), item[0]))
    return {
        **whole,
        "cached": found.cached,
        "stages": [{"stage": stage, **each} for stage, each in ordered],
        "periods": [{"period": period, **_quantiles(found.durations.get(period, ()))} for period in periods],
    }


def _quantiles(ms: Sequence[float]) -> dict[str, Any]:
    if not len(ms):
        return {"documents": 0, "median_ms": None, "p95_ms": None}
    median, high = np.percentile(np.asarray(ms), (50, 95))
    return {"documents": len(ms), "median_ms": round(float(median), 2), "p95_ms": round(float(high), 2)}
