"""`fakta export`: a training run to a bundle that production loads."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.console import notice
from fakta_lab.cli.tracked import Track, tell_run


class Quantize(StrEnum):
    """Which graphs with 8-bit integers are tried."""

    none = "none"
    auto = "auto"
    dynamic = "dynamic"
    static = "static"


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a training run.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the bundle; one that is there is replaced.")],
    name: Annotated[str | None, typer.Option(help="Signs extractions; by default the folder's name.")] = None,
    on: Annotated[
        Path | None,
        typer.Option(metavar="SET", help="Benchmark set to compare bundle and model on; by default invented invoices."),
    ] = None,
    quantize: Annotated[
        Quantize, typer.Option(help="Which 8-bit graphs to try; one ships only if it is faster and changes nothing.")
    ] = Quantize.none,
    int8: Annotated[bool, typer.Option("--int8", help="The same as --quantize auto: try them all.")] = False,
    min_agreement: Annotated[
        float, typer.Option(min=0, max=1, metavar="SHARE", help="Share of labels that an 8-bit graph must keep.")
    ] = 0.99,
    allow_non_commercial: Annotated[
        bool, typer.Option("--allow-non-commercial", help="Export although the base weights forbid commercial use.")
    ] = False,
    track: Track = True,
) -> None:
    """Turn a training run into a bundle.

    The bundle holds the model as ONNX, checked against the original. Exit code 1 where the bundle differs from the
    model in an output, a value or a decision, or the licence forbids the export.
    """
    from fakta_lab.export import export_run
    from fakta_lab.formats.memories import is_memory

    if int8 and quantize not in (Quantize.none, Quantize.auto):
        raise typer.BadParameter("give either --int8 or --quantize")
    bundle = export_run(
        run,
        out,
        name=name or out.resolve().name,
        on=on,
        quantize=(Quantize.auto if int8 else quantize).value,
        min_agreement=min_agreement,
        allow_non_commercial=allow_non_commercial,
    )
    if track:
        from fakta_lab.tracking import track_export

        tell_run(partial(track_export, bundle))
    if int8 or quantize is not Quantize.none:
        notice(_int8_notice(bundle))
    if is_memory(bundle):
        notice(f"{bundle} remembers suppliers; fakta memory show {bundle} says what it knows of them")
    notice(f"bundle written to {bundle}; next: fakta fit CONFIG --model {bundle}, then fakta tune {bundle} --on DIR")


def _int8_notice(bundle: Path) -> str:
    """Which graph ships, and why."""
    from fakta.bundle import Bundle

    choice = Bundle.load(bundle).manifest["lineage"]["export"]["int8"]
    shipped = choice["shipped"]
    return f"ships {shipped if shipped == 'float16' else f'int8, {shipped}'}: {choice['why']}"
