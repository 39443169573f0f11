"""The documents to choose from: files, or those of the store, without those that were corrected before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fakta.errors import InputError
from fakta_lab.labels import labelled_documents
from fakta_lab.store import Store


@dataclass(frozen=True)
class PoolDocument:
    """A document that may be chosen.

    Attributes:
        name: for people: the path as given, or the name by which the store's events speak of it.
        path: where its bytes are.
        sha256: of the bytes.
    """

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Pool:
    """What can be chosen from.

    Attributes:
        documents: each content once, sorted by sha256.
        corrected: sha256 to the path of each corrected document that the store has.
        left_out: how many documents were left out because they are corrected.
        unread: name to why, for what could not be opened.
    """

    documents: tuple[PoolDocument, ...]
    corrected: Mapping[str, Path]
    left_out: int
    unread: Mapping[str, str]


def find_pool(paths: Sequence[str], store: Store | None) -> Pool:
    """The pool of some files, or without any the store's documents that have no labels.

    Args:
        paths: of files.
        store: knows what was corrected; None where nothing was.

    Raises:
        InputError: neither files nor a store.
    """
    if not paths and store is None:
        raise InputError("no documents to choose from: name files or folders, or a store with --store")
    labelled = [document for document in labelled_documents(store.events()) if document.labels] if store else []
    corrected = {
        document.sha256: store.vault.path(document.sha256) for document in labelled if store and document.sha256
    }
    # A store that lacks a document still knows it by the name in the events, which may be its sha256.
    known = {document.name for document in labelled if not document.sha256}
    unread: dict[str, str] = {}
    found = _files(paths, unread) if paths else _stored(store) if store else []
    documents: dict[str, PoolDocument] = {}
    left_out: set[str] = set()
    # Of several files with the same bytes, the one whose name comes first.
    for document in sorted(found, key=lambda document: (document.sha256, document.name)):
        if document.sha256 in corrected or document.sha256 in known or document.name in known:
            left_out.add(document.sha256)
        else:
            documents.setdefault(document.sha256, document)
    kept = tuple(document for sha256, document in documents.items() if sha256 not in left_out)
    return Pool(kept, dict(sorted(corrected.items())), len(left_out), unread)


def _files(paths: Iterable[str], unread: dict[str, str]) -> list[PoolDocument]:
    found = []
    for name in dict.fromkeys(paths):
        try:
            content = Path(name).read_bytes()
        except OSError as error:
            unread[name] = f"{name}: cannot be opened ({error.strerror})"
        else:
            found.append(PoolDocument(name, Path(name), hashlib.sha256(content).hexdigest()))
    return found


def _stored(store: Store) -> list[PoolDocument]:
    names = store.names()
    return [
        PoolDocument(min((name for _, name in names.get(sha256, [])), default=sha256), store.vault.path(sha256), sha256)
        for sha256 in store.vault
    ]
