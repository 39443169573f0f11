"""`fakta dataset`: labelled pages to train on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.extract import Ocr
from fakta_lab.cli.options import Format, Overrides, StoreFolder

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fakta.documents import Document
    from fakta_lab.dataset import BuildReport
    from fakta_lab.dataset.alignment.align import AlignedDocument

dataset = typer.Typer(name="dataset", help="Make datasets of labelled pages to train on.", no_args_is_help=True)


class Target(StrEnum):
    """Forms that a dataset can be written in."""

    benchmark = "benchmark"
    donut = "donut"


@dataset.command()
def build(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="What to build from, as in configs/.")],
    overrides: Overrides = None,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.table,
) -> None:
    """Align corrected values with the words of their documents and write the labelled pages.

    What did not change since the last build is taken over; the dataset is the same as from nothing.
    """
    from fakta_lab.config import load_config
    from fakta_lab.dataset import DatasetConfig, build_dataset

    recipe = load_config(config, DatasetConfig, overrides=overrides or ())
    with progress_bar("aligning documents") as progress:
        report = build_dataset(recipe, progress=progress)
    if format is Format.json:
        write_result([json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text(_tables(report))], None)
    for document, dropped in report.dropped.items():
        notice(f"left out: {document}: {dropped.reason}")
    reuse = report.reuse
    notice(f"{reuse.documents} documents: {reuse.read} read, {reuse.aligned} aligned, {reuse.reused} taken over")
    notice(f"dataset written to {recipe.out}")


@dataset.command()
def export(
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="Folder that `fakta dataset build` made.")],
    to: Annotated[Target, typer.Option(help="Which form.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write; it must not exist.")],
    store: StoreFolder = Path("data/store"),
    split: Annotated[str, typer.Option(metavar="SPLIT", help="For benchmark: which split.")] = "test",
) -> None:
    """Write a dataset in another form.

    benchmark: the documents of one split and the truth about them, for `fakta evaluate` and `fakta tune`; figures per
    layout are figures by how many documents the supplier was known from in training.

    donut: for each split a folder of page images and a metadata.jsonl with the values that stand on each page.
    """
    if to is Target.benchmark:
        from fakta_lab.dataset.benchmark import export_benchmark
        from fakta_lab.store import Store

        with Store.open(store) as opened, progress_bar("writing documents") as progress:
            written = export_benchmark(dataset, out, store=opened, split=split, progress=progress)
        subsets = ", ".join(f"{count} {name}" for name, count in sorted(written.subsets.items()) if name)
        notice(f"{written.documents} documents{f' ({subsets})' if subsets else ''} written to {out}")
        return
    from fakta_lab.dataset.donut import export_donut

    with progress_bar("writing pages") as progress:
        exported = export_donut(dataset, out, progress=progress)
    for name, pages in exported.pages.items():
        notice(f"{name}: {pages} pages, {exported.empty[name]} without a value left out")
    notice(f"written to {out}")


@dataset.command()
def explain(
    document: Annotated[
        str, typer.Argument(metavar="DOCUMENT", help="PDF or image; or its name or sha256 in the store.")
    ],
    store: StoreFolder = Path("data/store"),
    values: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Its values in canonical form, by field; null: not on it.")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(metavar="TRUTH", help="Take the values from a set's truth.jsonl.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw the pages, as FILE-1.png, FILE-2.png and so on.")
    ] = None,
    mask: Annotated[bool, typer.Option("--mask", help="Draw bars over personnummer.")] = False,
    ocr: Annotated[Ocr, typer.Option(help="Engine for pages without a usable text layer.")] = Ocr.auto,
    dpi: Annotated[int, typer.Option(min=50, max=600, help="Resolution at which the pages are drawn.")] = 150,
    format: Annotated[Format, typer.Option(help="How to print what became of the values.")] = Format.table,
) -> None:
    """Show which words of a document its corrected values are aligned to, and why."""
    from fakta import documents
    from fakta.schema import invoice_schema
    from fakta_lab.dataset.alignment.align import align
    from fakta_lab.dataset.stated import stated

    schema = invoice_schema()
    known = stated(document, values=values, truth=truth, store=store, schema=schema)
    read = documents.read(known.path, name=known.name, ocr=ocr.value)
    aligned = align(read, known.values, schema=schema)
    if format is Format.json:
        rows = [{**each.to_dict(), "label": known.remarks.get(each.field, "")} for each in aligned.alignments]
        write_result([json.dumps(rows, ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text([_alignments(aligned, known.remarks)])], None)
    for name in sorted(known.remarks.keys() - known.values.keys()):
        notice(f"{name}: {known.remarks[name]}")
    if out is None:
        notice("--out FILE.png draws the pages")
        return
    _draw(out, read, aligned, known.values, mask=mask, dpi=dpi)


def _draw(
    out: Path,
    document: Document,
    aligned: AlignedDocument,
    values: Mapping[str, str | None],
    *,
    mask: bool,
    dpi: int,
) -> None:
    from fakta_lab.dataset.alignment.explain import explain as draw
    from fakta_lab.files import replacing
    from fakta_lab.privacy import found_numbers, mask_document, mask_values, personal_data

    if mask:
        found = personal_data(document, known=values)
        values = mask_values(values, numbers=found_numbers(document, found))
        document = mask_document(document, found)
    images = [page.render(dpi) for page in document.pages if page.render]
    for number, picture in enumerate(draw(document, images, aligned, values=values), start=1):
        path = out.with_name(f"{out.stem}-{number}.png")
        with replacing(path) as temporary:
            picture.save(temporary, format="PNG")
        notice(f"drawn: {path}")


def _alignments(aligned: AlignedDocument, remarks: Mapping[str, str]) -> RenderableType:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("field", "status", "places", "reason", *(["label"] if remarks else [])):
        table.add_column(column)
    for each in aligned.alignments:
        remark = [remarks.get(each.field, "")] if remarks else []
        table.add_row(each.field, each.status, str(len(each.places)), each.reason, *remark)
    return table


def _tables(report: BuildReport) -> Iterator[RenderableType]:
    from rich import box
    from rich.table import Table

    splits = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    splits.add_column("split")
    for column in ("suppliers", "documents", "pages"):
        splits.add_column(column, justify="right")
    for name, part in report.splits.items():
        splits.add_row(name, str(len(part.suppliers)), str(part.documents), str(part.pages))
    yield splits
    outcomes = list(dict.fromkeys(outcome for counts in report.alignments.values() for outcome in counts))
    fields = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    fields.add_column("field")
    for outcome in outcomes:
        fields.add_column(outcome, justify="right")
    for name, counts in report.alignments.items():
        fields.add_row(name, *(str(counts.get(outcome, 0)) for outcome in outcomes))
    yield fields
