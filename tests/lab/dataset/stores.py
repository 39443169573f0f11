"""Stores of generated invoices and simulated corrections, for tests of what is built from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fakta_lab.corrections import simulate_events
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.store import Store
from fakta_lab.synth import make_invoice, make_supplier, render_pdf

SUPPLIERS, INVOICES = 6, 2


def invoices() -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    """Twelve PDFs of six suppliers by name, and one event about each."""
    contents: dict[str, bytes] = {}
    documents = []
    for i in range(SUPPLIERS):
        supplier = make_supplier(f"build {i}")
        for k in range(INVOICES):
            invoice = make_invoice(supplier, k)
            name = f"{i}-{k}.pdf"
            contents[name] = render_pdf(invoice)
            documents.append(BenchmarkDocument(name, Path(name), invoice.fields, supplier=f"supplier {i}"))
    return contents, simulate_events(documents, seed=1)


def fill(folder: Path, contents: Mapping[str, bytes], events: Iterable[Mapping[str, Any]], *, tenant: str = "") -> Path:
    """A store with these documents and events of one tenant, made if it is not there."""
    with Store.open(folder, create=True) as store:
        for name, content in contents.items():
            store.add_document(content, name=name, tenant=tenant)
        lines = ((event | {"tenant": tenant} if tenant else event, f"line {i}") for i, event in enumerate(events, 1))
        store.add_events(lines, source="test")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
