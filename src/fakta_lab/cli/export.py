"""`fakta export`: a training run to a bundle that production loads."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.console import notice
from fakta_lab.cli.tracked import Track, tell_run


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a training run.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the bundle; one that is there is replaced.")],
    name: Annotated[str | None, typer.Option(help="Signs extractions; by default the folder's name.")] = None,
    int8: Annotated[bool, typer.Option("--int8", help="Store the large matrices as 8-bit integers.")] = False,
    min_agreement: Annotated[
        float, typer.Option(min=0, max=1, metavar="SHARE", help="Share of labels that --int8 must keep.")
    ] = 0.99,
    allow_non_commercial: Annotated[
        bool, typer.Option("--allow-non-commercial", help="Export although the base weights forbid commercial use.")
    ] = False,
    track: Track = True,
) -> None:
    """Turn a training run into a bundle.

    The bundle holds the model as ONNX, checked against the original. Exit code 1 where the graph differs from the
    model or the licence forbids the export.
    """
    from fakta_lab.export import export_run
    from fakta_lab.formats.memories import is_memory

    bundle = export_run(
        run,
        out,
        name=name or out.resolve().name,
        int8=int8,
        min_agreement=min_agreement,
        allow_non_commercial=allow_non_commercial,
    )
    if track:
        from fakta_lab.tracking import track_export

        tell_run(partial(track_export, bundle))
    if is_memory(bundle):
        notice(f"{bundle} remembers suppliers; fakta memory show {bundle} says what it knows of them")
    notice(f"bundle written to {bundle}; next: fakta fit CONFIG --model {bundle}, then fakta tune {bundle} --on DIR")
