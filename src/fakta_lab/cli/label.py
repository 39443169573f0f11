"""`fakta dataset label`: a dataset from documents with the truth about them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.options import Format, Overrides

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fakta_lab.dataset.from_truth import TruthReport


def label(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="What to build from, as in configs/sroie/.")],
    overrides: Overrides = None,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.table,
) -> None:
    """Align the true values of a set of documents with their words, and split them by party.

    For own schemas (receipts, delivery notes) and sets that come with their truth. Writes `dataset/`, which
    `fakta train` reads, and `held-out/`, which `fakta evaluate` measures on.
    """
    from fakta_lab.config import load_config
    from fakta_lab.dataset.from_truth import build_from_truth
    from fakta_lab.dataset.truth_config import TruthConfig

    recipe = load_config(config, TruthConfig, overrides=overrides or ())
    with progress_bar("aligning documents") as progress:
        report = build_from_truth(recipe, progress=progress)
    if format is Format.json:
        write_result([json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text(_tables(report))], None)
    if report.copies:
        notice(f"{report.copies} documents left out: they have the same bytes as another")
    notice(f"dataset/ and held-out/ written to {recipe.out}")


def _tables(report: TruthReport) -> Iterator[RenderableType]:
    from rich import box
    from rich.table import Table

    splits = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("split", "documents", "parties"):
        splits.add_column(column, justify="left" if column == "split" else "right")
    for name, documents in report.documents.items():
        splits.add_row(name, str(documents), str(report.parties[name]))
    yield splits
    outcomes = sorted({outcome for counts in report.alignments.values() for outcome in counts})
    fields = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    fields.add_column("field")
    for outcome in outcomes:
        fields.add_column(outcome, justify="right")
    for name, counts in report.alignments.items():
        fields.add_row(name, *(str(counts.get(outcome, 0)) for outcome in outcomes))
    yield fields
