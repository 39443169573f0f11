"""What a comparison found, and its JSON form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fakta_lab.comparison.bounds import Bounds
from fakta_lab.comparison.money import Costing
from fakta_lab.comparison.verdict import Outcome, Terms, Verdict

ALL = "all documents"
DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Share:
    """A share of documents with its bounds, each of which holds at the level of the comparison.

    Attributes:
        count, of: so many of so many were seen.
        low, high: 0-1.
    """

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """What was seen, 0-1; None of nothing."""
        return self.count / self.of if self.of else None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "value": _rounded(self.value),
            "low": _rounded(self.low),
            "high": _rounded(self.high),
            "count": self.count,
            "of": self.of,
        }


class Agreement(NamedTuple):
    """Documents at stake by who has the field right."""

    both: int
    only_first: int
    only_second: int
    same_mistake: int
    different_mistakes: int


@dataclass(frozen=True, slots=True)
class ReaderFigures:
    """How one reader does with one field.

    Attributes:
        right: of the documents at stake.
        precision: right ones of the values that it gives.
        recall: right ones of the values that documents state.
        used: of the documents at stake, those whose answer is used without a look.
        used_right: right ones of these.
    """

    right: Share
    precision: Share
    recall: Share
    used: Share
    used_right: Share


@dataclass(frozen=True, slots=True)
class FieldResult:
    """One field in one group of documents.

    Attributes:
        field: name.
        documents: whose truth is known.
        at_stake: of these, documents that state the field, or of which a reader says that they do; all figures are of
            them.
        suppliers: of these.
        effective: how many independent documents they count as.
        agreement: who is right.
        first, second: the readers.
        p: exact two-sided p-value of McNemar's test, each document by itself.
        significant: whether it holds among all fields of the group (Holm).
        verdict: may the first reader be switched off?
        more_documents, more_suppliers: about how many more decide, where examples are too few; None where no number
            would, or where none are missing. Suppliers only where all documents of one are one look.
    """

    field: str
    documents: int
    at_stake: int
    suppliers: int
    effective: float
    agreement: Agreement
    first: ReaderFigures
    second: ReaderFigures
    p: float
    significant: bool
    verdict: Verdict
    more_documents: int | None = None
    more_suppliers: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        measured = self.verdict.measured
        return {
            "field": self.field,
            "verdict": self.verdict.outcome.value,
            "reason": self.verdict.reason,
            "documents": self.documents,
            "at_stake": self.at_stake,
            "suppliers": self.suppliers,
            "effective_documents": round(self.effective, 1),
            "agreement": self.agreement._asdict(),
            "first": _reader(self.first),
            "second": _reader(self.second),
            "p": _rounded(self.p),
            "significant": self.significant,
            "difference": {"value": _rounded(measured.difference), **_bounds(measured.bounds)},
            "rise_in_errors": {"value": _rounded(measured.rise), **_bounds(measured.rise_bounds)},
            "accepted": {"value": _rounded(measured.share), **_bounds(measured.share_bounds)},
            "more_documents": self.more_documents,
            "more_suppliers": self.more_suppliers,
        }


@dataclass(frozen=True, slots=True)
class GroupResult:
    """All fields in one group of documents.

    Attributes:
        kind: "all", "these" (all of them, as if no other suppliers came), "known" (to the second reader, or strangers),
            "layout", "language" or "supplier".
        name: of the group.
        documents, suppliers: in it.
        unit: what counts as one look: "supplier" or "document".
        fields: in schema order.
    """

    kind: str
    name: str
    documents: int
    suppliers: int
    unit: str
    fields: Sequence[FieldResult]

    @property
    def outcomes(self) -> Counter[Outcome]:
        """How many fields have which verdict."""
        return Counter(result.verdict.outcome for result in self.fields)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "kind": self.kind,
            "name": self.name,
            "documents": self.documents,
            "suppliers": self.suppliers,
            "unit": self.unit,
            "verdicts": {outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "fields": {result.field: result.to_dict() for result in self.fields},
        }


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One field of one document on which the readers are not both right.

    Attributes:
        document, supplier, field: where.
        truth, first, second: canonical; None = not on the document, or nothing found.
        who: "only first", "only second", "same mistake" or "different mistakes".
        accepted: whether the second reader's answer would be used without a look.
    """

    document: str
    supplier: str
    field: str
    truth: str | None
    first: str | None
    second: str | None
    who: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds a document takes; None where nobody measured.

    Attributes:
        median, p95: of the documents with a time.
        documents: how many have one.
    """

    median: float | None = None
    p95: float | None = None
    documents: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that a comparison found.

    Attributes:
        first, second: names of the readers; the first is the one that is used today.
        on: name of the documents.
        truth: "benchmark" or "corrections".
        documents: that both answered.
        terms: what was asked of the second reader.
        groups: all documents first.
        disagreements: in the order of documents and fields.
        costs: per 1,000 invoices; None where no prices were given.
        first_times, second_times: of both readers.
        unread: documents that the second reader could not read; they go to a person.
        warnings: what may make the verdicts wrong.
        notes: what else a reader has to know.
    """

    first: str
    second: str
    on: str
    truth: str
    documents: int
    terms: Terms
    groups: Sequence[GroupResult]
    disagreements: Sequence[Disagreement] = ()
    costs: Costing | None = None
    first_times: Times = field(default_factory=Times)
    second_times: Times = field(default_factory=Times)
    unread: Mapping[str, str] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()

    @property
    def overall(self) -> GroupResult:
        """All documents together."""
        return self.groups[0]

    def with_outcome(self, outcome: Outcome) -> list[str]:
        """Fields that have this verdict over all documents."""
        return [result.field for result in self.overall.fields if result.verdict.outcome is outcome]

    @property
    def headline(self) -> str:
        """The outcome in one sentence."""
        return self._headline(self.overall)

    @property
    def among_these(self) -> str:
        """The same if no other suppliers came; "" where that is what the headline says already."""
        return next((self._headline(group) for group in self.groups if group.kind == "these"), "")

    def _headline(self, group: GroupResult) -> str:
        counts, n = group.outcomes, len(group.fields)
        parts = [
            f"{counts[Outcome.safe]} of {n} fields can be switched",
            f"{counts[Outcome.review]} with review",
            f"{counts[Outcome.not_yet]} not yet",
            f"{counts[Outcome.too_few]} have too few examples",
        ]
        return ", ".join(parts[:-1]) + f"; {parts[-1]}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; shares are 0-1, times seconds, money kronor per 1,000 invoices."""
        terms = self.terms
        return {
            "first": self.first,
            "second": self.second,
            "on": self.on,
            "truth": self.truth,
            "documents": self.documents,
            "headline": self.headline,
            "among_these": self.among_these,
            "terms": {
                "margin": terms.margin,
                "level": terms.level,
                "enough": terms.enough,
                "least": terms.least,
                "fewest": terms.fewest,
            },
            "warnings": list(self.warnings),
            "notes": list(self.notes),
            "groups": [group.to_dict() for group in self.groups],
            "costs": self.costs.to_dict() if self.costs else None,
            "seconds": {
                "first": {"median": _rounded(self.first_times.median), "p95": _rounded(self.first_times.p95)},
                "second": {"median": _rounded(self.second_times.median), "p95": _rounded(self.second_times.p95)},
            },
            "unread": [{"document": name, "reason": why} for name, why in self.unread.items()],
            "disagreements": [
                {name: getattr(each, name) for name in Disagreement.__dataclass_fields__} for each in self.disagreements
            ],
        }


def _reader(figures: ReaderFigures) -> dict[str, Any]:
    return {name: getattr(figures, name).to_dict() for name in ReaderFigures.__dataclass_fields__}


def _bounds(bounds: Bounds) -> dict[str, float | None]:
    return {"low": _rounded(bounds.low), "high": _rounded(bounds.high)}


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, DECIMALS)
