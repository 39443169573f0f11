"""What a request for erasure covers: which documents, and which events about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fakta import documents
from fakta.errors import DocumentError
from fakta_lab.store import Store, StoredEvent

Progress = Callable[[int, int], None]

# What an event or a document has to share with a supplier's name to be that supplier's.
SUPPLIER_FIELDS = ("supplier_name", "supplier_org_number", "supplier_vat_number")
# A personal identity number without century and sign: birth date, number of birth, check digit.
IDENTITY_DIGITS = 10
_DIGIT_RUN = re.compile(r"\d[\d\s+-]*\d")


@dataclass(frozen=True, slots=True)
class Covered:
    """What goes.

    Attributes:
        documents: sha256 of documents in the store.
        names: tenant and name of each, also of those that the store knows by events alone.
        events: sequence numbers.
        unread: sha256 of documents that could not be read, so that nobody knows whether they are meant, and why.
    """

    documents: frozenset[str] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()
    events: frozenset[int] = frozenset()
    unread: tuple[tuple[str, str], ...] = ()


def of_document(store: Store, document: str) -> Covered:
    """One document, by its sha256 or by the name that events call it."""
    return _covered(store, lambda event: document in (event.document_sha256, event.correction.document), [document])


def of_tenant(store: Store, tenant: str) -> Covered:
    """Everything that a tenant brought; a document that another tenant brought too stays with that one."""
    mine: list[StoredEvent] = []
    others: list[StoredEvent] = []
    for event in store.events(every_version=True):
        (mine if event.correction.tenant == tenant else others).append(event)
    names = store.names()
    sha256s = {event.document_sha256 for event in mine} & set(names)
    sha256s |= {sha256 for sha256, known in names.items() if any(owner == tenant for owner, _ in known)}
    shared = {event.document_sha256 for event in others}
    shared |= {sha256 for sha256, known in names.items() if any(owner != tenant for owner, _ in known)}
    return Covered(
        documents=frozenset(sha256s - shared),
        names=frozenset((tenant, event.correction.document) for event in mine)
        | {(tenant, name) for known in names.values() for owner, name in known if owner == tenant},
        events=frozenset(event.sequence for event in mine),
    )


def of_supplier(store: Store, supplier: str) -> Covered:
    """A supplier's documents, by the key that the log has for it, its name, organisation number or VAT number."""
    wanted = _plain(supplier)

    def matches(event: StoredEvent) -> bool:
        correction = event.correction
        stated: list[Any] = [correction.supplier]
        stated += [correction.labels.get(name) for name in SUPPLIER_FIELDS]
        stated += [correction.extracted.get(name) for name in SUPPLIER_FIELDS]
        return any(_plain(str(value)) == wanted for value in stated if value)

    return _covered(store, matches, [])


def of_person(store: Store, person: str, *, progress: Progress | None = None) -> Covered:
    """Every document that names a person: in a value of an event, or anywhere on its pages.

    Args:
        store: to search.
        person: name as it may be printed, case aside; or personal identity number in any form.
        progress: called with documents read and documents in all; scans are read by OCR, which takes seconds a page.
    """
    mentions = _mentions(person)

    def matches(event: StoredEvent) -> bool:
        correction = event.correction
        values = [*correction.labels.values(), *correction.extracted.values(), correction.document]
        return any(mentions(str(value)) for value in values if value)

    on_pages, unread = [], []
    stored = list(store.vault)
    for done, sha256 in enumerate(stored, start=1):
        try:
            document = documents.read(store.vault.path(sha256))
        except DocumentError as error:
            unread.append((sha256, str(error)))
        else:
            if any(mentions(" ".join(word.text for word in page.words)) for page in document.pages):
                on_pages.append(sha256)
        if progress:
            progress(done, len(stored))
    found = _covered(store, matches, on_pages)
    return Covered(found.documents, found.names, found.events, tuple(unread))


def of_documents(store: Store, sha256s: Iterable[str], events: Iterable[StoredEvent] = ()) -> Covered:
    """These documents with every event about them, and these events with the documents that they are about."""
    numbers = {event.sequence for event in events}
    return _covered(store, lambda event: event.sequence in numbers, list(sha256s))


def _covered(store: Store, matches: Callable[[StoredEvent], bool], also: Sequence[str]) -> Covered:
    """The documents of the events that match, those named in `also`, and every event about any of them.

    A document is looked for under all its names: events of other users about it go as well.
    """
    sha256s, names = set(also), set()
    events = list(store.events(every_version=True))
    for event in events:
        if matches(event):
            names.add((event.correction.tenant, event.correction.document))
            sha256s.add(event.document_sha256)
    stored = store.names()
    sha256s &= set(stored) | set(store.vault)
    names |= {name for sha256 in sha256s for name in stored.get(sha256, ())}
    # Events about documents that the store does not have name a file; that name is all there is to go by.
    numbers = {
        event.sequence
        for event in events
        if event.document_sha256 in sha256s or (event.correction.tenant, event.correction.document) in names
    }
    return Covered(frozenset(sha256s), frozenset(names), frozenset(numbers))


def _mentions(person: str) -> Callable[[str], bool]:
    """Whether a text mentions a person.

    >>> _mentions("Maja Exempelsson")("Er referens: MAJA  EXEMPELSSON, Box 1")
    True
    >>> _mentions("860422-1234")("Momsreg.nr SE860422123401")
    True
    """
    digits = re.sub(r"\D", "", person)
    if len(digits) >= IDENTITY_DIGITS and not re.search(r"[^\W\d_]", person):
        number = digits[-IDENTITY_DIGITS:]
        return lambda text: any(number in re.sub(r"\D", "", run) for run in _DIGIT_RUN.findall(text))
    wanted = _plain(person)
    pattern = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
    return lambda text: pattern.search(_plain(text)) is not None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
