"""`fakta corrections`: what people changed in an extractor's answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.benchmarks import load_benchmark
from fakta_lab.cli.console import notice
from fakta_lab.cli.erasure import erase, erasures, retention
from fakta_lab.cli.exchange import export, import_
from fakta_lab.cli.overview import list_, stats
from fakta_lab.cli.review import review
from fakta_lab.cli.sample import sample

corrections = typer.Typer(name="corrections", help="Work with corrections of extracted values.", no_args_is_help=True)


@corrections.command()
def simulate(
    benchmark: Annotated[
        Path, typer.Argument(metavar="SET", help="Benchmark set: documents and the truth about them.")
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="Corrections to write, JSON Lines.")],
    seed: Annotated[int, typer.Option(min=0, help="Of the mistakes.")] = 0,
) -> None:
    """Invent a language model's answers with typical mistakes, and the corrections that users make of them.

    For demonstrations and tests of the loop; real corrections come from the system that shows the invoices.
    """
    from fakta_lab.corrections import simulate_events, write_events

    events = simulate_events(load_benchmark(benchmark).documents, seed=seed)
    write_events(events, out)
    notice(f"{len(events)} correction events written to {out}")


corrections.command("import")(import_)
corrections.command()(export)
corrections.command("list")(list_)
corrections.command()(stats)
corrections.command()(erase)
corrections.command()(retention)
corrections.command()(erasures)
corrections.command()(review)
corrections.command()(sample)
