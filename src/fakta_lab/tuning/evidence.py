"""What a tuning report shows besides its thresholds: how confidence relates to being right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fakta_lab.tuning.comparison import compare
from fakta_lab.tuning.curve import acceptance_curve, reliability
from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.whole_documents import DocumentThresholds


def evidence(judged: Sequence[Judged], documents: DocumentThresholds | None, *, seed: int) -> dict[str, Any]:
    """Curves over all readings, by field and of whole documents, reliability, and the comparison with the softmax.

    Args:
        judged: readings with confidences from verifiers that have not seen their suppliers.
        documents: the outcome for whole documents.
        seed: of the resampling.
    """
    by_field: dict[str, list[Judged]] = {}
    for each in judged:
        by_field.setdefault(each.example.field, []).append(each)
    counted = () if documents is None else documents.counted
    return {
        "curve": _curve(judged),
        "curves": {name: _curve(own) for name, own in by_field.items()},
        "document_curve": acceptance_curve([t.confidence for t in counted], [t.right for t in counted]),
        "reliability": reliability([each.confidence for each in judged], [each.example.right for each in judged]),
        "comparison": compare(judged, seed=seed).to_dict(),
    }


def _curve(judged: Sequence[Judged]) -> list[dict[str, float]]:
    return acceptance_curve([each.confidence for each in judged], [each.example.right for each in judged])
