"""`fakta corrections import | export`: corrections from other systems, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta.errors import GateFailed, InputError
from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.options import Format, StoreFolder

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fakta_lab.corrections.report import ImportReport
    from fakta_lab.store import Store

# A person reads the first; `--format json` has them all.
SHOWN = 20


class From(StrEnum):
    """What a source is."""

    auto = "auto"
    jsonl = "jsonl"
    csv = "csv"
    sql = "sql"
    labelstudio = "labelstudio"
    folder = "folder"
    donut = "donut"
    openai = "openai"


class To(StrEnum):
    """What an export is."""

    jsonl = "jsonl"
    csv = "csv"
    labelstudio = "labelstudio"
    folder = "folder"
    donut = "donut"


def import_(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="File, folder, or database URL (postgresql+psycopg://…).")
    ],
    kind: Annotated[From, typer.Option("--from", help="What the source is.")] = From.auto,
    store: StoreFolder = Path("data/store"),
    documents: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder in which the documents are; they are copied.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Their names and forms, as in configs/mapping.yaml.")
    ] = None,
    corrected: Annotated[
        Path | None, typer.Option(metavar="FILE", help="For openai: what people corrected, JSON Lines or CSV.")
    ] = None,
    query: Annotated[str | None, typer.Option(metavar="SELECT", help="For databases: what to ask.")] = None,
    full: Annotated[bool, typer.Option("--full", help="For databases: read all, not only what is new.")] = False,
    encoding: Annotated[str | None, typer.Option(metavar="NAME", help="Of CSV files (windows-1252).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 where anything cannot be used.")] = False,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.table,
) -> None:
    """Add corrections and their documents to the store.

    What cannot be used is named on stderr and costs nothing else. Importing again changes nothing.
    """
    from fakta.schema import invoice_schema
    from fakta_lab.corrections.importing import import_corrections
    from fakta_lab.corrections.mapping import ImportMapping
    from fakta_lab.corrections.sources.choose import KINDS, open_source
    from fakta_lab.corrections.sources.sql import SqlSource
    from fakta_lab.store import Store

    names = ImportMapping.load(mapping)
    opened = open_source(
        source,
        kind=next((one for one in KINDS if one == kind), None),
        mapping=names,
        schema=invoice_schema(),
        query=query,
        encoding=encoding,
        corrected=corrected,
    )
    target = _dry_store(store) if dry_run else Store.open(store, create=True)
    try:
        if isinstance(opened, SqlSource) and target and not full:
            opened.since = target.cursor(opened.key)
        with progress_bar(f"importing {opened.name}") as progress:
            report = import_corrections(
                opened, target, mapping=names, documents=documents, dry_run=dry_run, progress=progress
            )
    except KeyboardInterrupt:
        notice("stopped; what was stored stays, and importing again goes on from there")
        raise
    finally:
        if target:
            target.close()
    _print(report, store=store, documents=documents, format=format)
    if report.refused and not report.events_new + report.events_known + report.events_erased:
        raise InputError(f"{report.source}: nothing in it can be used; docs/corrections.md has the forms that can")
    if strict and report.n_problems:
        raise GateFailed(f"{report.source}: {report.n_problems} problems, and --strict allows none")


def export(
    out: Annotated[Path, typer.Option(metavar="PATH", help="File, or new folder for folder and donut.")],
    to: Annotated[To, typer.Option("--to", help="What to write.")] = To.jsonl,
    store: StoreFolder = Path("data/store"),
    tenant: Annotated[str | None, typer.Option(metavar="TENANT", help="Only this tenant's.")] = None,
    mask: Annotated[
        bool, typer.Option("--mask", help="Replace personnummer by invented ones, the same each time.")
    ] = False,
) -> None:
    """Write the store's corrections in a format that can be imported again."""
    from fakta_lab.corrections.exporting import export_corrections
    from fakta_lab.corrections.masking import event_mask
    from fakta_lab.privacy import Pseudonyms
    from fakta_lab.store import Store

    with Store.open(store) as opened:
        masking = event_mask(Pseudonyms(opened.secret("pseudonyms"))) if mask else None
        exported = export_corrections(opened, out, kind=to.value, tenant=tenant, mask=masking)
    for name in exported.left_out[:SHOWN]:
        notice(f"left out: {name}: the store does not have the document")
    _more(len(exported.left_out))
    documents = f" and {exported.documents} documents" if exported.documents else ""
    notice(f"{exported.events} events{documents} written to {out}")


def _dry_store(folder: Path) -> Store | None:
    """The store, where there is one: a dry run makes none."""
    from fakta_lab.store import Store

    try:
        return Store.open(folder)
    except InputError:
        if (folder / "store.yaml").is_file() or (folder / "corrections.db").is_file():
            raise
        return None


def _print(report: ImportReport, *, store: Path, documents: Path | None, format: Format) -> None:
    if format is Format.json:
        write_result([json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text(_tables(report))], None)
    for problem in report.problems[:SHOWN]:
        notice(f"not used: {problem}")
    _more(report.n_problems)
    for name in report.missing[:SHOWN]:
        notice(f"no document: {name}")
    _more(report.n_missing)
    if report.n_missing and not report.documents_new + report.documents_known:
        sought = f"{documents / report.missing[0]} is not there" if documents else "none was looked for"
        notice(f"no document at all: {sought}; --documents DIR is the folder below which these names are")
    for note in report.notes:
        notice(note)
    if report.events_erased:
        notice(f"events about erased documents, left out: {report.events_erased}")
    notice(f"{'dry run: nothing written to' if report.dry_run else 'imported into'} {store}")


def _more(count: int) -> None:
    if count > SHOWN:
        notice(f"… and {count - SHOWN} more")


def _tables(report: ImportReport) -> Iterator[RenderableType]:
    from rich import box
    from rich.table import Table

    totals = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    totals.add_column("")
    for column in ("new", "known", "refused", "missing"):
        totals.add_column(column, justify="right")
    totals.add_row("events", str(report.events_new), str(report.events_known), str(report.refused), "")
    totals.add_row("documents", str(report.documents_new), str(report.documents_known), "", str(report.n_missing))
    yield totals
    if report.fields:
        fields = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        fields.add_column("field")
        for column in ("corrected", "confirmed", "refused"):
            fields.add_column(column, justify="right")
        for name in sorted(report.fields):
            counts = report.fields[name]
            fields.add_row(name, *(str(counts[what]) for what in ("corrected", "confirmed", "refused")))
        yield fields
