"""Whole documents: thresholds above which every required field is right, as often as promised.

Mistakes of one document come together (a misread page spoils several fields), so nothing is computed from the promises
of the fields: the document is what is counted. Its confidence, the product over its required fields, only ranks.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.promise.thresholds import GroupThresholds, Trial, Unit, group_thresholds


@dataclass(frozen=True, slots=True)
class DocumentThresholds:
    """The outcome for whole documents.

    Attributes:
        thresholds: groups "unknown" and "known", and tenants.
        left_out: documents that could not be counted, because the truth of a required field is unknown.
        counted: the others.
    """

    thresholds: GroupThresholds
    left_out: int
    counted: tuple[Trial, ...] = ()


def document_thresholds(
    judged: Sequence[Judged],
    *,
    required: Collection[str],
    target: float,
    confidence: float,
    unit: Unit = "supplier",
    seed: int = 0,
) -> DocumentThresholds:
    """The lowest thresholds above which documents are right in every required field, as often as the target says.

    Args:
        judged: examples with confidences from verifiers that have not seen their suppliers; fields that are not
            required are passed over.
        required: fields that all have to be right, nothing-found included.
        target: share of the accepted documents to promise, 0-1.
        confidence, unit, seed: as for `fakta_lab.tuning.promise.thresholds.choose_thresholds`.

    Raises:
        ValueError: no field is required, or two examples are of the same field and document.
    """
    if not required:
        raise ValueError("no required field: nothing says when a document is right")
    read: dict[str, dict[str, Judged]] = {}
    for each in judged:
        fields = read.setdefault(each.example.document, {})
        if each.example.field in required and fields.setdefault(each.example.field, each) is not each:
            raise ValueError(f"document {each.example.document!r}: two examples of the field {each.example.field!r}")
    groups: dict[str, list[Trial]] = {"unknown": [], "known": []}
    left_out = 0
    for document, fields in read.items():
        if len(fields) < len(set(required)):
            left_out += 1
            continue
        known = any(each.example.known for each in fields.values())
        groups["known" if known else "unknown"].append(_document_trial(document, fields))
    return DocumentThresholds(
        group_thresholds(groups, target=target, confidence=confidence, unit=unit, seed=seed),
        left_out,
        tuple(trial for trials in groups.values() for trial in trials),
    )


def _document_trial(document: str, fields: Mapping[str, Judged]) -> Trial:
    example = next(iter(fields.values())).example
    return Trial(
        supplier=example.supplier,
        document=document,
        tenant=example.tenant,
        # In the order of names: products of the same factors in another order can differ in the last digit.
        confidence=math.prod(fields[name].confidence for name in sorted(fields)),
        right=all(each.example.right for each in fields.values()),
    )
