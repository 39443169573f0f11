"""What a dataset was built from, in numbers, and what was left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

# Why a document is not in the dataset, in groups.
Kind = Literal[
    "the store does not have it",
    "it cannot be read",
    "no words on any page",
    "it is a copy of another document",
    "it fits in no split",
]


@dataclass(frozen=True, slots=True)
class Dropped:
    """Why a document is not in the dataset: in a word, and in full."""

    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class Reuse:
    """How much of a build was done before.

    Attributes:
        documents: in all.
        read: that were read, because they, or what reads them, changed.
        aligned: whose values were sought on their pages, because they were read or something about them changed.
    """

    documents: int
    read: int
    aligned: int

    @property
    def reused(self) -> int:
        """Documents taken over as they were."""
        return self.documents - self.aligned


@dataclass(slots=True)
class SplitCounts:
    """One split in numbers."""

    suppliers: set[str] = field(default_factory=set)
    pages: int = 0
    weights: list[float] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)
    subsets: Counter[str] = field(default_factory=Counter)

    @property
    def documents(self) -> int:
        """How many there are."""
        return len(self.weights)

    @property
    def effective(self) -> float:
        """Documents drawn evenly that would say as much as these with their weights (Kish's effective sample size)."""
        squares = sum(weight * weight for weight in self.weights)
        return sum(self.weights) ** 2 / squares if squares else 0.0

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "suppliers": len(self.suppliers),
            "documents": self.documents,
            "pages": self.pages,
            "effective_documents": round(self.effective, 1),
            "languages": dict(sorted(self.languages.items())),
            "subsets": dict(sorted(self.subsets.items())),
        }


@dataclass(slots=True)
class Tally:
    """Counts that grow with each document."""

    splits: dict[str, SplitCounts] = field(default_factory=dict)
    values: dict[str, dict[str, Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add_values(
        self,
        values: Mapping[str, str | None],
        sources: Mapping[str, str],
        outcomes: Iterable[tuple[str, str, str, bool]],
    ) -> None:
        """Counts what became of a document's known values."""
        for name, value in values.items():
            if value is None:
                self.values[name][sources[name]]["not on the document"] += 1
        for name, status, reason, as_stated in outcomes:
            self.values[name][sources[name]][status] += 1
            # A typing error against the page is worth a look although its place was found.
            if status != "aligned" or not as_stated:
                self.reasons[name, reason] += 1


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a dataset was built from, and what was left out.

    Attributes:
        out: folder of the dataset.
        sha256: of the rows of all splits.
        events: correction events about the documents in it.
        splits: by name, in numbers.
        values: field, how a person vouched for it ("corrected", "confirmed"), what became of the value, how often.
        reasons: field and reason to how often, for values that were not aligned, or not as they were stated.
        dropped: document to why it is not in the dataset.
        kept_copies: documents that are kept though another has the same supplier and invoice number.
        moved: sha256 to why it is not in the split where it was before.
        reuse: how much was done before; no part of the dataset.
    """

    out: Path
    sha256: str
    events: int
    splits: Mapping[str, SplitCounts]
    values: Mapping[str, Mapping[str, Mapping[str, int]]]
    reasons: Mapping[tuple[str, str], int]
    dropped: Mapping[str, Dropped]
    kept_copies: int
    moved: Mapping[str, str]
    reuse: Reuse

    @property
    def alignments(self) -> dict[str, dict[str, int]]:
        """Field to how many of its values were aligned, ambiguous, absent; however people vouched for them."""
        found: dict[str, dict[str, int]] = {}
        for name, by_source in self.values.items():
            counts: Counter[str] = sum((Counter(each) for each in by_source.values()), Counter())
            counts.pop("not on the document", None)
            if counts:
                found[name] = dict(counts)
        return found

    def dropped_by_kind(self) -> dict[str, int]:
        """How many documents were left out for what, the most first."""
        return dict(Counter(each.kind for each in self.dropped.values()).most_common())

    def content(self) -> dict[str, Any]:
        """The JSON form, as far as it depends on the dataset alone."""
        return {
            "sha256": self.sha256,
            "events": self.events,
            "splits": {name: counts.to_dict() for name, counts in self.splits.items()},
            "values": {name: {s: dict(c) for s, c in sources.items()} for name, sources in self.values.items()},
            "not_aligned": [
                {"field": name, "reason": reason, "values": n} for (name, reason), n in sorted(self.reasons.items())
            ],
            "dropped": {name: {"kind": d.kind, "reason": d.reason} for name, d in self.dropped.items()},
            "kept_copies": self.kept_copies,
            "moved": dict(self.moved),
        }

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        reuse = {"documents": self.reuse.documents, "read": self.reuse.read, "aligned": self.reuse.aligned}
        return {**self.content(), "alignments": self.alignments, "reuse": reuse}


def ordered(values: Mapping[str, Mapping[str, Mapping[str, int]]], names: Sequence[str]) -> dict[str, Any]:
    """Counts of values in the order of the schema, and of sources and outcomes by name, so that order says nothing."""
    return {
        name: {source: dict(sorted(values[name][source].items())) for source in sorted(values[name])}
        for name in names
        if name in values
    }
