"""The store: adding events and documents, and reading them back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, delete, insert, select

from fakta.errors import DatasetError, InputError
from fakta.schema import Schema, invoice_schema
from fakta_lab.config import load_config
from fakta_lab.formats.correction import SHA256, Correction, parse_correction, unusable_text
from fakta_lab.store import check, compact, counts, dump, tables
from fakta_lab.store.check import Damage
from fakta_lab.store.counts import CountedBy, Totals
from fakta_lab.store.database import Database, insert_new, open_database
from fakta_lab.store.erasing import Blocked, was_erased
from fakta_lab.store.rows import event_row, in_order, is_about, is_latest
from fakta_lab.store.secret import secret
from fakta_lab.store.settings import StoreSettings
from fakta_lab.store.tables import document_names, documents
from fakta_lab.store.vault import Vault

# Events a transaction; a killed import loses at most these.
BATCH = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its place in the store.

    Attributes:
        sequence: grows with the order of import.
        digest: sha256 of the event's payload; names the event for good.
        document_sha256: of the document; "" while the store does not have it.
        source, place: where the event came from ("corrections.jsonl", "line 3").
        correction: what it says.
        payload: the event as it was imported: JSON, keys sorted.
    """

    sequence: int
    digest: str
    document_sha256: str
    source: str
    place: str
    correction: Correction
    payload: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of events that were to be added.

    Attributes:
        new: stored now.
        known: stored before.
        erased: about documents that were erased; they do not come back.
    """

    new: int = 0
    known: int = 0
    erased: int = 0


class Store:
    """Correction events and the documents they are about."""

    def __init__(self, folder: Path, settings: StoreSettings, database: Database) -> None:
        self.folder = folder
        self.settings = settings
        self.database = database
        self.vault = Vault(folder / "documents")

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's, of the database."""
        return self.database.engine

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> Store:
        """The store in a folder, its tables brought up to date where an older fakta made them.

        Args:
            folder: of the store.
            create: make the store where there is none.

        Raises:
            InputError: there is no store, its database cannot be used, or a newer fakta made it.
            ConfigError: its `store.yaml` cannot be used.
            MissingExtra: its database is on PostgreSQL, and the driver is not installed.
        """
        file = folder / "store.yaml"
        if create:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise InputError(f"{folder}: no store can be made here: {error.strerror}") from None
        elif not file.is_file() and not (folder / "corrections.db").is_file():
            raise InputError(f"{folder}: no store here; `fakta corrections import FILE --store {folder}` makes one")
        settings = load_config(file, StoreSettings) if file.is_file() else StoreSettings()
        store = cls(folder, settings, open_database(folder, settings.database))
        store.vault.sweep()
        return store

    def close(self) -> None:
        """Lets go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add_document(self, content: bytes, *, name: str, tenant: str = "") -> str:
        """Keeps a document under its sha256, and the name by which events of a tenant speak of it.

        Raises:
            DatasetError: the tenant's events know other bytes by that name, no event can speak of it by it, or the
                document was erased.
            InputError: it cannot be written.
        """
        if wrong := unusable_text(name, "document"):
            raise DatasetError(f"{name!r}: no name for a document: {wrong}")
        names = document_names
        sha256 = hashlib.sha256(content).hexdigest()
        with self.database.writing() as connection:
            if was_erased(connection, sha256=sha256, tenant=tenant, name=name):
                raise DatasetError(f"{name}: was erased from this store and does not come back")
            known = connection.scalar(select(names.c.sha256).where(names.c.tenant == tenant, names.c.name == name))
            if known not in {None, sha256}:
                raise DatasetError(
                    f"{name}: other bytes were stored under that name before (sha256 {str(known)[:12]}…, now "
                    f"{sha256[:12]}…); rename the document, or name it by its sha256"
                )
            # Within the transaction, so that an erasure does not take the file for one that nobody knows.
            self.vault.add(content)
            connection.execute(insert_new(connection, documents), [{"sha256": sha256, "size": len(content)}])
            connection.execute(insert_new(connection, names), [{"tenant": tenant, "name": name, "sha256": sha256}])
        return sha256

    def add_events(self, events: Iterable[tuple[Mapping[str, Any], str]], *, source: str) -> Added:
        """Adds events, in transactions of `BATCH`; an event that is there already stays as it is.

        Args:
            events: each as in a corrections file, checked by `parse_correction`; and its place in the source.
            source: file or query, for `StoredEvent.source`.

        Raises:
            InputError: the database cannot be written to.
        """
        new = known = erased = 0
        with self.database.reading() as connection:
            blocked = Blocked.load(connection)
        for batch in _batches(event_row(data, source=source, place=place) for data, place in events):
            allowed = [row for row in batch if not blocked.holds_row(row)]
            erased += len(batch) - len(allowed)
            if not allowed:
                continue
            with self.database.writing() as connection:
                # One statement, so that the database says how many rows were new.
                adding = insert_new(connection, tables.events).returning(tables.events.c.sequence)
                n_new = len(connection.execute(adding, allowed).all())
            new, known = new + n_new, known + len(allowed) - n_new
        return Added(new, known, erased)

    def events(
        self,
        *,
        schema: Schema | None = None,
        tenant: str | None = None,
        document: str | None = None,
        every_version: bool = False,
    ) -> Iterator[StoredEvent]:
        """Every event, oldest first: those without a time, then by time; among equals in the order of import.

        Of several versions of an event, the source's own `id` being the same, only the last one imported.

        Args:
            schema: says what of an event is a label; the invoice schema by default.
            tenant: only this tenant's; None for all.
            document: only events about this one, however they speak of it: its sha256, or a name (which may stand for
                one document with each tenant); None for all.
            every_version: also the versions that later ones replace.

        Raises:
            InputError: the database cannot be read.
        """
        schema = schema or invoice_schema()
        with self.database.reading() as connection:
            query = in_order() if every_version else in_order(is_latest())
            if tenant is not None:
                query = query.where(tables.events.c.tenant == tenant)
            if document is not None:
                query = query.where(self._is_about(connection, document, tenant))
            # Closed when the caller stops reading, too: PostgreSQL keeps a cursor for it.
            with connection.execution_options(yield_per=BATCH).execute(query) as rows:
                for row in rows:
                    correction, _ = parse_correction(json.loads(row.payload), schema)
                    if correction is None:
                        continue
                    sha256 = row.sha256 or (row.document if SHA256.fullmatch(row.document) else "")
                    if sha256 and not self.vault.path(sha256).is_file():
                        sha256 = ""
                    yield StoredEvent(row.sequence, row.digest, sha256, row.source, row.place, correction, row.payload)

    def names(self) -> dict[str, list[tuple[str, str]]]:
        """sha256 of each document to its (tenant, name) pairs, sorted."""
        names = document_names
        found: dict[str, list[tuple[str, str]]] = {}
        with self.database.reading() as connection:
            for row in connection.execute(select(names).order_by(names.c.tenant, names.c.name)):
                found.setdefault(row.sha256, []).append((row.tenant, row.name))
        return found

    def states(self, events: Sequence[Mapping[str, Any]]) -> list[Literal["new", "known", "erased"]]:
        """What would become of each event if it were added; nothing is."""
        rows = [event_row(data, source="", place="") for data in events]
        column = tables.events.c.digest
        stored: set[str] = set()
        with self.database.reading() as connection:
            for part in _batches(row["digest"] for row in rows):
                stored.update(connection.scalars(select(column).where(column.in_(part))))
            blocked = Blocked.load(connection)
        return ["erased" if blocked.holds_row(row) else "known" if row["digest"] in stored else "new" for row in rows]

    def cursor(self, source: str) -> str | None:
        """How far a source has been read, as `set_cursor` was told; None where it never was."""
        with self.database.reading() as connection:
            return connection.scalar(select(tables.imports.c.cursor).where(tables.imports.c.source == source))

    def set_cursor(self, source: str, cursor: str) -> None:
        """Remembers how far a source has been read."""
        with self.database.writing() as connection:
            connection.execute(delete(tables.imports).where(tables.imports.c.source == source))
            connection.execute(insert(tables.imports), [{"source": source, "cursor": cursor}])

    def secret(self, name: str) -> bytes:
        """32 random bytes that this store keeps under a name, made when first asked for; they never leave it."""
        with self.database.writing() as connection:
            return secret(connection, name)

    def counts(self, by: CountedBy, *, tenant: str | None = None) -> dict[str, int]:
        """How many events there are of each tenant, supplier, extractor, …: see `counts.counts`."""
        with self.database.reading() as connection:
            return counts.counts(connection, by, tenant=tenant)

    def totals(self, *, tenant: str | None = None) -> Totals:
        """What the store holds, in numbers: see `Totals`."""
        with self.database.reading() as connection:
            return counts.totals(connection, tenant=tenant)

    def check(self) -> list[Damage]:
        """Everything that is not as it was stored; reads every document. See `check.damages`."""
        with self.database.reading() as connection:
            return list(check.damages(connection, self.vault))

    def dump(self) -> Iterator[str]:
        """What the store holds, line by line; the same for the same contents, whichever database they are in."""
        with self.database.reading() as connection:
            yield from dump.lines(connection, self.vault)

    def compact(self) -> None:
        """Rewrites the database, so that its files hold nothing of what was removed: see `compact.compact`."""
        compact.compact(self.database)

    def _is_about(self, connection: Connection, document: str, tenant: str | None) -> ColumnElement[bool]:
        names = document_names
        if SHA256.fullmatch(document):
            sha256s = [document]
        else:
            stands_for = select(names.c.sha256).distinct().where(names.c.name == document)
            if tenant is not None:
                stands_for = stands_for.where(names.c.tenant == tenant)
            sha256s = list(connection.scalars(stands_for))
        pairs = connection.execute(select(names.c.tenant, names.c.name).where(names.c.sha256.in_(sha256s)))
        return is_about([document, *sha256s], [(pair.tenant, pair.name) for pair in pairs])


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(items)
    while batch := list(islice(remaining, BATCH)):
        yield batch
