"""`fakta doctor`: what is installed, what is known bad, what is missing."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from fakta_lab.cli.console import as_text, write_result
from fakta_lab.cli.options import Format

STYLES = {"ok": "green", "missing": "yellow", "bad": "bold red"}


def doctor(
    format: Annotated[Format, typer.Option(help="How to print the findings.")] = Format.table,
) -> None:
    """Show what is installed, known bad, or missing.

    Exit code 1 where something will not work; an extra that is not installed is no fault.
    """
    from dataclasses import asdict

    from fakta_lab.doctor import diagnose

    findings = diagnose()
    if format is Format.json:
        write_result([json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2) + "\n"], None)
    else:
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for column in ("for", "what", "", "detail", "remedy"):
            table.add_column(column, overflow="fold")
        for f in findings:
            level = Text(f.level, style=STYLES[f.level])
            table.add_row(f.group, f.name, level, Text(f.detail), Text(f.remedy))
        write_result([as_text([table])], None)
    if any(finding.level == "bad" for finding in findings):
        raise typer.Exit(1)
