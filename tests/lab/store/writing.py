"""Events and documents for stores, and processes that write them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from fakta_lab.store import Store

# A child that is a copy of this process starts in a few milliseconds.
FORK = multiprocessing.get_context("fork")


def event(number: int, **more: Any) -> dict[str, Any]:
    """An event about an invented invoice."""
    return {
        "document": f"{number % 50}.pdf",
        "extracted": {"invoice_number": f"F{number}", "amount_due": "100.00"},
        "corrected": {"amount_due": f"{number}.00"},
        "confirmed": ["invoice_number"],
        "corrected_at": f"2026-03-{1 + number % 28:02}T08:00:00+01:00",
        "tenant": "åkeri",
        **more,
    }


def placed(events: Iterable[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str]]:
    """Events with their place in the source."""
    for line, data in enumerate(events, start=1):
        yield data, f"line {line}"


def document(number: int) -> bytes:
    """The bytes of an invented document."""
    return f"%PDF-1.7 invoice {number}\n".encode() * (100 + number)


def import_all(folder: Path, *, n_documents: int, n_events: int) -> None:
    """What an import does: documents first, then the events about them."""
    with Store.open(folder, create=True) as store:
        for number in range(n_documents):
            store.add_document(document(number), name=f"{number}.pdf", tenant="åkeri")
        store.add_events(placed(event(number) for number in range(n_events)), source="corrections.jsonl")


def start(work: Callable[..., None], *args: Any, **options: Any) -> BaseProcess:
    """Starts work in a process of its own, which ends with 0 only if the work does not fail."""
    process = FORK.Process(target=_work, args=(work, args, options))
    process.start()
    return process


def _work(work: Callable[..., None], args: tuple[Any, ...], options: dict[str, Any]) -> None:
    work(*args, **options)
    # Nothing of the parent's is cleaned up by its copy.
    os._exit(0)
