"""Writes the reference of the command line from the program itself, so that it cannot say anything else.

    python -m scripts.cli_reference             writes docs/cli.md      (make reference)
    python -m scripts.cli_reference --check     exit code 1 where docs/cli.md is not what would be written

A command's page part has what its `--help` says. Nothing depends on the width of the terminal: names and texts are
taken from the commands, not from what they print.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from scripts.reference_page import cell, run

from fakta_lab.cli.app import app

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
# Types of Python, where a command gives its option's value no name.
PLACEHOLDERS = {"str": "TEXT", "float": "NUMBER", "float range": "NUMBER", "int": "N", "int range": "N"}
HEAD = """\
# Command line

<!-- Written by scripts/cli_reference.py: change the commands, then run `make reference`. -->

`fakta COMMAND --help` says the same on a terminal. Results go to stdout, notices and progress bars to stderr. Exit
codes: **0** done, **1** a gate or check that was asked for did not hold, **2** something handed in cannot be used; the
line on stderr says what, where, and what to do.

| command | |
|---|---|
"""


def page() -> str:
    """The whole page, as Markdown."""
    program = typer.main.get_command(app)
    commands = list(_commands(program, ("fakta",)))
    lines = [
        f"| [`{' '.join(path)}`](#{'-'.join(path)}) | {cell(_first_line(command))} |" for path, command in commands
    ]
    sections = [_section(path, command) for path, command in commands]
    return HEAD + "\n".join(lines) + "\n" + "".join(sections)


def _commands(group: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with the words that call it, in the order of the program's help."""
    for name, command in group.commands.items():
        if getattr(command, "hidden", False):
            continue
        if hasattr(command, "commands"):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


def _section(path: tuple[str, ...], command: Any) -> str:
    name = " ".join(path)
    context = typer.Context(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    parts = [f"\n## {name} {{#{'-'.join(path)}}}\n", f"```text\n{usage}\n```\n", f"{_prose(command.help or '')}\n"]
    rows = [_row(parameter, context) for parameter in command.get_params(context) if not _is_help(parameter)]
    if rows:
        parts.append("| | | by default |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _row(parameter: Any, context: typer.Context) -> str:
    """One option or argument: names, what it is, and what holds where it is left out."""
    names, text = parameter.get_help_record(context)
    text, _, extras = text.partition("  [")
    stated = dict(extra.partition(": ")[::2] for extra in extras.rstrip("]").split("; ") if extra)
    default = "required" if "required" in stated else stated.pop("default", "")
    variable = stated.pop("env var", "")
    limits = [_limit(stated_limit) for stated_limit in stated if stated_limit != "required"]
    said = [text.strip(), *([f"({limit})" for limit in limits]), *([f"Or `{variable}`."] if variable else [])]
    if parameter.param_type_name == "argument":
        names = names.partition(" <")[0]
    names = re.sub(r"<([a-z ]+)>", lambda found: PLACEHOLDERS.get(found[1], found[0]), names)
    default = f"`{default}`" if default and default != "required" else default
    return f"| {cell(f'`{names}`')} | {cell(' '.join(filter(None, said)))} | {cell(default)} |"


def _limit(text: str) -> str:
    """A range as people write it.

    >>> _limit("0<=x<=1"), _limit("x>=1")
    ('0 to 1', 'at least 1')
    """
    low, _, high = text.partition("<=x<=")
    return f"{low} to {high}" if high else text.replace("x>=", "at least ").replace("x<=", "at most ")


def _is_help(parameter: Any) -> bool:
    return "--help" in parameter.opts


def _first_line(command: Any) -> str:
    return (command.help or "").strip().split("\n\n")[0].replace("\n", " ")


def _prose(text: str) -> str:
    """Help as Markdown: what stands indented in it are commands."""
    return "\n\n".join(part.strip("\n").replace("\b\n", "") for part in text.split("\n\n"))


if __name__ == "__main__":
    sys.exit(run(PAGE, page(), sys.argv[1:]))
