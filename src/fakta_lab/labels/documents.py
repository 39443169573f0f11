"""Events by the document that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from fakta.schema import Schema, invoice_schema
from fakta_lab.labels.checks import contradictions
from fakta_lab.labels.doubts import Doubt
from fakta_lab.labels.habits import odd_ones
from fakta_lab.labels.label import Label
from fakta_lab.labels.policy import LabelPolicy
from fakta_lab.labels.settle import settle
from fakta_lab.labels.stamping import Person, person_of, rubber_stamps
from fakta_lab.labels.statements import Statement, in_order, statements
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
    def key(self) -> str:
        """What names the document among others: its sha256, or tenant and name while the store does not have it."""
        return self.sha256 or f"{self.tenant}/{self.name}"

    @property
    def values(self) -> dict[str, str | None]:
        """What may be learned: field name to canonical value, None = not on the document."""
        return {name: label.value for name, label in self.labels.items() if label.usable}


def labelled_documents(
    events: Iterable[StoredEvent], *, policy: LabelPolicy | None = None, schema: Schema | None = None
) -> list[LabelledDocument]:
    """The documents that events are about, in the order of their sha256 and name, and how far each label is trusted.

    Events that name one document in two ways are joined by its bytes.

    Args:
        events: in any order, as `Store.events` gives them; of several versions of an event only one.
        policy: when doubts arise and which of them make a label unusable; `LabelPolicy()` by default.
        schema: of the fields; the invoice schema by default.
    """
    policy, schema = policy or LabelPolicy(), schema or invoice_schema()
    ordered = in_order(events)
    stamps = rubber_stamps(ordered, policy)
    groups: dict[tuple[str, ...], list[StoredEvent]] = {}
    for event in ordered:
        correction = event.correction
        key = (event.document_sha256,) if event.document_sha256 else ("", correction.tenant, correction.document)
        groups.setdefault(key, []).append(event)
    found = [_document(group, stamps, schema) for group in groups.values()]
    found.sort(key=lambda document: (document.sha256, document.tenant, document.name))
    return _judged(found, policy, schema)


def _document(events: Sequence[StoredEvent], stamps: AbstractSet[Person], schema: Schema) -> LabelledDocument:
    corrections = [event.correction for event in events]
    return LabelledDocument(
        sha256=events[0].document_sha256,
        # An event that names it by its bytes has no better name for it.
        name=next((c.document for c in corrections if not c.is_sha256), corrections[0].document),
        tenant=next((c.tenant for c in corrections if c.tenant), ""),
        supplier=next((c.supplier for c in corrections if c.supplier), ""),
        audited=any(c.selection == "audit" for c in corrections),
        labels=_labels(events, stamps, schema),
        events=tuple(event.digest for event in events),
    )


def _labels(events: Sequence[StoredEvent], stamps: AbstractSet[Person], schema: Schema) -> dict[str, Label]:
    said: dict[str, list[Statement]] = {}
    stamped: set[Statement] = set()
    for event in events:
        for statement in statements(event, schema):
            said.setdefault(statement.field, []).append(statement)
            if statement.source == "confirmed" and person_of(event) in stamps:
                stamped.add(statement)
    labels = {}
    for name, everything in said.items():
        # A confirmation without a look is no word against somebody who looked.
        looked = [statement for statement in everything if statement not in stamped]
        labels[name] = settle(looked) if looked else settle(everything).doubted(Doubt.rubber_stamp)
    return labels


def _judged(documents: Sequence[LabelledDocument], policy: LabelPolicy, schema: Schema) -> list[LabelledDocument]:
    """The same with the doubts that other labels raise, and with what the policy makes of all doubts."""
    labels = [dict(document.labels) for document in documents]
    for own in labels:
        for name, doubt in contradictions(dict(own), schema):
            own[name] = own[name].doubted(doubt)
    known = [(document.tenant, document.supplier, document.labels) for document in documents]
    for index, name, doubt in odd_ones(known, fewest=policy.supplier_documents):
        labels[index][name] = labels[index][name].doubted(doubt)
    return [
        replace(document, labels={name: judged(label, policy) for name, label in own.items()})
        for document, own in zip(documents, labels, strict=True)
    ]


def judged(label: Label, policy: LabelPolicy) -> Label:
    """The label with what a policy makes of its doubts: usable or not."""
    return replace(label, usable=policy.unusable.isdisjoint(label.doubts))
