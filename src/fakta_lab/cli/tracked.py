"""What commands after training say about the run that their bundle came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from fakta_lab.cli.console import notice

Track = Annotated[
    bool, typer.Option("--track/--no-track", help="Add the figures to the MLflow run that the bundle came from.")
]


def tell_run(add: Callable[[], str | None]) -> None:
    """Adds to a run, and says so; what goes wrong with that is told and is no failure of the command."""
    from fakta_lab.tracking import TrackingError

    try:
        where = add()
    except TrackingError as error:
        notice(f"not tracked: {error}")
        return
    if where:
        notice(f"added to the run in {where}")
