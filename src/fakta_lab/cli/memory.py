"""`fakta memory`: what corrections taught about suppliers, used without any training."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta.errors import InputError
from fakta_lab.cli.benchmarks import load_benchmark
from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.extract import Ocr
from fakta_lab.cli.options import Format, StoreFolder

if TYPE_CHECKING:
    from rich.table import Table

    from fakta.memory import Memory
    from fakta_lab.memory import Known, MemoryReport

memory = typer.Typer(
    name="memory", help="What corrections taught about suppliers, without any training.", no_args_is_help=True
)

Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="File, or folder or zip of a bundle that holds it.")]
Held = Annotated[Path, typer.Argument(metavar="FILE", help="File of a memory, or folder or zip of a bundle.")]
Tenant = Annotated[str | None, typer.Option(metavar="TENANT", help="Learn only from this tenant's documents.")]
Engine = Annotated[Ocr, typer.Option(help="Engine for pages without a usable text layer.")]


@memory.command()
def build(
    out: Out,
    store: StoreFolder = Path("data/store"),
    tenant: Tenant = None,
    from_benchmark: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Learn from a benchmark set's truth instead of a store.")
    ] = None,
    role: Annotated[
        str | None, typer.Option(metavar="ROLE", help="Of the set, only documents whose truth has this role.")
    ] = None,
    ocr: Engine = Ocr.auto,
) -> None:
    """Learn from every corrected document, from nothing, and write the memory.

    Read with it by `fakta extract --memory FILE`; a bundle that holds one uses it by itself. An erasure from the store
    removes the documents from it as well.
    """
    from fakta.memory import Memory

    if from_benchmark is None:
        _update(Memory(), out, store=store, tenant=tenant, ocr=ocr)
        return
    from fakta_lab.formats.memories import write_memory
    from fakta_lab.memory import learn_from_benchmark

    benchmark = load_benchmark(from_benchmark)
    chosen = [each for each in benchmark.documents if role is None or each.extra.get("role") == role]
    if not chosen:
        raise InputError(f"{from_benchmark}: no documents with role {role!r}")
    with progress_bar("learning") as progress:
        learned = learn_from_benchmark(
            chosen, schema=benchmark.schema, ocr=ocr.value, progress=lambda done: progress(done, len(chosen))
        )
    write_memory(out, learned)
    notice(f"{len(learned)} suppliers from {len(learned.documents)} documents written to {out}")


@memory.command()
def update(
    held: Held,
    store: StoreFolder = Path("data/store"),
    tenant: Tenant = None,
    ocr: Engine = Ocr.auto,
) -> None:
    """Learn from what was corrected since the memory was written."""
    from fakta_lab.formats.memories import read_memory

    _update(read_memory(held), held, store=store, tenant=tenant, ocr=ocr)


@memory.command()
def show(
    held: Held,
    supplier: Annotated[
        str | None, typer.Option(metavar="SUPPLIER", help="Only this one: name, org.nr, VAT number or account.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print it.")] = Format.table,
) -> None:
    """What a memory knows: its suppliers, or what was seen of each field of one."""
    from fakta_lab.formats.memories import read_memory
    from fakta_lab.memory import known_suppliers

    known = known_suppliers(read_memory(held), supplier=supplier)
    if format is Format.json:
        write_result([json.dumps([each.to_dict() for each in known], ensure_ascii=False, indent=2) + "\n"], None)
    elif supplier is None:
        write_result([as_text([_overview(known)])], None)
    else:
        write_result([as_text([_fields(each) for each in known])], None)
    if not known:
        notice("the memory knows no such supplier" if supplier else "the memory is empty")


@memory.command()
def forget(
    held: Held,
    document: Annotated[str | None, typer.Option(metavar="SHA256", help="One document, by its sha256.")] = None,
    supplier: Annotated[
        str | None, typer.Option(metavar="SUPPLIER", help="A supplier: name, org.nr, VAT number or account.")
    ] = None,
) -> None:
    """Drop what one document, or all documents of a supplier, taught.

    A store that still has them teaches it again at the next update: `fakta corrections erase` removes both.
    """
    from fakta_lab.formats.memories import read_memory, write_memory
    from fakta_lab.memory.show import numbers_of

    if (document is None) == (supplier is None):
        raise InputError("say what to forget: --document or --supplier")
    known = read_memory(held)
    if document is not None:
        gone = [sha256 for sha256 in known.documents if len(document) >= 8 and sha256.startswith(document.lower())]
    else:
        gone = [sha256 for number in numbers_of(known, supplier or "") for sha256 in known.numbered(number)]
    if not gone:
        raise InputError(f"{held}: knows no such {'document' if document else 'supplier'}: {document or supplier}")
    for sha256 in gone:
        known.forget(sha256)
    write_memory(held, known)
    notice(f"forgot {len(gone)} documents; {len(known)} suppliers from {len(known.documents)} documents are left")


def _update(known: Memory, out: Path, *, store: Path, tenant: str | None, ocr: Ocr) -> None:
    from fakta_lab.memory import update_memory
    from fakta_lab.store import Store

    with Store.open(store) as opened, progress_bar("learning") as progress:
        report = update_memory(opened, known, out, tenant=tenant, ocr=ocr.value, progress=progress)
    _tell(report, out)


def _tell(report: MemoryReport, out: Path) -> None:
    for name, reason in report.unread:
        notice(f"not read: {name}: {reason}")
    if report.nameless:
        notice(f"{report.nameless} documents name no supplier: their corrections say neither its name nor a number")
    if report.forgotten:
        notice(f"{report.forgotten} documents were erased from the store and are forgotten")
    notice(f"{report.learned} documents learned, {report.unchanged} had nothing new")
    notice(f"{report.suppliers} suppliers from {report.documents} documents written to {out}")


def _overview(known: list[Known]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("supplier")
    table.add_column("known by")
    table.add_column("documents", justify="right")
    table.add_column("fields", justify="right")
    for each in known:
        numbers = ", ".join(found for found in each.identifiers if not found.startswith("name:"))
        table.add_row(each.name, numbers or each.identifiers[0], str(len(each.documents)), str(len(each.fields)))
    return table


def _fields(known: Known) -> Table:
    from rich import box
    from rich.table import Table

    title = f"{known.name} ({', '.join(known.identifiers)}), {len(known.documents)} documents"
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left")
    for column in ("field", "labels", "form", "value"):
        table.add_column(column)
    for column in ("seen", "absent"):
        table.add_column(column, justify="right")
    for name, field in known.fields.items():
        labels, forms = ", ".join(field.labels), ", ".join(field.forms)
        table.add_row(name, labels, forms, field.value, str(field.seen), str(field.absent))
    return table
