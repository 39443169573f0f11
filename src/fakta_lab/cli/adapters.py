"""`fakta adapters`: what tenants or groups of suppliers taught, over one base."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta_lab.cli.console import as_text, notice, write_result
from fakta_lab.cli.options import Format

if TYPE_CHECKING:
    from rich.console import RenderableType

    from fakta_lab.training.adapters import AdapterSummary

adapters = typer.Typer(name="adapters", help="Adapters: what tenants taught, over one base.", no_args_is_help=True)


@adapters.command("list")
def list_runs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of runs, or one run.")] = Path("runs"),
    format: Annotated[Format, typer.Option(help="How to print the list.")] = Format.table,
) -> None:
    """List the adapters among the runs in a folder."""
    from fakta_lab.training.adapters import list_adapters

    found = list(list_adapters(folder))
    if format is Format.json:
        plain = [{**asdict(one), "path": str(one.path)} for one in found]
        write_result([json.dumps(plain, ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text([_table(found)])], None)
    if not found:
        notice(f"no adapters in {folder}; fakta train CONFIG --set adapter.name=NAME makes one")


@adapters.command()
def merge(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder of an adapter.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Run folder to write, of a whole model.")],
) -> None:
    """Add an adapter into the weights of its base.

    The result is a run like any other: to train further from, or to export. `fakta export` merges by itself.
    """
    from fakta_lab.training.finished import merge_adapter

    merge_adapter(run, out)
    notice(f"run written to {out}; next: fakta export {out} --out DIR")


def _table(found: Sequence[AdapterSummary]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for head in ("adapter", "run", "base", "rank", "parameters", "kB", "documents", ""):
        table.add_column(head, justify="right" if head in ("rank", "parameters", "kB", "documents") else "left")
    for one in found:
        table.add_row(
            one.name,
            str(one.path),
            one.base,
            str(one.rank),
            f"{one.parameters:,}",
            f"{one.size / 1000:,.0f}",
            str(one.documents),
            Text("base changed" if one.base_changed else "", style="red"),
        )
    return table
