"""Importing: from any source, through the mapping and the one validation, into the store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta.schema import Schema, invoice_schema
from fakta_lab.corrections.documents import DocumentFolder, check_document
from fakta_lab.corrections.final import split_final
from fakta_lab.corrections.limits import refusal
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.report import ImportReport
from fakta_lab.corrections.sources.base import Place, Source
from fakta_lab.corrections.sources.sql import SqlSource
from fakta_lab.formats.correction import Correction, parse_correction
from fakta_lab.formats.jsonl import Problem
from fakta_lab.store import Store
from fakta_lab.store.rows import payload_of
from fakta_lab.store.store import BATCH

Event = dict[str, Any]


def import_corrections(
    source: Source,
    store: Store | None,
    *,
    mapping: ImportMapping | None = None,
    documents: Path | None = None,
    dry_run: bool = False,
    schema: Schema | None = None,
    now: datetime | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportReport:
    """Adds what a source says to a store. Importing the same again changes nothing.

    An event that cannot be used is left out and reported; a value that cannot be used leaves its field unknown. Events
    come in whole batches: an import that is stopped can simply be started again.

    Args:
        source: of the events.
        store: may be None on a dry run, where there is no store yet.
        mapping: of the source's names and values.
        documents: folder in which documents are looked up by the names in the events.
        dry_run: write nothing.
        schema: of the fields; the invoice schema by default.
        now: later times are refused; the clock's by default.
        progress: called with the events read and their expected number.

    Raises:
        DatasetError: the source as a whole cannot be used.
    """
    report = ImportReport(source.name, dry_run=dry_run)
    run = _Import(
        source=source,
        store=store,
        mapping=mapping or ImportMapping(),
        keeper=_DocumentKeeper(source, store, documents, report=report, dry_run=dry_run),
        schema=schema or invoice_schema(),
        now=now or datetime.now(UTC),
        report=report,
        progress=progress,
    )
    if dry_run or store is None:
        run.try_out()
    else:
        added = store.add_events(run.events(), source=source.name)
        report.events_new, report.events_known, report.events_erased = added.new, added.known, added.erased
        if isinstance(source, SqlSource) and source.cursor:
            store.set_cursor(source.key, source.cursor)
    report.notes += source.notes
    return report


class _Import:
    """One run over a source."""

    def __init__(
        self,
        *,
        source: Source,
        store: Store | None,
        mapping: ImportMapping,
        keeper: _DocumentKeeper,
        schema: Schema,
        now: datetime,
        report: ImportReport,
        progress: Callable[[int, int], None],
    ) -> None:
        self.source = source
        self.store = store
        self.mapping = mapping
        self.keeper = keeper
        self.schema = schema
        self.now = now
        self.report = report
        self.progress = progress
        # Digests of (tenant, id) to the event's place and digest: texts of a million events would not fit in memory.
        self.seen: dict[bytes, tuple[Place, bytes]] = {}

    def events(self) -> Iterator[tuple[Event, str]]:
        """The events to be stored, each with its place in words."""
        total = self.source.count()
        last: Place | None = None
        done = 0
        for item in self.source.read():
            if isinstance(item, Problem):
                self.report.add_problem(item)
                # A problem that follows its event concerns a part of it.
                self.report.refused += item.place != last
                continue
            last, _ = item
            done += 1
            self.progress(done, max(total, done))
            event = self._usable(*item)
            if event is None:
                self.report.refused += 1
            else:
                yield event, f"line {last}" if isinstance(last, int) else last

    def try_out(self) -> None:
        """Counts what would be new, and stores nothing."""
        batch: list[Event] = []
        found: set[bytes] = set()

        def count() -> None:
            states = self.store.states(batch) if self.store else ["new"] * len(batch)
            for event, state in zip(batch, states, strict=True):
                digest = bytes.fromhex(payload_of(event)[1])[:16]
                self.report.events_erased += state == "erased"
                self.report.events_known += state == "known" or (state == "new" and digest in found)
                self.report.events_new += state == "new" and digest not in found
                found.add(digest)
            batch.clear()

        for event, _ in self.events():
            batch.append(event)
            if len(batch) == BATCH:
                count()
        count()

    def _usable(self, place: Place, data: Event) -> Event | None:
        """The event in the form in which it is stored, or None where it cannot be used; problems go to the report."""
        event, wrong = self.mapping.translate(data, self.schema)
        event, wrong_final = split_final(event, self.schema)
        for message in wrong + wrong_final:
            self.report.add_problem(Problem(place, message))
        if wrong_final:
            return None
        correction, rejected = parse_correction(event, self.schema)
        if correction is not None and (refused := refusal(event, now=self.now) or self._twice(event, place)):
            correction, rejected = None, [refused]
        for message in rejected:
            self.report.add_problem(Problem(place, message))
        if correction is None:
            return None
        self.report.add_event(correction)
        self.keeper.keep(correction, place)
        return event

    def _twice(self, event: Event, place: Place) -> str | None:
        """Why an event is refused whose id another event of the source has; the same event again is no mistake."""
        if not event.get("id"):
            return None
        key = hashlib.blake2b(f"{event.get('tenant') or ''}\0{event['id']}".encode(), digest_size=16).digest()
        digest = bytes.fromhex(payload_of(event)[1])[:16]
        first, known = self.seen.setdefault(key, (place, digest))
        if known == digest:
            return None
        where = f"line {first}" if isinstance(first, int) else first
        return f"id: {event['id']!r} stands in {where} already, with other content; the first is kept"


class _DocumentKeeper:
    """Stores the documents that events name, each once."""

    def __init__(
        self, source: Source, store: Store | None, folder: Path | None, *, report: ImportReport, dry_run: bool
    ) -> None:
        if folder is not None and not folder.is_dir():
            raise DatasetError(f"--documents {folder}: no such folder")
        self.source = source
        self.store = store
        self.folder = DocumentFolder(folder) if folder else None
        self.report = report
        self.dry_run = dry_run
        self.stored = {pair for pairs in store.names().values() for pair in pairs} if store else set()
        self.done: set[tuple[str, str]] = set()

    def keep(self, event: Correction, place: Place) -> None:
        """Looks up an event's document and stores it; counts it in the report."""
        name = event.tenant, event.document
        if name in self.done:
            return
        self.done.add(name)
        try:
            content = self._find(event.document)
            if content is not None:
                self._add(content, event)
                return
        except DatasetError as error:
            self.report.add_problem(Problem(place, f"document: {error}"))
        if name in self.stored or (event.is_sha256 and self._in_vault(event.document)):
            self.report.documents_known += 1
        else:
            self.report.add_missing(event.document)

    def _find(self, name: str) -> bytes | None:
        content = self.source.document(name)
        if content is None and self.folder:
            content = self.folder.read(name)
        if content is not None:
            check_document(name, content)
        return content

    def _add(self, content: bytes, event: Correction) -> None:
        known = (event.tenant, event.document) in self.stored or self._in_vault(hashlib.sha256(content).hexdigest())
        if self.store and not self.dry_run:
            self.store.add_document(content, name=event.document, tenant=event.tenant)
        self.report.documents_known += known
        self.report.documents_new += not known

    def _in_vault(self, sha256: str) -> bool:
        return self.store is not None and self.store.vault.path(sha256).is_file()
