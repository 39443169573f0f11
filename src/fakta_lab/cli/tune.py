"""`fakta tune`: calibrated confidences and thresholds for a bundle."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.options import Format
from fakta_lab.cli.tracked import Track, tell_run


def tune(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="Folder of a bundle; its manifest is replaced.")],
    on: Annotated[
        list[Path],
        typer.Option("--on", metavar="DIR", help="Benchmark set of suppliers the model has not learned; repeatable."),
    ],
    target_precision: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of accepted values that must be right.")
    ] = 0.99,
    confidence: Annotated[
        float, typer.Option(metavar="SHARE", help="How sure that promise must be, given the number of examples.")
    ] = 0.95,
    seed: Annotated[int, typer.Option(min=0, help="Of the split into folds.")] = 0,
    track: Track = True,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.table,
) -> None:
    """Fit confidences and choose acceptance thresholds.

    A field with too few examples for the promise gets no threshold; the report says how many it needs.
    """
    from fakta_lab import tuning

    with progress_bar("reading documents") as progress:
        report = tuning.tune(
            bundle, on, target_precision=target_precision, confidence=confidence, seed=seed, progress=progress
        )
    if format is Format.json:
        write_result([json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text([tuning.render_table(report)])], None)
    if track:
        from fakta_lab.tracking import track_tuning

        tell_run(partial(track_tuning, bundle, report.to_dict()))
    notice(f"written into {bundle / 'manifest.json'}")
