"""`fakta dataset`: labelled pages to train on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.extract import Ocr
from fakta_lab.cli.options import Overrides

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fakta_lab.dataset import BuildReport
    from fakta_lab.dataset.align import AlignedDocument

dataset = typer.Typer(name="dataset", help="Make datasets of labelled pages to train on.", no_args_is_help=True)


class Format(StrEnum):
    """How the report is printed."""

    table = "table"
    json = "json"


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


@dataset.command()
def explain(
    document: Annotated[Path, typer.Argument(metavar="DOCUMENT", help="PDF or image.")],
    values: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Its values in canonical form, by field; null: not on it.")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(metavar="TRUTH", help="Take the values from a set's truth.jsonl.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw the pages, as FILE-1.png, FILE-2.png and so on.")
    ] = None,
    ocr: Annotated[Ocr, typer.Option(help="Engine for pages without a usable text layer.")] = Ocr.auto,
    dpi: Annotated[int, typer.Option(min=50, max=600, help="Resolution at which the pages are drawn.")] = 150,
    format: Annotated[Format, typer.Option(help="How to print what became of the values.")] = Format.table,
) -> None:
    """Show which words of a document its values are aligned to, and why."""
    from fakta import documents
    from fakta.schema import invoice_schema
    from fakta_lab.dataset.align import align
    from fakta_lab.dataset.stated import stated_values

    schema = invoice_schema()
    known = stated_values(document, values=values, truth=truth, schema=schema)
    read = documents.read(document, name=document.name, ocr=ocr.value)
    aligned = align(read, known, schema=schema)
    if format is Format.json:
        rows = [alignment.to_dict() for alignment in aligned.alignments]
        write_result([json.dumps(rows, ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text([_alignments(aligned)])], None)
    if out is None:
        notice("--out FILE.png draws the pages")
        return
    from fakta_lab.dataset.explain import explain as draw
    from fakta_lab.files import replacing

    images = [page.render(dpi) for page in read.pages if page.render]
    for number, picture in enumerate(draw(read, images, aligned, values=known), start=1):
        path = out.with_name(f"{out.stem}-{number}.png")
        with replacing(path) as temporary:
            picture.save(temporary, format="PNG")
        notice(f"drawn: {path}")


def _alignments(aligned: AlignedDocument) -> RenderableType:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("field", "status", "places", "reason"):
        table.add_column(column)
    for alignment in aligned.alignments:
        table.add_row(alignment.field, alignment.status, str(len(alignment.places)), alignment.reason)
    return table


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
