"""`fakta corrections list | stats`: what a store holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fakta_lab.cli.console import as_text, notice, write_result
from fakta_lab.cli.options import Format, StoreFolder

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fakta_lab.corrections.stats import CorrectionStats, Rate
    from fakta_lab.labels import LabelledDocument
    from fakta_lab.labels.selection import SelectionReport
    from fakta_lab.store import Store

BAR = 20
# What the events of a document say that was drawn at random to be looked at.
AUDIT = "audit"


def list_(
    store: StoreFolder = Path("data/store"),
    tenant: Annotated[str | None, typer.Option(metavar="TENANT", help="Only this tenant's.")] = None,
    document: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Only those whose name has this in it, or whose sha256 begins so."),
    ] = None,
    missing: Annotated[bool, typer.Option("--missing", help="Only those that the store does not have.")] = False,
    format: Annotated[Format, typer.Option(help="How to print the list.")] = Format.table,
) -> None:
    """List the documents that corrections are about."""
    from fakta_lab.labels import labelled_documents
    from fakta_lab.store import Store

    with Store.open(store) as opened:
        found = labelled_documents(opened.events(tenant=tenant))
    shown = [
        one
        for one in found
        if (not document or document in one.name or one.sha256.startswith(document)) and not (missing and one.sha256)
    ]
    if format is Format.json:
        write_result([json.dumps([_plain(one) for one in shown], ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text(_documents(shown))], None)


def stats(
    store: StoreFolder = Path("data/store"),
    tenant: Annotated[str | None, typer.Option(metavar="TENANT", help="Only this tenant's.")] = None,
    format: Annotated[Format, typer.Option(help="How to print the numbers.")] = Format.table,
) -> None:
    """Count events, and how often people change which answers.

    The error rate is corrected / (corrected + confirmed): of what people looked at, not of all answers. Where documents
    were drawn at random to be looked at (selection "audit"), rates for all documents follow.
    """
    from fakta_lab.corrections.stats import correction_stats
    from fakta_lab.store import Store

    with Store.open(store) as opened:
        numbers = correction_stats(opened.events(tenant=tenant))
        audited = _audited(opened, tenant) if AUDIT in opened.counts("selection", tenant=tenant) else None
    if format is Format.json:
        selection = audited.to_dict() if audited else None
        content = {**numbers.to_dict(), "selection": selection}
        write_result([json.dumps(content, ensure_ascii=False, indent=2) + "\n"], None)
        return
    write_result([as_text([*_numbers(numbers), *(_all_documents(audited) if audited else ())])], None)
    if audited is None:
        notice('no document was drawn at random (selection "audit"), so nobody knows the rates of all documents')


def _audited(store: Store, tenant: str | None) -> SelectionReport:
    from fakta_lab.labels import labelled_documents
    from fakta_lab.labels.selection import looked_at, selection_report

    events = list(store.events(tenant=tenant))
    return selection_report(looked_at(labelled_documents(events), events))


def _all_documents(report: SelectionReport) -> Iterator[RenderableType]:
    from rich import box
    from rich.table import Table

    yield f"Of all documents, by the {report.audited} that were drawn at random ({report.documents} were looked at):"
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("error rate")
    for column in ("drawn at random", "95 %", "all, weighted", "95 %", "all, as they are"):
        table.add_column(column, justify="right")
    for rate in report.fields:
        audit = "" if rate.audit is None else f"{rate.audit:.1%}"
        weighted = "" if rate.weighted is None else f"{rate.weighted:.1%}"
        table.add_row(
            rate.what,
            audit,
            f"{rate.low:.1%}-{rate.high:.1%}",
            weighted,
            f"{rate.weighted_low:.1%}-{rate.weighted_high:.1%}",
            f"{rate.naive:.1%}",
        )
    yield table


def _plain(document: LabelledDocument) -> dict[str, Any]:
    return {
        "document": document.name,
        "sha256": document.sha256 or None,
        "tenant": document.tenant,
        "supplier": document.supplier,
        "events": len(document.events),
        "labels": len(document.labels),
    }


def _documents(documents: Sequence[LabelledDocument]) -> Iterator[RenderableType]:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("document", "sha256", "tenant", "supplier"):
        table.add_column(column, overflow="fold")
    for column in ("events", "labels"):
        table.add_column(column, justify="right")
    for one in documents:
        counts = str(len(one.events)), str(len(one.labels))
        table.add_row(one.name, one.sha256[:12] or "missing", one.tenant, one.supplier, *counts)
    yield table
    n_missing = sum(not one.sha256 for one in documents)
    yield f"{len(documents)} documents, {n_missing} of them missing from the store"


def _numbers(numbers: CorrectionStats) -> Iterator[RenderableType]:
    from rich import box
    from rich.table import Table

    period = f", {numbers.first[:10]} to {numbers.last[:10]}" if numbers.first and numbers.last else ""
    missing = f" ({numbers.missing} missing from the store)" if numbers.missing else ""
    yield f"{numbers.events} events about {numbers.documents} documents{missing}{period}"
    yield _rates("field", numbers.fields)
    yield _rates("extractor", numbers.extractors)
    users = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    users.add_column("user")
    users.add_column("events", justify="right")
    for name, count in numbers.users.most_common():
        users.add_row(name or "(not stated)", str(count))
    yield users


def _rates(what: str, rates: Mapping[str, Rate]) -> RenderableType:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(what)
    for column in ("corrected", "confirmed", "untouched", "error rate"):
        table.add_column(column, justify="right")
    table.add_column("")
    for name, rate in rates.items():
        share = rate.error_rate
        shown = "" if share is None else f"{share:.1%}"
        counts = (str(count) for count in (rate.corrected, rate.confirmed, rate.untouched))
        table.add_row(name or "(not stated)", *counts, shown, "█" * round((share or 0) * BAR))
    return table
