"""Carrying an erasure out: the database first, then the files, then what has learned from them.

The database's part is one transaction. The rest follows from what it then says, so a run that was stopped in between is
completed by the next one, whatever that one erases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakta.errors import InputError, MemoryFileError
from fakta.extract import MEMORY_FILE
from fakta_lab.corrections.erasure.caches import erase_in_caches
from fakta_lab.corrections.erasure.scope import Covered
from fakta_lab.formats.memories import is_memory, read_memory, write_memory
from fakta_lab.formats.retraining import Artifact, artifact_at, mark_for_retraining
from fakta_lab.store import Store, erasing, lineage
from fakta_lab.store.lineage import datasets_with

SKIPPED_FOLDERS = frozenset({".git", ".venv", ".dvc", "__pycache__", "node_modules"})


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What an erasure did.

    Attributes:
        erasure: as it stands in the log; None where nothing was covered or nothing was to be done.
        documents, events: how many were, or would be, removed.
        artifacts: datasets, runs and bundles that have seen any erased document, now or in an earlier erasure.
        missing: sha256 of datasets that have, and whose folder is not where was searched.
        unread: documents that could not be searched, and why.
        memories: supplier memories that had learned from any of the documents, and from how many.
        memories_missing: where memories were built that are there no more, or cannot be read.
        caches: result caches that had results of any of the documents, and of how many.
        caches_unread: why other caches could not be emptied.
    """

    erasure: erasing.Erasure | None
    documents: int
    events: int
    artifacts: Sequence[Artifact] = ()
    missing: Sequence[str] = ()
    unread: Sequence[tuple[str, str]] = field(default=())
    memories: Sequence[tuple[Path, int]] = ()
    memories_missing: Sequence[str] = ()
    caches: Sequence[tuple[Path, int]] = ()
    caches_unread: Sequence[str] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "id": self.erasure.id if self.erasure else None,
            "erased_at": self.erasure.erased_at if self.erasure else None,
            "documents": self.documents,
            "events": self.events,
            "retrain": [{"kind": a.kind, "path": str(a.path), "documents": a.erased} for a in self.artifacts],
            "datasets_not_found": list(self.missing),
            "memories": [{"path": str(path), "documents": documents} for path, documents in self.memories],
            "memories_not_found": list(self.memories_missing),
            "caches": [{"path": str(path), "documents": documents} for path, documents in self.caches],
            "caches_not_read": list(self.caches_unread),
            "unread": [{"sha256": sha256, "reason": reason} for sha256, reason in self.unread],
        }


def erase(
    store: Store, covered: Covered, *, scope: str, search: Sequence[Path], dry_run: bool = False
) -> ErasureReport:
    """Removes what is covered, and marks what has learned from it for retraining.

    Args:
        store: to erase from.
        covered: what goes.
        scope: for the log.
        search: folders in which datasets, runs and bundles are looked for.
        dry_run: only say what would happen.

    Raises:
        InputError: a folder to search does not exist.
    """
    for folder in search:
        if not folder.is_dir():
            raise InputError(f"{folder}: no such folder; name the folders that hold datasets, runs and bundles")
    erasure = None
    if dry_run:
        with store.database.reading() as connection:
            counts = datasets_with(connection, covered.documents)
            since = ""
    else:
        if covered.documents or covered.events:
            with store.database.writing() as connection:
                erasure = erasing.erase(
                    connection,
                    scope=scope,
                    documents=covered.documents,
                    names=covered.names,
                    events=covered.events,
                )
        remove_orphans(store)
        empty_workplaces(store, search)
        with store.database.reading() as connection:
            counts = erasing.datasets_with_erased(connection)
            since = max((each.erased_at for each in erasing.log(connection)), default="")
    artifacts = [
        Artifact(
            found.kind, found.path, found.datasets, sum(counts[sha256] for sha256 in found.datasets if sha256 in counts)
        )
        for found in find_artifacts(search)
        if not counts.keys().isdisjoint(found.datasets)
    ]
    if not dry_run:
        for artifact in artifacts:
            mark_for_retraining(artifact, documents=artifact.erased, since=since)
    memories, memories_missing = forget_in_memories(store, search, covered.documents, dry_run=dry_run)
    with store.database.reading() as connection:
        blocked = erasing.Blocked.load(connection)
    caches, caches_unread = erase_in_caches(
        search,
        lambda sha256: sha256 in covered.documents if dry_run else blocked.holds(sha256=sha256),
        skipped=SKIPPED_FOLDERS,
        dry_run=dry_run,
    )
    found_datasets = {artifact.datasets[0] for artifact in artifacts if artifact.kind == "dataset"}
    return ErasureReport(
        erasure=erasure,
        documents=len(covered.documents),
        events=len(covered.events),
        artifacts=artifacts,
        missing=sorted(set(counts) - found_datasets),
        unread=covered.unread,
        memories=memories,
        memories_missing=memories_missing,
        caches=caches,
        caches_unread=caches_unread,
    )


def forget(store: Store, user: str) -> int:
    """Replaces the name of a person who corrects by a pseudonym; returns in how many events."""
    with store.database.writing() as connection:
        changed = erasing.forget_user(connection, user)
    store.compact()
    return changed


def forget_in_memories(
    store: Store, search: Sequence[Path], documents: AbstractSet[str], *, dry_run: bool
) -> tuple[list[tuple[Path, int]], list[str]]:
    """Drops erased documents from supplier memories, those of earlier erasures too.

    Args:
        store: says which documents are erased, and where memories were built from it.
        search: folders in which other copies may lie.
        documents: what a dry run would erase.
        dry_run: only say what would happen.

    Returns:
        The memories that had such documents with how many, and the paths of those that could not be found or read.
    """
    with store.database.reading() as connection:
        registered = [Path(path) for path in lineage.memories(connection)]
        blocked = erasing.Blocked.load(connection)
    forgotten, missing = [], [str(path) for path in registered if not path.exists()]
    paths = [*registered, *(path for folder in search for path in sorted([folder, *_below(folder, ".json")]))]
    for path in dict.fromkeys(path.resolve() for path in paths if path.exists()):
        if path not in registered and (not is_memory(path) or _in_bundle(path)):
            continue
        try:
            memory = read_memory(path)
        except (MemoryFileError, KeyError):
            missing.append(str(path))
            continue
        gone = [s for s in memory.documents if (s in documents if dry_run else blocked.holds(sha256=s))]
        if gone:
            forgotten.append((path, len(gone)))
        if gone and not dry_run:
            for sha256 in gone:
                memory.forget(sha256)
            write_memory(path, memory)
    return forgotten, missing


def remove_orphans(store: Store) -> None:
    """Removes files of documents that the database no longer knows, and what the database file still holds of them."""
    # With the writers' lock: the file of a document that is just being added is not known yet either.
    with store.database.writing() as connection:
        known = set(erasing.known_documents(connection))
        for sha256 in store.vault:
            if sha256 not in known:
                store.vault.remove(sha256)
    store.compact()


def empty_workplaces(store: Store, folders: Iterable[Path]) -> None:
    """Removes what builds of datasets have kept of documents that the store does not have.

    A build keeps what it read beside its dataset, `.<dataset>.build/{pages,labels}/ab/<sha256>-…`. It keeps nothing
    that it cannot make again, so that files of another store's documents may go as well.
    """
    known = set(store.vault)
    for folder in folders:
        for path in folder.glob("**/.*.build/*/??/*"):
            if path.parts[-3] in ("pages", "labels") and path.name[:64] not in known:
                path.unlink(missing_ok=True)


def find_artifacts(folders: Iterable[Path]) -> Iterator[Artifact]:
    """Datasets, runs and bundles in folders and below, in the order of their paths."""
    seen: set[Path] = set()
    for folder in folders:
        for path in sorted([folder, *_below(folder)]):
            resolved = path.resolve()
            if resolved in seen:
                continue
            seen.add(resolved)
            artifact = artifact_at(path)
            if artifact:
                yield artifact


def _in_bundle(path: Path) -> bool:
    """Whether a memory is a file of a bundle's folder: it is written with the bundle's manifest, not alone."""
    return path.name == MEMORY_FILE and is_memory(path.parent)


def _below(folder: Path, *suffixes: str) -> Iterator[Path]:
    """Folders, zips and files with other suffixes in a folder and below."""
    for path in folder.iterdir():
        if path.name in SKIPPED_FOLDERS or path.is_symlink():
            continue
        if path.is_dir():
            yield path
            yield from _below(path, *suffixes)
        elif path.suffix in (".zip", *suffixes):
            yield path
