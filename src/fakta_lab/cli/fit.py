"""`fakta fit`: what each kind of evidence is worth, learned for a bundle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.console import as_text, notice, progress_bar, write_result
from fakta_lab.cli.options import Format, Overrides


def fit(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="What to fit on, as configs/scorer.yaml.")],
    bundle: Annotated[
        Path, typer.Option("--model", metavar="DIR", help="Folder of a bundle; its manifest is replaced.")
    ],
    overrides: Overrides = None,
    format: Annotated[Format, typer.Option(help="How to print the report.")] = Format.table,
) -> None:
    """Fit the scorer that weighs labels, model, checks and agreement.

    The weights belong to the model they were fitted with: fit again after each export, and tune thresholds after that.
    Thresholds that the bundle has go.
    """
    from fakta_lab import ranking
    from fakta_lab.config import load_config

    settings = load_config(config, ranking.RankingConfig, overrides=overrides or ())
    with progress_bar("reading invented invoices") as progress:
        report = ranking.fit_scorer(bundle, settings, progress=progress)
    if format is Format.json:
        write_result([json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"], None)
    else:
        write_result([as_text([ranking.render_table(report)])], None)
    notice(f"written into {bundle / 'manifest.json'}")
