"""`fakta corrections sample`: which documents a person should look at next."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta_lab.cli.console import as_text, error, notice, progress_bar, write_result
from fakta_lab.cli.extract import Ocr, document_paths
from fakta_lab.cli.options import Model

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fakta_lab.review.sampling import Sampled

DEFAULT_STORE = Path("data/store")


class Format(StrEnum):
    """How the batch is printed."""

    table = "table"
    json = "json"
    csv = "csv"


def sample(
    pool: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[POOL...]", help="Files to choose from, or folders of them; by default the store's own."
        ),
    ] = None,
    n: Annotated[int, typer.Option("--n", min=1, metavar="N", help="Documents wanted.")] = 50,
    store: Annotated[
        Path | None,
        typer.Option(envvar="FAKTA_STORE", metavar="DIR", help=f"Knows what is corrected; {DEFAULT_STORE} by default."),
    ] = None,
    model: Model = None,
    audit: Annotated[
        float, typer.Option(min=0, max=1, metavar="SHARE", help="Share drawn at random, at least one; 0 for none.")
    ] = 0.1,
    seed: Annotated[int, typer.Option(min=0, help="Of the random share: take a new one for each batch.")] = 0,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="Weights, as in configs/sampling.yaml.")] = None,
    format: Annotated[Format, typer.Option(help="How to print the batch.")] = Format.table,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write here, not to stdout.")] = None,
    ocr: Annotated[Ocr, typer.Option(help="Engine for pages without a usable text layer.")] = Ocr.auto,
) -> None:
    """Choose documents that are worth correcting: doubtful ones, of different layouts, and some at random.

    Write each document's `selection` into the correction event that comes of it: documents marked "audit" were drawn
    at random and alone say how often the extractor is wrong. Documents that are corrected already are left out. One
    that cannot be read gets a line on stderr; the others are still done, and the exit code is then 2.
    """
    from fakta.errors import InputError
    from fakta_lab.config import load_config
    from fakta_lab.review.sampling import Reader, SamplingConfig, find_pool
    from fakta_lab.review.sampling import sample as choose
    from fakta_lab.store import Store

    settings = load_config(config, SamplingConfig) if config else SamplingConfig()
    if "-" in (pool or ()):
        raise InputError("- (stdin) is no pool to choose from; name files or folders")
    paths = document_paths(pool or ())
    # A pool of files needs no store; one that is named must be there.
    if store is None and paths and not DEFAULT_STORE.is_dir():
        found = find_pool(paths, None)
    else:
        with Store.open(store or DEFAULT_STORE) as opened:
            found = find_pool(paths, opened)
    reader = Reader.load(model, ocr=ocr.value)
    with progress_bar("reading documents") as progress:
        batch = choose(found, reader, settings, n=n, audit=audit, seed=seed, progress=progress)
    write_result(_render(batch, format), out)
    if batch.left_out:
        notice(f"left out because they are corrected: {batch.left_out}")
    if len(batch.picks) < n:
        notice(f"{n} documents were asked for, and the pool has {len(batch.picks)}")
    for problem in batch.unread:
        error(problem)
    if batch.unread:
        raise typer.Exit(2)


def _render(batch: Sampled, format: Format) -> Iterator[str]:
    if format is Format.json:
        yield json.dumps(batch.to_dict(), ensure_ascii=False, indent=2) + "\n"
    elif format is Format.csv:
        yield _csv(batch)
    else:
        yield as_text([_table(batch)])


def _csv(batch: Sampled) -> str:
    """One row a document, a column for each signal; the reasons in one cell."""
    columns = ["document", "sha256", "selection", "score", "uncertainty", "disagreement", "novelty", "money", "reasons"]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    for pick in batch.picks:
        row = pick.to_dict()
        row |= row.pop("signals")
        writer.writerow({**row, "reasons": "; ".join(pick.reasons)})
    return buffer.getvalue()


def _table(batch: Sampled) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{len(batch.picks)} of {batch.pool} documents", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("document", overflow="fold")
    table.add_column("selection")
    for column in ("score", "unsure", "apart", "new", "money"):
        table.add_column(column, justify="right")
    table.add_column("why")
    for pick in batch.picks:
        signals = (pick.signals[name] for name in ("uncertainty", "disagreement", "novelty", "money"))
        numbers = (f"{number:.2f}" for number in (pick.score, *signals))
        table.add_row(Text(pick.document), pick.selection, *numbers, Text("; ".join(pick.reasons)))
    return table
