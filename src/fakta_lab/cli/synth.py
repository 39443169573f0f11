"""`fakta synth`: invented invoices as a benchmark set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.console import notice, progress_bar
from fakta_lab.cli.options import Overrides


def synth(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="What to invent, as in configs/.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write; it must be new or empty.")],
    count: Annotated[int | None, typer.Option(min=1, metavar="N", help="Overrides the configuration's count.")] = None,
    overrides: Overrides = None,
) -> None:
    """Invent invoices with known values.

    Writes a benchmark set: PDFs and truth.jsonl. Invoices of the block renderer are for training and for tests: a score
    on them says nothing about real ones. Those of the typst renderer are page designs that no model learns from.
    """
    from fakta_lab.config import load_config
    from fakta_lab.synth.config import SynthConfig

    changes = [*(overrides or ()), *([] if count is None else [f"count={count}"])]
    settings = load_config(config, SynthConfig, overrides=changes)
    with progress_bar("inventing invoices") as progress:
        if settings.renderer == "typst":
            from fakta_lab.synth.families import family_names, write_families

            chosen = settings.families
            names = chosen if isinstance(chosen, tuple) else family_names(chosen)
            write_families(out, count=settings.count, seed=settings.seed, families=names, progress=progress)
        else:
            from fakta_lab.synth.write import write_set

            write_set(out, progress=progress, **settings.for_blocks())
    notice(f"{settings.count} invoices written to {out}")
