"""Events by the document that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fakta_lab.labels.label import Label, latest
from fakta_lab.store import StoredEvent


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A document and what its events say about it.

    Attributes:
        sha256: of its bytes; "" where the store does not have the document.
        name: by which its first event speaks of it.
        tenant, supplier: as logged; "" where not stated.
        audited: whether it was looked at because it was drawn at random.
        labels: by field name; a field that nobody looked at is not among them.
        events: digests of all events about it, oldest first.
    """

    sha256: str
    name: str
    tenant: str
    supplier: str
    audited: bool
    labels: Mapping[str, Label]
    events: tuple[str, ...]

    @property
    def values(self) -> dict[str, str | None]:
        """What may be learned: field name to canonical value, None = not on the document."""
        return {name: label.value for name, label in self.labels.items() if label.usable}


def labelled_documents(events: Iterable[StoredEvent]) -> list[LabelledDocument]:
    """The documents that events are about, in the order of their sha256 and name.

    Events that name one document in two ways are joined by its bytes.

    Args:
        events: oldest first, as `Store.events` gives them.
    """
    groups: dict[tuple[str, ...], list[StoredEvent]] = {}
    for event in events:
        correction = event.correction
        key = (event.document_sha256,) if event.document_sha256 else ("", correction.tenant, correction.document)
        groups.setdefault(key, []).append(event)
    found = [_document(group) for group in groups.values()]
    return sorted(found, key=lambda document: (document.sha256, document.tenant, document.name))


def _document(events: list[StoredEvent]) -> LabelledDocument:
    corrections = [event.correction for event in events]
    return LabelledDocument(
        sha256=events[0].document_sha256,
        # An event that names it by its bytes has no better name for it.
        name=next((c.document for c in corrections if not c.is_sha256), corrections[0].document),
        tenant=next((c.tenant for c in corrections if c.tenant), ""),
        supplier=next((c.supplier for c in corrections if c.supplier), ""),
        audited=any(c.selection == "audit" for c in corrections),
        labels=latest(events),
        events=tuple(event.digest for event in events),
    )
