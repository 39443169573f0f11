"""`fakta mapping`: what an output mapping makes of extractions, described."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fakta_lab.cli.console import write_result
from fakta_lab.cli.options import Model

mapping = typer.Typer(
    name="mapping", help="Output mappings: extractions as the JSON of an application.", no_args_is_help=True
)


@mapping.command("schema")
def schema(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Output mapping, such as those in configs/mappings.")],
    model: Model = None,
) -> None:
    """Print the JSON Schema (draft 2020-12) of what fakta extract --mapping FILE prints for each document."""
    from fakta.bundle import Bundle
    from fakta.mapping import OutputMapping

    fields = None if model is None else Bundle.load(model).schema
    described = OutputMapping.load(file, fields).json_schema()
    write_result([json.dumps(described, ensure_ascii=False, indent=2) + "\n"], None)
