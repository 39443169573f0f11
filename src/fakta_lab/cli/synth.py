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
    scan: Annotated[
        str | None, typer.Option(metavar="SEVERITY", help="Scan the pages: light, office, phone or fax.")
    ] = None,
    overrides: Overrides = None,
) -> None:
    """Invent invoices with known values.

    Writes a benchmark set: PDFs (of text, or of scanned pages) and truth.jsonl. Invoices of the block renderer are for
    training and for tests: a score on them says nothing about real ones. Those of the typst renderer are page designs
    that no model learns from.
    """
    from fakta_lab.config import load_config
    from fakta_lab.synth.config import SynthConfig

    given = {"count": count, "scan": scan}
    changes = [*(overrides or ()), *(f"{key}={value}" for key, value in given.items() if value is not None)]
    settings = load_config(config, SynthConfig, overrides=changes)
    with progress_bar("inventing invoices") as progress:
        if settings.renderer == "typst":
            from fakta_lab.synth.families import family_names, write_families

            chosen = settings.families
            names = chosen if isinstance(chosen, tuple) else family_names(chosen)
            kind = settings.model_dump(include={"count", "seed", "suppliers", "scan"})
            write_families(out, families=names, progress=progress, **kind)
        else:
            from fakta_lab.synth.write import write_set

            write_set(out, progress=progress, **settings.for_blocks())
    notice(f"{settings.count} invoices written to {out}")
