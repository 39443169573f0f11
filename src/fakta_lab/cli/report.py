"""`fakta report`: what production brought, as a page for whoever decides."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta_lab.cli.console import check_writable, notice, tell_problems, write_result
from fakta_lab.cli.extract import Language
from fakta_lab.cli.options import Format, since_time

if TYPE_CHECKING:
    from fakta_lab.formats.jsonl import Problem


class Period(StrEnum):
    """What figures over time are of."""

    week = "week"
    month = "month"


def report(
    logs: Annotated[
        list[Path], typer.Argument(metavar="LOG...", help="Extractions, as `fakta extract --format jsonl` writes them.")
    ],
    corrections: Annotated[
        Path | None,
        typer.Option(
            metavar="STORE-or-FILE", help="What people changed and confirmed: a store, or a corrections file."
        ),
    ] = None,
    costs: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Prices, for what it saves in kronor (configs/costs.yaml).")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Leave out what was read or changed before.")
    ] = None,
    period: Annotated[Period, typer.Option(help="What figures over time are of.")] = Period.week,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the page here, one HTML file.")] = None,
    language: Annotated[Language, typer.Option(help="Of the page and the summary.")] = Language.en,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Number suppliers instead of naming them.")] = False,
    model: Annotated[
        Path | None, typer.Option(metavar="BUNDLE", help="Whose fields these are; by default those of invoices.")
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print the figures; a table gives the summary.")] = Format.table,
) -> None:
    """Report how much is automatic, how right it is, what it saves, and what to do next.

    Accuracy is told from documents that were drawn at random and checked (selection "audit" in the corrections); those
    that were looked at for a reason are shown apart. Give the logs oldest first.
    """
    from fakta.bundle import Bundle
    from fakta_lab import analytics
    from fakta_lab.config import load_config
    from fakta_lab.tuning.cascade.costs import CostsConfig

    if out is not None:
        check_writable(out)
    problems: list[tuple[Path, Problem]] = []
    figures = analytics.analyse(
        logs,
        corrections=corrections,
        costs=None if costs is None else load_config(costs, CostsConfig).prices(),
        since=since_time(since),
        period=period.value,
        anonymous=anonymous,
        schema=None if model is None else Bundle.load(model).schema,
        on_problem=lambda path, problem: problems.append((path, problem)),
    )
    if out is not None:
        write_result([analytics.render_page(figures, language=language.value)], out)
    if format is Format.json:
        write_result([json.dumps(figures, ensure_ascii=False, indent=2, allow_nan=False) + "\n"], None)
    else:
        write_result([analytics.summary(figures, language=language.value)], None)
    tell_problems(problems)
    if out is not None:
        notice(f"report: {out}")
