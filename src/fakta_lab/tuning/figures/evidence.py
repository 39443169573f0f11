"""What a tuning report shows besides its thresholds: how confidence relates to being right, and what else could be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fakta_lab.tuning.choose import Chosen, Goal
from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.figures.comparison import compare
from fakta_lab.tuning.figures.curve import acceptance_curve, reliability
from fakta_lab.tuning.promise.sweep import TARGETS, target_sweep


def evidence(judged: Sequence[Judged], goal: Goal, chosen: Chosen, *, seed: int) -> dict[str, Any]:
    """Curves, the comparison with the softmax, what moving the target changes, and what each policy costs.

    Args:
        judged: readings with confidences from verifiers that have not seen their suppliers.
        goal: what was asked for.
        chosen: what came of it.
        seed: of the resampling.

    Returns:
        The JSON forms that `fakta_lab.tuning.page.page` takes.
    """
    by_field: dict[str, list[Judged]] = {}
    for each in judged:
        by_field.setdefault(each.example.field, []).append(each)
    counted = () if chosen.documents is None else chosen.documents.counted
    targets = sorted({*TARGETS, goal.target})
    sweep = target_sweep(judged, targets, confidence=goal.confidence, unit=goal.unit, seed=seed)
    found: dict[str, Any] = {
        "curve": _curve(judged),
        "curves": {name: _curve(own) for name, own in by_field.items()},
        "document_curve": acceptance_curve([t.confidence for t in counted], [t.right for t in counted]),
        "reliability": reliability([each.confidence for each in judged], [each.example.right for each in judged]),
        "comparison": compare(judged, seed=seed).to_dict(),
        "sweep": [point.to_dict() for point in sweep],
    }
    if chosen.cascade is not None:
        found |= chosen.cascade.to_dict()
    if goal.costs is not None:
        found["costs"] = goal.costs.to_manifest()
    return found


def _curve(judged: Sequence[Judged]) -> list[dict[str, float]]:
    return acceptance_curve([each.confidence for each in judged], [each.example.right for each in judged])
