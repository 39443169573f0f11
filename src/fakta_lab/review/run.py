"""The labels of a store, the likeliest mistakes first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fakta import documents
from fakta.bundle import Bundle
from fakta.errors import DocumentError
from fakta_lab.dataset.splitting.suppliers import supplier_groups
from fakta_lab.labels import LabelledDocument, LabelPolicy, labelled_documents
from fakta_lab.review.evidence import FieldEvidence, Reader
from fakta_lab.review.page_doubts import PageDoubt, page_doubts
from fakta_lab.review.suspicion import Case, probabilities_wrong
from fakta_lab.store import Store

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A label and what speaks against it.

    Attributes:
        document: by which its first event speaks of it.
        sha256: of the document; "" where the store does not have it.
        tenant: as logged.
        field: name.
        label: canonical value; None = labelled as not on the document.
        source: "corrected" or "confirmed".
        reads: what the model reads, canonical; None where it finds nothing, or could not look.
        nearest: printed value that the label may have been meant to be, canonical; None where there is none.
        probability: that the label is wrong, 0-1.
        doubts: what speaks against it besides the model, in words.
        usable: whether the label is learned from as it stands.
    """

    document: str
    sha256: str
    tenant: str
    field: str
    label: str | None
    source: str
    reads: str | None
    nearest: str | None
    probability: float
    doubts: tuple[str, ...]
    usable: bool

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {**asdict(self), "probability": round(self.probability, 4), "doubts": list(self.doubts)}


@dataclass(frozen=True, slots=True)
class Review:
    """What was looked at.

    Attributes:
        suspicions: every label, the likeliest mistake first.
        documents: how many documents the labels are about.
        unread: document to why it could not be read; its labels are judged by the rules alone.
    """

    suspicions: tuple[Suspicion, ...]
    documents: int
    unread: Mapping[str, str]

    @property
    def expected(self) -> float:
        """How many of the labels are wrong, as the probabilities have it."""
        return sum(suspicion.probability for suspicion in self.suspicions)


def review_labels(
    store: Store,
    bundle: Bundle,
    *,
    policy: LabelPolicy | None = None,
    tenant: str | None = None,
    progress: Progress | None = None,
) -> Review:
    """Judges every label of a store.

    Args:
        store: whose documents are read once more.
        bundle: of a model that was not trained on these corrections; one that was would repeat their mistakes.
        policy: of the rules; `LabelPolicy()` by default.
        tenant: only this tenant's labels; None for all.
        progress: called with documents done and documents in all.

    Raises:
        BundleError: the bundle cannot be used.
    """
    reader = Reader(bundle)
    labelled = labelled_documents(
        store.events(schema=reader.schema, tenant=tenant), policy=policy, schema=reader.schema
    )
    groups = supplier_groups(
        [(d.name, d.supplier, {name: label.value for name, label in d.labels.items()}) for d in labelled]
    )
    cases: list[Case] = []
    pages: list[PageDoubt] = []
    owners: list[LabelledDocument] = []
    unread: dict[str, str] = {}
    for done, (document, supplier) in enumerate(zip(labelled, groups, strict=True), 1):
        evidence: Mapping[str, FieldEvidence] = {}
        doubts: Mapping[str, PageDoubt] = {}
        try:
            opened = _open(store, document)
            evidence, views = reader.read(opened)
            doubts = page_doubts(opened, document.labels, views, reader.schema)
        except DocumentError as error:
            unread[document.name] = str(error)
        for name, label in document.labels.items():
            page = doubts.get(name, PageDoubt())
            cases.append(Case(label.doubted(*page.doubts), evidence.get(name), supplier))
            pages.append(page)
            owners.append(document)
        if progress:
            progress(done, len(labelled))
    found = [
        _suspicion(*known) for known in zip(owners, cases, pages, map(float, probabilities_wrong(cases)), strict=True)
    ]
    found.sort(key=lambda s: (-s.probability, s.document, s.field))
    return Review(tuple(found), len(labelled), unread)


def _open(store: Store, document: LabelledDocument) -> documents.Document:
    if not document.sha256:
        raise DocumentError(f"{document.name}: the store does not have it")
    path: Path = store.vault.path(document.sha256)
    return documents.read(path, name=document.name)


def _suspicion(document: LabelledDocument, case: Case, page: PageDoubt, probability: float) -> Suspicion:
    label = case.label
    return Suspicion(
        document=document.name,
        sha256=document.sha256,
        tenant=document.tenant,
        field=label.field,
        label=label.value,
        source=label.source,
        reads=case.evidence.chosen if case.evidence else None,
        nearest=page.nearest,
        probability=probability,
        doubts=tuple(doubt.words for doubt in label.doubts),
        usable=label.usable,
    )
