"""`fakta runs`: training runs side by side, their plots, and what of them is still to be sent to MLflow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.console import as_text, notice, write_result
from fakta_lab.cli.options import Format

runs = typer.Typer(name="runs", help="Look at training runs and compare them.", no_args_is_help=True)

Run = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a training run.")]
Formatted = Annotated[Format, typer.Option(help="How to print the result.")]


@runs.command("list")
def list_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that the runs lie in.")] = Path("runs"),
    format: Formatted = Format.table,
) -> None:
    """List the runs in a folder, the newest first."""
    from fakta_lab.tracking.runs import find_runs, render_list

    found = find_runs(folder)
    if format is Format.json:
        _print_json([run.to_dict() for run in found])
    else:
        write_result([as_text([render_list(found)])], None)


@runs.command()
def show(run: Run, format: Formatted = Format.table) -> None:
    """Show a run's recipe and figures."""
    from fakta_lab.tracking.runs import RunSummary, render_comparison

    summary = RunSummary.load(run)
    if format is Format.json:
        _print_json(summary.to_dict())
    else:
        write_result([as_text([render_comparison([summary])])], None)


@runs.command()
def compare(
    run: Annotated[list[Path], typer.Argument(metavar="RUN…", help="Folders of training runs.")],
    format: Formatted = Format.table,
) -> None:
    """Show in what runs differ, and their figures."""
    from fakta_lab.tracking.runs import RunSummary, render_comparison

    summaries = [RunSummary.load(each) for each in run]
    if format is Format.json:
        _print_json([summary.to_dict() for summary in summaries])
    else:
        write_result([as_text([render_comparison(summaries)])], None)


@runs.command()
def report(
    run: Run,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for metrics.json, pictures (PNG) and tables (CSV).")],
    evaluation: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What `fakta evaluate --format json` printed of its bundle.")
    ] = None,
    tuning: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What `fakta tune --format json` printed of its bundle.")
    ] = None,
) -> None:
    """Write a run's main figures and draw its loss, F1 by field, and what can be accepted without a look.

    F1 by field is that of the evaluation, where one is given, else that of the pages held out in training.
    """
    from fakta_lab.tracking.report import write_report

    for path in write_report(run, out, evaluation=evaluation, tuning=tuning):
        notice(f"{path} written")


@runs.command()
def publish(
    run: Run,
    uri: Annotated[
        str | None, typer.Option(help="Where to; by default where the run is tracked, else beside its folder.")
    ] = None,
) -> None:
    """Send to MLflow what it does not have of a run: its server was down, or it was trained without."""
    from fakta_lab.tracking.report import publish_run

    where = publish_run(run, uri=uri)
    notice(f"{run} is complete in {where}")


def _print_json(data: object) -> None:
    write_result([json.dumps(data, ensure_ascii=False, indent=2) + "\n"], None)
