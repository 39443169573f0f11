"""`fakta improve`: corrections to a better model, and a summary to decide by."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.options import By, Format, Overrides, login

CONFIG = Path("configs/improve.yaml")


class FromStage(StrEnum):
    """Stages that can be done again."""

    import_ = "import"
    dataset = "dataset"
    train = "train"
    export = "export"
    choose = "choose"
    memory = "memory"
    tune = "tune"
    read = "read"
    deliver = "deliver"


class SummaryLanguage(StrEnum):
    """Languages of the summary."""

    en = "en"
    sv = "sv"


def improve(
    config: Annotated[Path, typer.Argument(metavar="[CONFIG]", help="Of the round.")] = CONFIG,
    corrections: Annotated[
        str | None, typer.Option(metavar="SOURCE", help="Corrections to import first: file, folder or database URL.")
    ] = None,
    documents: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder in which the corrections' documents are.")
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(metavar="DIR", envvar="FAKTA_STORE", help="Store of corrections and their documents."),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the round.")] = None,
    overrides: Overrides = None,
    promote: Annotated[
        bool, typer.Option("--promote", help="Put the new model in the old one's place if it is no worse.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Promote in spite of the figures; the reason is kept.")
    ] = None,
    by: By = None,
    from_stage: Annotated[
        FromStage | None, typer.Option("--from", metavar="STAGE", help="Do this stage and all behind it again.")
    ] = None,
    language: Annotated[SummaryLanguage, typer.Option(help="Of the summary.")] = SummaryLanguage.en,
    format: Annotated[Format, typer.Option(help="How to print the summary.")] = Format.table,
) -> None:
    """Make a better model of corrections, and say what it brings.

    Imports, builds the dataset, trains, chooses, remembers, tunes, compares with today's model, and writes a summary.
    Stopped, the same command goes on; what has not changed is not done again. With few corrections it trains nothing
    and remembers what they teach about suppliers.

    A new model that is no better is a result: exit code 0. With --promote it is 1, and today's model stays.
    """
    if reason and not promote:
        raise typer.BadParameter("--reason goes with --promote")
    from fakta_lab import improve as rounds
    from fakta_lab.config import load_config

    places = {"corrections": corrections, "documents": documents, "store": store, "out": out}
    given = [f"{key}={json.dumps(str(value))}" for key, value in places.items() if value is not None]
    settings = load_config(config, rounds.ImproveConfig, overrides=[*given, *(overrides or ())])
    again_from = next((stage for stage in rounds.STAGES if from_stage is not None and stage == from_stage.value), None)
    done = rounds.improve(settings, again_from=again_from, bars=progress_bar, notice=notice)
    summary = rounds.summarise(done.facts, language=language.value)
    written = rounds.write_summary(summary, settings.out)
    if format is Format.json:
        write_result([json.dumps(done.facts, ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text(rounds.render_terminal(summary))], None)
    notice(f"summary: {', '.join(map(str, written))}; bundle: {settings.out / 'bundle'}")
    if not done.fresh:
        notice("nothing was corrected since this model was promoted")
    elif promote:
        replaced = (settings.registry / "champion").exists()
        name = rounds.promote(settings, done, by=by or login(), reason=reason)
        way_back = "; fakta models rollback takes it back" if replaced else ""
        notice(f"promoted: {settings.registry / 'champion'} is {name} now{way_back}")
