"""`fakta corrections erase | retention | erasures`: removing what must not be kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta.errors import InputError
from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.options import Format, StoreFolder

if TYPE_CHECKING:
    from fakta_lab.corrections.erasure import Covered, ErasureReport
    from fakta_lab.store import Store

Search = Annotated[
    list[Path] | None,
    typer.Option(metavar="DIR", help="Where datasets, runs and bundles are; repeatable. Default: the current folder."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed and marked.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; what is erased cannot be had back.")]


def erase(
    document: Annotated[str | None, typer.Option(metavar="NAME", help="One document, by name or sha256.")] = None,
    supplier: Annotated[
        str | None, typer.Option(metavar="SUPPLIER", help="A supplier's documents: key, name, org.nr or VAT number.")
    ] = None,
    person: Annotated[
        str | None, typer.Option(metavar="PERSON", help="Documents that name a person: name or personnummer.")
    ] = None,
    tenant: Annotated[str | None, typer.Option(metavar="TENANT", help="Everything of a tenant.")] = None,
    user: Annotated[
        str | None, typer.Option(metavar="USER", help="The name of a person who corrects; the corrections stay.")
    ] = None,
    store: StoreFolder = Path("data/store"),
    search: Search = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.table,
) -> None:
    """Remove documents and their corrections for good, and name what has learned from them.

    Datasets, runs and bundles that saw a removed document are listed and marked: training on such a dataset and
    exporting such a run are refused. Backups, a DVC cache and copies of exports are not reached.
    """
    from fakta_lab.corrections import erasure
    from fakta_lab.store import Store

    asked = {"document": document, "supplier": supplier, "person": person, "tenant": tenant, "user": user}
    given = {scope: value for scope, value in asked.items() if value}
    if len(given) != 1:
        raise InputError("say what to erase: one of --document, --supplier, --person, --tenant, --user")
    [(scope, value)] = given.items()
    with Store.open(store) as opened:
        if scope == "user":
            if dry_run:
                raise InputError("--dry-run: a user's name is only replaced; leave it out")
            _confirm(f"replace the name {value!r} in every event", yes)
            notice(f"name replaced by a pseudonym in {erasure.forget(opened, value)} events")
            return
        if scope == "person":
            with progress_bar("searching documents") as progress:
                covered = erasure.of_person(opened, value, progress=progress)
        elif scope == "tenant":
            covered = erasure.of_tenant(opened, value)
        elif scope == "supplier":
            covered = erasure.of_supplier(opened, value)
        else:
            covered = erasure.of_document(opened, value)
        _carry_out(opened, covered, scope=scope, search=search, dry_run=dry_run, yes=yes, format=format)


def retention(
    store: StoreFolder = Path("data/store"),
    search: Search = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.table,
) -> None:
    """Erase what the retention rules in the store's store.yaml no longer let it keep."""
    from datetime import UTC, datetime

    from fakta_lab.corrections import erasure
    from fakta_lab.labels import labelled_documents
    from fakta_lab.store import Store

    with Store.open(store) as opened:
        rules = opened.settings.retention
        if not rules:
            raise InputError(f"{store / 'store.yaml'}: no retention rules; see docs/erasure.md")
        events = list(opened.events())
        documents, undated = erasure.overdue(
            labelled_documents(events), events, rules=rules, today=datetime.now(UTC).date()
        )
        if undated:
            notice(f"{undated} documents have a rule but no date to count from; they stay")
        digests = {digest for document in documents for digest in document.events}
        covered = erasure.of_documents(
            opened,
            [document.sha256 for document in documents if document.sha256],
            [event for event in events if event.digest in digests],
        )
        _carry_out(opened, covered, scope="retention", search=search, dry_run=dry_run, yes=yes, format=format)


def erasures(
    store: StoreFolder = Path("data/store"),
    format: Annotated[Format, typer.Option(help="How to print the log.")] = Format.table,
) -> None:
    """The log of erasures: when, how much, and from how many datasets; never what."""
    from dataclasses import asdict

    from rich import box
    from rich.table import Table

    from fakta_lab.store import Store, erasing

    with Store.open(store) as opened, opened.database.reading() as connection:
        log = erasing.log(connection)
    if format is Format.json:
        write_result([json.dumps([asdict(each) for each in log], indent=2) + "\n"], None)
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("erasure", "when", "scope"):
        table.add_column(column)
    for column in ("documents", "events", "datasets"):
        table.add_column(column, justify="right")
    for each in log:
        counts = (each.documents, each.events, len(each.datasets))
        table.add_row(each.id, each.erased_at, each.scope, *map(str, counts))
    write_result([as_text([table])], None)


def _carry_out(
    store: Store,
    covered: Covered,
    *,
    scope: str,
    search: list[Path] | None,
    dry_run: bool,
    yes: bool,
    format: Format,
) -> None:
    from fakta_lab.corrections.erasure import erase as carry_out

    if not dry_run and (covered.documents or covered.events):
        _confirm(f"erase {len(covered.documents)} documents and {len(covered.events)} events for good", yes)
    report = carry_out(store, covered, scope=scope, search=search or [Path()], dry_run=dry_run)
    for sha256, reason in report.unread:
        notice(f"not searched: {sha256[:12]}…: {reason}")
    if format is Format.json:
        write_result([json.dumps(report.to_dict(), indent=2) + "\n"], None)
    else:
        _print(report, dry_run=dry_run)
    if Path(".dvc").is_dir() and report.artifacts and not dry_run:
        notice("DVC keeps copies of earlier data: `dvc gc --workspace` removes what the current state does not use")


def _print(report: ErasureReport, *, dry_run: bool) -> None:
    from rich import box
    from rich.table import Table

    done = "would be erased" if dry_run else "erased"
    if not report.documents and not report.events:
        notice("nothing in the store is covered")
    else:
        notice(f"{report.documents} documents and {report.events} events {done}")
    if report.artifacts:
        from fakta_lab.registry import aliases_of

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("make anew")
        table.add_column("where")
        table.add_column("erased documents it saw", justify="right")
        for artifact in report.artifacts:
            used = " and ".join(aliases_of(artifact.path))
            table.add_row(artifact.kind, f"{artifact.path}{used and f' (in use: {used})'}", str(artifact.erased))
        write_result([as_text([table])], None)
    for path, documents in report.memories:
        notice(f"{documents} documents {'would be ' if dry_run else ''}forgotten in the supplier memory {path}")
    for place in report.memories_missing:
        notice(f"a supplier memory was built at {place} and is not there, or cannot be read: remove what became of it")
    for path, documents in report.caches:
        notice(f"results of {documents} documents {'would be ' if dry_run else ''}erased in the cache {path}")
    for problem in report.caches_unread:
        notice(f"not erased: {problem}")
    for sha256 in report.missing:
        notice(f"dataset {sha256[:12]}… saw them too and is not in the folders searched")


def _confirm(what: str, yes: bool) -> None:
    if not yes and not typer.confirm(f"{what}?", err=True):
        raise typer.Abort
