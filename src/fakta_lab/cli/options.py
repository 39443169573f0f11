"""Options that several commands have, so that they read alike everywhere."""

from __future__ import annotations

import getpass
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime


class Format(StrEnum):
    """How results are printed: for people or for programs."""

    table = "table"
    json = "json"


Model = Annotated[
    Path | None,
    typer.Option("--model", metavar="DIR", help="Model bundle, a folder or a zip; by default the one that ships."),
]
MemoryFile = Annotated[
    Path | None,
    typer.Option("--memory", metavar="FILE", help="Supplier memory; by default the one in the bundle, if any."),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change one configuration value (optimizer.lr=0.001); repeatable."),
]
StoreFolder = Annotated[
    Path,
    typer.Option("--store", metavar="DIR", envvar="FAKTA_STORE", help="Store of corrections and their documents."),
]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="NAME", envvar="FAKTA_BY", help="Who does it; by default the user's login."),
]


def login() -> str:
    """Who runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container whose user has no name
        return f"uid {os.getuid()}"


def since_time(text: str | None) -> datetime | None:
    """The time that `--since` states.

    Raises:
        ConfigError: it is none.
    """
    from fakta.errors import ConfigError
    from fakta_lab.formats.correction import parse_time

    time = parse_time(text)
    if text is not None and time is None:
        raise ConfigError(f"--since {text}: expected an ISO 8601 date or time, such as 2026-09-01")
    return time
