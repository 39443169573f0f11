"""`fakta dataset`: labelled pages to train on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.options import Overrides

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fakta_lab.dataset import BuildReport

dataset = typer.Typer(name="dataset", help="Make datasets of labelled pages to train on.", no_args_is_help=True)


class Format(StrEnum):
    """How the report is printed."""

    table = "table"
    json = "json"


@dataset.callback()
def _group() -> None:
    # Without a callback Typer would take the only command for the group itself.
    pass


@dataset.command()
def build(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="What to build from, as in configs/.")],
    overrides: Overrides = None,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.table,
) -> None:
    """Align corrected values with the words of their documents and write the labelled pages."""
    from fakta_lab.config import load_config
    from fakta_lab.dataset import DatasetConfig, build_dataset

    recipe = load_config(config, DatasetConfig, overrides=overrides or ())
    with progress_bar("aligning documents") as progress:
        report = build_dataset(recipe, progress=progress)
    if format is Format.json:
        write_result([json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text(_tables(report))], None)
    for problem in report.problems:
        notice(f"not used: {problem}")
    for document, reason in report.dropped.items():
        notice(f"left out: {document}: {reason}")
    notice(f"dataset written to {report.out}")


def _tables(report: BuildReport) -> Iterator[RenderableType]:
    from rich import box
    from rich.table import Table

    splits = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    splits.add_column("split")
    for column in ("suppliers", "documents", "pages"):
        splits.add_column(column, justify="right")
    for name in report.documents:
        splits.add_row(name, str(report.suppliers[name]), str(report.documents[name]), str(report.pages[name]))
    yield splits
    outcomes = list(dict.fromkeys(outcome for counts in report.alignments.values() for outcome in counts))
    fields = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    fields.add_column("field")
    for outcome in outcomes:
        fields.add_column(outcome, justify="right")
    for name, counts in report.alignments.items():
        fields.add_row(name, *(str(counts.get(outcome, 0)) for outcome in outcomes))
    yield fields
