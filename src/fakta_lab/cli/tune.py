"""`fakta tune`: calibrated confidences and thresholds for a bundle."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.extract import Ocr
from fakta_lab.cli.options import Format
from fakta_lab.cli.tracked import Track, tell_run


class Unit(StrEnum):
    """What promises about unknown suppliers count."""

    supplier = "supplier"
    document = "document"


def tune(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder of a bundle; its manifest is replaced.")],
    on: Annotated[
        list[Path],
        typer.Option("--on", metavar="DIR", help="Benchmark set of suppliers the model has not learned; repeatable."),
    ],
    target_precision: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Share of accepted values that must be right; 0.99 without costs."),
    ] = None,
    document_precision: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of documents passed whole that must be right throughout.")
    ] = 0.95,
    confidence: Annotated[
        float, typer.Option(metavar="SHARE", help="How sure each promise must be, given the number of examples.")
    ] = 0.95,
    unit: Annotated[
        Unit, typer.Option(help="What promises about unknown suppliers count: one document of each, or every document.")
    ] = Unit.supplier,
    costs: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Choose by costs (configs/costs.yaml); with a target, only compare them."),
    ] = None,
    second_reader: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Another reader's logged answers: predictions, or correction events."),
    ] = None,
    report_folder: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help="Write report.html, report.json and plots here.")
    ] = None,
    ocr: Annotated[Ocr, typer.Option(help="Engine for pages without a usable text layer.")] = Ocr.auto,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Processes to read with.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Of the split into folds.")] = 0,
    track: Track = True,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.table,
) -> None:
    """Fit confidences and choose acceptance thresholds.

    A field with too few examples for the promise gets no threshold; the report says how many it needs. Documents of a
    supplier that has several are read twice, the second time with what its earlier ones taught, so that known
    suppliers get thresholds of their own.
    """
    from fakta_lab import tuning
    from fakta_lab.config import load_config

    prices = None if costs is None else load_config(costs, tuning.CostsConfig)
    goal = tuning.Goal(target_precision, document_precision, confidence, unit.value, prices)
    with progress_bar("reading documents") as progress:
        report = tuning.tune(
            bundle,
            on,
            goal=goal,
            second_reader=second_reader,
            ocr=ocr.value,
            workers=workers,
            seed=seed,
            progress=progress,
        )
    found = report.to_dict()
    if format is Format.json:
        write_result([json.dumps(found, ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text(list(tuning.render_tables(report)))], None)
    if report_folder is not None:
        tuning.write_report(found, report_folder)
        notice(f"report: {report_folder / 'report.html'}")
    if track:
        from fakta_lab.tracking import track_tuning

        tell_run(partial(track_tuning, bundle, found))
    notice(f"written into {bundle / 'manifest.json'}")
