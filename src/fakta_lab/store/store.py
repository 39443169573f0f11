"""The store: adding events and documents, and reading them back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text

from fakta.errors import DatasetError, InputError
from fakta.schema import Schema, invoice_schema
from fakta_lab.config import load_config
from fakta_lab.formats.correction import SHA256, Correction, parse_correction, parse_time
from fakta_lab.store import tables
from fakta_lab.store.database import insert_new, open_database
from fakta_lab.store.erasing import Blocked, was_erased
from fakta_lab.store.settings import StoreSettings
from fakta_lab.store.vault import Vault

# Events a transaction. SQLite takes 2.3 MB of parameters for as many; a killed import loses at most these.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its place in the store.

    Attributes:
        sequence: grows with the order of import.
        digest: sha256 of the event's payload; names the event for good.
        document_sha256: of the document; "" while the store does not have it.
        source, place: where the event came from ("corrections.jsonl", "line 3").
        correction: what it says.
    """

    sequence: int
    digest: str
    document_sha256: str
    source: str
    place: str
    correction: Correction


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

    def __init__(self, folder: Path, settings: StoreSettings, engine: Engine) -> None:
        self.folder = folder
        self.settings = settings
        self.engine = engine
        self.vault = Vault(folder / "documents")

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> Store:
        """The store in a folder.

        Args:
            folder: of the store.
            create: make the store where there is none.

        Raises:
            InputError: there is no store, or its database cannot be reached.
            ConfigError: its `store.yaml` cannot be used.
        """
        file = folder / "store.yaml"
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        elif not file.is_file() and not (folder / "corrections.db").is_file():
            raise InputError(f"{folder}: no store here; `fakta corrections import FILE --store {folder}` makes one")
        settings = load_config(file, StoreSettings) if file.is_file() else StoreSettings()
        return cls(folder, settings, open_database(folder, settings.database))

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
            DatasetError: the tenant's events know other bytes by that name, or the document was erased.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        with self.engine.connect() as connection:
            if was_erased(connection, sha256=sha256, tenant=tenant, name=name):
                raise DatasetError(f"{name}: was erased from this store and does not come back")
        self.vault.add(content)
        names = tables.document_names
        with self.engine.begin() as connection:
            connection.execute(insert_new(connection, tables.documents), [{"sha256": sha256, "size": len(content)}])
            connection.execute(insert_new(connection, names), [{"tenant": tenant, "name": name, "sha256": sha256}])
            known = connection.scalar(select(names.c.sha256).where(names.c.tenant == tenant, names.c.name == name))
        if known != sha256:
            raise DatasetError(
                f"{name}: other bytes were stored under that name before (sha256 {str(known)[:12]}…, now "
                f"{sha256[:12]}…); rename the document, or name it by its sha256"
            )
        return sha256

    def add_events(self, events: Iterable[tuple[Mapping[str, Any], str]], *, source: str) -> Added:
        """Adds events, in transactions of `BATCH`; an event that is there already stays as it is.

        Args:
            events: each as in a corrections file, checked by `parse_correction`; and its place in the source.
            source: file or query, for `StoredEvent.source`.
        """
        new = known = erased = 0
        batch: list[dict[str, Any]] = []
        with self.engine.connect() as connection:
            blocked = Blocked.load(connection)

        def flush() -> None:
            nonlocal new, known
            with self.engine.begin() as connection:
                # One statement, so that the database says how many rows were new.
                inserted = connection.execute(
                    insert_new(connection, tables.events).returning(tables.events.c.sequence), batch
                )
                n_new = len(inserted.all())
            new, known = new + n_new, known + len(batch) - n_new
            batch.clear()

        for data, place in events:
            row = _row(data, source=source, place=place)
            named = row["document"]
            sha256 = named if SHA256.fullmatch(named) else ""
            if blocked.holds(sha256=sha256, tenant=row["tenant"], name=named):
                erased += 1
                continue
            batch.append(row)
            if len(batch) == BATCH:
                flush()
        if batch:
            flush()
        return Added(new, known, erased)

    def events(
        self, *, schema: Schema | None = None, tenant: str | None = None, every_version: bool = False
    ) -> Iterator[StoredEvent]:
        """Every event, oldest first: those without a time, then by time; among equals in the order of import.

        Of several versions of an event, the source's own `id` being the same, only the last one imported.

        Args:
            schema: says what of an event is a label; the invoice schema by default.
            tenant: only this tenant's; None for all.
            every_version: also the versions that later ones replace.
        """
        schema = schema or invoice_schema()
        events, names = tables.events, tables.document_names
        latest = events.alias()
        query = (
            select(events, names.c.sha256)
            .outerjoin(names, (names.c.tenant == events.c.tenant) & (names.c.name == events.c.document))
            .order_by(events.c.corrected_at, events.c.sequence)
        )
        if not every_version:
            newer = select(latest.c.sequence).where(
                latest.c.tenant == events.c.tenant,
                latest.c.id == events.c.id,
                latest.c.sequence > events.c.sequence,
            )
            query = query.where((events.c.id == "") | ~newer.exists())
        if tenant is not None:
            query = query.where(events.c.tenant == tenant)
        with self.engine.connect() as connection:
            for row in connection.execution_options(yield_per=BATCH).execute(query):
                correction, _ = parse_correction(json.loads(row.payload), schema)
                if correction is None:
                    continue
                sha256 = row.sha256 or (row.document if SHA256.fullmatch(row.document) else "")
                if sha256 and not self.vault.path(sha256).is_file():
                    sha256 = ""
                yield StoredEvent(row.sequence, row.digest, sha256, row.source, row.place, correction)

    def compact(self) -> None:
        """Rewrites the database, so that its files hold nothing of what was removed from it."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
            if self.engine.dialect.name == "sqlite":
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def names(self) -> dict[str, list[tuple[str, str]]]:
        """sha256 of each document to its (tenant, name) pairs, sorted."""
        names = tables.document_names
        found: dict[str, list[tuple[str, str]]] = {}
        with self.engine.connect() as connection:
            for row in connection.execute(select(names).order_by(names.c.tenant, names.c.name)):
                found.setdefault(row.sha256, []).append((row.tenant, row.name))
        return found


def _row(data: Mapping[str, Any], *, source: str, place: str) -> dict[str, Any]:
    payload = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {
        "digest": hashlib.sha256(payload.encode()).hexdigest(),
        "id": data.get("id") or "",
        "tenant": data.get("tenant") or "",
        "document": data["document"],
        "corrected_at": _sortable(data),
        "source": source,
        "place": place,
        "payload": payload,
    }


def _sortable(data: Mapping[str, Any]) -> str:
    time = parse_time(data.get("corrected_at"))
    return time.astimezone(UTC).isoformat(timespec="microseconds") if time else ""
