"""Thresholds for judged readings: by a promise or by costs, with a second reader or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakta.errors import ConfigError
from fakta_lab.tuning.cascade.choice import CascadeTuning, cascade_by_cost, cascade_by_promise
from fakta_lab.tuning.cascade.costs import CostsConfig
from fakta_lab.tuning.cascade.documents import JudgedDocument
from fakta_lab.tuning.cascade.policies import accepted_by
from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.promise.thresholds import Unit, choose_thresholds
from fakta_lab.tuning.promise.whole_documents import DocumentThresholds, document_thresholds

PRECISION = 0.99


@dataclass(frozen=True, slots=True)
class Goal:
    """What thresholds are for.

    Attributes:
        precision: of the accepted values of a field at least this share is right; 0.5-1, both excluded. None for
            thresholds by costs; without costs, then, 99 %.
        document: of the documents that pass whole, at least this share has every required field right; the same.
        confidence: how sure each of these promises has to be; the same.
        unit: what promises about strangers count: suppliers, or documents where suppliers make no difference.
        costs: prices. Beside a precision they only say what each policy costs.
    """

    precision: float | None = None
    document: float = 0.95
    confidence: float = 0.95
    unit: Unit = "supplier"
    costs: CostsConfig | None = None

    @property
    def by_costs(self) -> bool:
        """Whether costs decide, and no promise."""
        return self.costs is not None and self.precision is None

    @property
    def target(self) -> float:
        """The precision to promise, also where costs decide and it is only shown."""
        return PRECISION if self.precision is None else self.precision

    def check(self) -> None:
        """Raises ConfigError where a number is out of its range."""
        numbers = {"target precision": self.target, "document precision": self.document, "confidence": self.confidence}
        for name, number in numbers.items():
            if not 0.5 < number < 1:
                raise ConfigError(f"{name} {number}: expected a number between 0.5 and 1")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What decides about readings.

    Attributes:
        thresholds: field to group to entry, as the manifest stores them.
        documents: thresholds of whole documents; None where no field is required, or costs decide.
        cascade: when the second reader is asked, and what the policies cost; None without costs and second reader.
    """

    thresholds: Mapping[str, Mapping[str, Any]]
    documents: DocumentThresholds | None = None
    cascade: CascadeTuning | None = None


def choose(
    judged: Sequence[Judged],
    goal: Goal,
    *,
    required: frozenset[str],
    documents: Sequence[JudgedDocument] = (),
    seed: int = 0,
) -> Chosen:
    """The thresholds that a goal asks for.

    Args:
        judged: readings with confidences from verifiers that have not seen their suppliers.
        goal: a promise, or costs.
        required: fields that have to be right for a document to be.
        documents: as production will read them, with a second reader's answers where there are any; for costs and for
            what agreement is worth.
        seed: of folds, of resampling, and of which of a supplier's documents is counted.
    """
    if goal.costs is not None and goal.by_costs:
        cascade = cascade_by_cost(documents, costs=goal.costs, required=required, confidence=goal.confidence, seed=seed)
        return Chosen(cascade.thresholds, None, cascade)
    settings: dict[str, Any] = {"confidence": goal.confidence, "seed": seed}
    fields = choose_thresholds(judged, target=goal.target, unit=goal.unit, **settings)
    thresholds = {name: groups.to_dict() for name, groups in fields.items()}
    whole = None
    if required and {each.example.field for each in judged}.issuperset(required):
        whole = document_thresholds(judged, required=required, target=goal.document, unit=goal.unit, **settings)
    if goal.costs is None and not any(document.second for document in documents):
        return Chosen(thresholds, whole)
    accepts = accepted_by(thresholds)
    by_promise = cascade_by_promise(
        documents, accepts=accepts, target=goal.target, required=required, costs=goal.costs, **settings
    )
    return Chosen(thresholds, whole, by_promise)
