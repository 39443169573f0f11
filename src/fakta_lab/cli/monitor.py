"""`fakta monitor`: is the promised error rate kept, and do documents look as they did at tuning time?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta_lab.cli.console import as_text, notice, tell_problems, write_result
from fakta_lab.cli.options import Format, since_time

if TYPE_CHECKING:
    from fakta_lab.formats.jsonl import Problem


def monitor(
    logs: Annotated[
        list[Path], typer.Argument(metavar="LOG...", help="Extractions, as `fakta extract --format jsonl` writes them.")
    ],
    model: Annotated[
        Path, typer.Option("--model", metavar="BUNDLE", help="The bundle that made them, or its manifest.json.")
    ],
    audits: Annotated[
        Path | None,
        typer.Option(
            metavar="STORE-or-FILE",
            help='What people say about documents drawn at random: a store or corrections file (selection "audit"), '
            "or a benchmark set.",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Leave out older audits: since this bundle is in use.")
    ] = None,
    alpha: Annotated[
        float, typer.Option(metavar="SHARE", help="Probability of ever a false alarm, whatever happens how often.")
    ] = 0.05,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 also where only inputs changed.")] = False,
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.table,
) -> None:
    """Raise an alarm where accepted values are wrong more often than promised.

    May run every day on the whole log: looking often raises no more false alarms. Exit code 0 where no promise is
    broken, 1 where one is, 2 where files cannot be used. Give the logs oldest first.
    """
    from fakta_lab import monitoring
    from fakta_lab.monitoring.promises import Promises

    problems: list[tuple[Path, Problem]] = []
    report = monitoring.monitor(
        logs,
        Promises.load(model),
        audits=audits,
        since=since_time(since),
        alpha=alpha,
        on_problem=lambda path, problem: problems.append((path, problem)),
    )
    if format is Format.json:
        write_result([json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text(monitoring.render_tables(report)), report.summary + "\n"], None)
    tell_problems(problems)
    for note in report.unused.notes():
        notice(note)
    if audits is not None and not report.audited:
        notice(f'{audits}: no audit of a document in the logs; corrections of such carry the selection "audit"')
    if not report.inputs:
        notice("inputs not compared: this bundle was tuned without keeping its confidences; tune it again")
    if report.broken or (strict and report.changed):
        raise typer.Exit(1)
