"""Memories from a store of corrections or from a benchmark set; brought up to date document by document."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from pathlib import Path

from fakta import documents
from fakta.documents import Ocr
from fakta.documents.ocr import Engine
from fakta.errors import DocumentError
from fakta.memory import Memory
from fakta.memory.identity import identifiers_of
from fakta.schema import Schema, invoice_schema
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.memories import write_memory
from fakta_lab.formats.registered import refuse_registered
from fakta_lab.labels import LabelledDocument, labelled_documents
from fakta_lab.memory.learn import basis_of, learn
from fakta_lab.store import Store
from fakta_lab.store.erasing import Blocked
from fakta_lab.store.lineage import record_memory

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class MemoryReport:
    """What an update of a memory did.

    Attributes:
        suppliers, documents: how many it now knows.
        learned: documents learned from now.
        unchanged: documents that had nothing new.
        forgotten: documents that the store has erased since.
        nameless: documents whose corrections say nothing that a supplier is known by.
        unread: name and reason of documents that cannot be read.
    """

    suppliers: int
    documents: int
    learned: int
    unchanged: int
    forgotten: int
    nameless: int
    unread: tuple[tuple[str, str], ...] = ()


def update_memory(
    store: Store,
    memory: Memory,
    out: Path,
    *,
    tenant: str | None = None,
    but: Container[str] = (),
    schema: Schema | None = None,
    ocr: Ocr = "auto",
    progress: Progress = lambda done, total: None,
) -> MemoryReport:
    """Learns what a store's corrections teach beyond what a memory knows, and writes it.

    The store remembers where the memory lies before it is written, so that an erasure finds it.

    Args:
        store: of corrections and documents.
        memory: to add to; an empty one to build from nothing. Changed in place.
        out: a file, or a bundle's folder or zip.
        tenant: learn only from its documents; None for all.
        but: sha256 of documents that are not learned from, such as those to measure on.
        schema: of the fields; the invoice schema by default.
        ocr: engine for pages without a text layer.
        progress: called with documents done and documents in all.
    """
    refuse_registered(out)
    schema = schema or invoice_schema()
    with store.database.writing() as connection:
        record_memory(connection, str(out.resolve()))
    labelled = [each for each in labelled_documents(store.events(schema=schema), schema=schema) if each.sha256]
    labelled = [each for each in labelled if tenant is None or each.tenant == tenant]
    labelled = [each for each in labelled if each.sha256 not in but]
    known = {sha256: learned.basis for supplier in memory.suppliers() for sha256, learned in supplier.items()}
    learned = unchanged = nameless = 0
    unread: list[tuple[str, str]] = []
    for done, each in enumerate(_oldest_first(labelled, store), start=1):
        if known.get(each.sha256) == basis_of(each.values):
            unchanged += 1
        elif not identifiers_of(each.values):
            nameless += 1
        else:
            try:
                document = documents.read(store.vault.path(each.sha256), name=each.name, ocr=ocr)
            except DocumentError as error:
                unread.append((each.name, str(error)))
            else:
                memory.add(each.sha256, learn(document, each.values, schema=schema))
                learned += 1
        progress(done, len(labelled))
    # With the writers' lock: what is erased after this finds the file, what was erased before is known.
    with store.database.writing() as connection:
        blocked = Blocked.load(connection)
        erased = [sha256 for sha256 in memory.documents if blocked.holds(sha256=sha256)]
        for sha256 in erased:
            memory.forget(sha256)
        write_memory(out, memory)
    return MemoryReport(len(memory), len(memory.documents), learned, unchanged, len(erased), nameless, tuple(unread))


def learn_from_benchmark(
    known: Iterable[BenchmarkDocument],
    *,
    schema: Schema | None = None,
    ocr: Ocr | Engine = "auto",
    progress: Callable[[int], None] = lambda done: None,
) -> Memory:
    """A memory of documents with known truth.

    Args:
        known: of a benchmark set.
        schema: of the fields; the invoice schema by default.
        ocr: engine for pages without a text layer.
        progress: called with documents done.

    Raises:
        DocumentError: one cannot be read.
    """
    schema = schema or invoice_schema()
    memory = Memory()
    for done, each in enumerate(known, start=1):
        document = documents.read(each.path, name=each.document, ocr=ocr)
        values = {name: value for name, value in each.fields.items() if name in schema.fields}
        memory.add(document.sha256, learn(document, values, schema=schema))
        progress(done)
    return memory


def _oldest_first(labelled: Iterable[LabelledDocument], store: Store) -> list[LabelledDocument]:
    """In the order in which they were first corrected: of a supplier's documents the latest are remembered."""
    order: dict[str, int] = {}
    for position, event in enumerate(store.events()):
        order.setdefault(event.digest, position)
    return sorted(labelled, key=lambda each: min((order.get(digest, 0) for digest in each.events), default=0))
