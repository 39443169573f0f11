"""What extractors make of the same documents, compared value by value and decision by decision."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fakta.documents import Document
from fakta.extract import Extractor
from fakta_lab.export.levels import EqualLevel

# Parts of an extraction that are no fields.
TABLES = ("line_items", "vat_breakdown")
REVIEW = "needs_review"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One document's extraction, as far as it is compared.

    Attributes:
        values: field to canonical value or None, table to rows.
        confidences: field to probability; of fields alone.
        accepted: field to decision, and "needs_review" of the document.
        required: fields without which a document needs review.
    """

    values: Mapping[str, Any]
    confidences: Mapping[str, float]
    accepted: Mapping[str, bool]
    required: frozenset[str]

    def probed(self, threshold: float) -> dict[str, bool]:
        """The decisions if that threshold were every field's, by the rule of `fakta.extract`."""
        accepted = {name: confidence >= threshold for name, confidence in self.confidences.items()}
        sound = all(accepted[name] and self.values[name] is not None for name in self.required)
        return {**accepted, REVIEW: not sound}


Outcomes = Mapping[str, Outcome]


def outcomes(extractor: Extractor, documents: Iterable[Document]) -> dict[str, Outcome]:
    """What an extractor makes of each document, by its name."""
    required = frozenset(field.name for field in extractor.schema.fields.values() if field.required)
    made = {}
    for document in documents:
        extraction = extractor.extract(document)
        plain = extraction.to_dict()
        made[document.name] = Outcome(
            values={name: field["value"] for name, field in plain["fields"].items()}
            | {table: plain[table] for table in TABLES},
            confidences={name: field.confidence for name, field in extraction.fields.items()},
            accepted={name: field.accepted for name, field in extraction.fields.items()}
            | {REVIEW: extraction.needs_review},
            required=required,
        )
    return made


def compared_values(ones: Outcomes, others: Outcomes) -> EqualLevel:
    """Every field and every table of every document."""
    return _level("values", ones, {name: (one.values, others[name].values) for name, one in ones.items()})


def compared_decisions(ones: Outcomes, others: Outcomes) -> tuple[EqualLevel, str]:
    """Whether each field is accepted and each document needs review, and what decides that, in words.

    The bundle's own thresholds decide. Where they accept nothing of the reference (a bundle that was never tuned has
    none), a probe threshold decides too, so that there is something to differ.

    Args:
        ones: the reference.
        others: of the same documents.
    """
    accepts = any(yes for one in ones.values() for name, yes in one.accepted.items() if name != REVIEW)
    probe = None if accepts else probe_threshold(ones)
    if probe is None:
        pairs = {name: (one.accepted, others[name].accepted) for name, one in ones.items()}
        return _level("decisions", ones, pairs), "the bundle's thresholds"
    probed = {name: (_both(one, probe), _both(others[name], probe)) for name, one in ones.items()}
    level = _level("decisions", ones, probed)
    return level, f"a probe threshold of {probe:.6f}, as the bundle's own accept nothing"


def probe_threshold(reference: Outcomes) -> float | None:
    """A threshold that about half of the values found are above; None where fewer than two confidences differ.

    It lies in the middle between two neighbouring confidences: on one of them, rounding would decide.
    """
    found = sorted(
        {
            confidence
            for one in reference.values()
            for name, confidence in one.confidences.items()
            if one.values[name] is not None
        }
    )
    if len(found) < 2:
        return None
    middle = statistics.median_low(range(1, len(found)))
    low, high = list(pairwise(found))[middle - 1]
    return (low + high) / 2


def _both(outcome: Outcome, probe: float) -> dict[str, tuple[bool, bool]]:
    probed = outcome.probed(probe)
    return {name: (own, probed[name]) for name, own in outcome.accepted.items()}


def _level(
    name: str, documents: Outcomes, pairs: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> EqualLevel:
    differing = {
        document: tuple(part for part in one if one[part] != other[part]) for document, (one, other) in pairs.items()
    }
    return EqualLevel(
        name,
        documents=len(documents),
        compared=sum(len(one) for one, _ in pairs.values()),
        differing={document: parts for document, parts in differing.items() if parts},
    )


def differing_values(ones: Outcomes, others: Outcomes, names: Sequence[str]) -> list[dict[str, Any]]:
    """What both sides say where they differ, for a report that only whoever may see the documents reads.

    Args:
        ones: the reference.
        others: of the same documents.
        names: of the documents to list.
    """
    return [
        {
            "document": name,
            "part": part,
            "reference": _said(ones[name], part),
            "bundle": _said(others[name], part),
        }
        for name in names
        for part in (*ones[name].values, REVIEW)
        if _said(ones[name], part) != _said(others[name], part)
    ]


def _said(outcome: Outcome, part: str) -> dict[str, Any]:
    if part == REVIEW:
        return {REVIEW: outcome.accepted[REVIEW]}
    said = {"value": outcome.values[part]}
    if part not in outcome.confidences:
        return said
    return {**said, "confidence": round(outcome.confidences[part], 6), "accepted": outcome.accepted[part]}
