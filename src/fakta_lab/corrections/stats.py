"""What a store's events say in numbers: how often people change which answers, of which extractor, and who looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from fakta_lab.store import StoredEvent


@dataclass
class Rate:
    """How often an answer was corrected, confirmed, or not looked at."""

    corrected: int = 0
    confirmed: int = 0
    untouched: int = 0

    @property
    def error_rate(self) -> float | None:
        """Share of the answers that were looked at and changed; None where nobody looked."""
        looked_at = self.corrected + self.confirmed
        return self.corrected / looked_at if looked_at else None

    def to_dict(self) -> dict[str, Any]:
        """As `--format json` prints it."""
        return {
            "corrected": self.corrected,
            "confirmed": self.confirmed,
            "untouched": self.untouched,
            "error_rate": self.error_rate,
        }


@dataclass
class CorrectionStats:
    """A store in numbers.

    Attributes:
        events: in their last version.
        documents: that events are about.
        missing: those of them that the store does not have.
        first, last: times of the events; None where none has a time.
        fields: by field, most corrected first.
        extractors: by extractor, "" where not stated.
        users: events by who corrected, "" where not stated.
        tenants: events by tenant.
    """

    events: int = 0
    documents: int = 0
    missing: int = 0
    first: str | None = None
    last: str | None = None
    fields: dict[str, Rate] = field(default_factory=dict)
    extractors: dict[str, Rate] = field(default_factory=dict)
    users: Counter[str] = field(default_factory=Counter)
    tenants: Counter[str] = field(default_factory=Counter)

    def to_dict(self) -> dict[str, Any]:
        """As `--format json` prints it."""
        return {
            "events": self.events,
            "documents": self.documents,
            "missing_documents": self.missing,
            "first": self.first,
            "last": self.last,
            "fields": {name: rate.to_dict() for name, rate in self.fields.items()},
            "extractors": {name: rate.to_dict() for name, rate in self.extractors.items()},
            "users": dict(self.users.most_common()),
            "tenants": dict(self.tenants.most_common()),
        }


def correction_stats(events: Iterable[StoredEvent]) -> CorrectionStats:
    """The numbers of events.

    Args:
        events: oldest first, as `Store.events` gives them.
    """
    stats = CorrectionStats()
    documents: set[tuple[str, ...]] = set()
    for event in events:
        correction = event.correction
        stats.events += 1
        sha256 = event.document_sha256
        documents.add((sha256,) if sha256 else ("", correction.tenant, correction.document))
        stats.users[correction.corrected_by] += 1
        stats.tenants[correction.tenant] += 1
        if correction.corrected_at:
            stats.first = stats.first or correction.corrected_at.isoformat()
            stats.last = correction.corrected_at.isoformat()
        extractor = stats.extractors.setdefault(correction.extractor, Rate())
        for name in {*correction.extracted, *correction.labels}:
            rate = stats.fields.setdefault(name, Rate())
            outcome = (
                "corrected"
                if name in correction.corrected
                else "confirmed"
                if name in correction.confirmed
                else "untouched"
            )
            for counted in (rate, extractor):
                setattr(counted, outcome, getattr(counted, outcome) + 1)
    stats.documents = len(documents)
    stats.missing = sum(len(document) > 1 for document in documents)
    stats.fields = dict(sorted(stats.fields.items(), key=lambda item: (-item[1].corrected, item[0])))
    stats.extractors = dict(sorted(stats.extractors.items()))
    return stats
