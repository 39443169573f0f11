"""`fakta corrections review`: the labels that are probably wrong."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.options import Model, StoreFolder

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fakta_lab.review.run import Suspicion

NOTHING = "(none)"


class Format(StrEnum):
    """How the list is printed."""

    table = "table"
    json = "json"
    csv = "csv"


def review(
    store: StoreFolder = Path("data/store"),
    model: Model = None,
    n: Annotated[int, typer.Option("--n", min=1, help="How many labels to list.")] = 50,
    tenant: Annotated[str | None, typer.Option(metavar="TENANT", help="Only this tenant's labels.")] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="How labels are judged (YAML); see docs/label-hygiene.md.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the list.")] = Format.table,
) -> None:
    """List the labels that are probably wrong, the likeliest mistake first.

    A model that did not learn from these corrections reads every document once more: about a quarter of a second each.
    """
    from fakta.bundle import Bundle
    from fakta.extract import shipped_bundle
    from fakta_lab.config import load_config
    from fakta_lab.labels import LabelPolicy
    from fakta_lab.review.run import review_labels
    from fakta_lab.store import Store

    rules = load_config(policy, LabelPolicy) if policy else LabelPolicy()
    bundle = Bundle.load(model or shipped_bundle())
    with Store.open(store) as opened, progress_bar("reading documents") as progress:
        found = review_labels(opened, bundle, policy=rules, tenant=tenant, progress=progress)
    write_result(_rendered(found.suspicions[:n], format), None)
    for reason in found.unread.values():
        notice(f"judged by the rules alone: {reason}")
    notice(
        f"{len(found.suspicions)} labels of {found.documents} documents; "
        f"about {found.expected:.0f} of them wrong, as far as one can tell from here"
    )


def _rendered(suspicions: Sequence[Suspicion], format: Format) -> Iterator[str]:
    if format is Format.json:
        yield json.dumps([suspicion.to_dict() for suspicion in suspicions], ensure_ascii=False, indent=2) + "\n"
    elif format is Format.csv:
        yield _csv(suspicions)
    else:
        yield as_text([_table(suspicions)])


def _csv(suspicions: Sequence[Suspicion]) -> str:
    buffer = io.StringIO()
    columns = ("document", "tenant", "field", "label", "reads", "nearest", "probability", "source", "usable", "doubts")
    writer = csv.DictWriter(buffer, fieldnames=columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for suspicion in suspicions:
        row = suspicion.to_dict()
        writer.writerow({**row, "doubts": "; ".join(suspicion.doubts), "usable": str(suspicion.usable).lower()})
    return buffer.getvalue()


def _table(suspicions: Sequence[Suspicion]) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("document", "field", "label", "read instead"):
        table.add_column(column, overflow="fold")
    table.add_column("wrong?", justify="right")
    table.add_column("doubts", overflow="fold")
    for suspicion in suspicions:
        label = NOTHING if suspicion.label is None else suspicion.label
        # The same value again would say nothing; a slip's likely meaning says more than another reading.
        other = suspicion.nearest or suspicion.reads
        instead = "" if other == suspicion.label else NOTHING if other is None else other
        cells = (suspicion.document, suspicion.field, label, instead, f"{suspicion.probability:.0%}")
        doubts = [*suspicion.doubts, *(() if suspicion.usable else ("not learned from",))]
        table.add_row(*map(Text, cells), Text(", ".join(doubts)))
    return table
