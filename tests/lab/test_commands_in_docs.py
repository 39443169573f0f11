"""Commands that the documentation shows exist, and so do their options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from fakta_lab.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
PROGRAM: Any = typer.main.get_command(app)
SHOWN = re.compile(r"^\s*(?:\$ )?fakta ([a-z].*)$", re.MULTILINE)
INLINE = re.compile(r"`fakta ([a-z][^`]*)`")
CODE = re.compile(r"^```[a-z]*\n(.*?)^```|^((?: {4}.*\n)+)", re.MULTILINE | re.DOTALL)


def commands(page: str) -> Iterator[str]:
    """What is called in a page's code, without the program's name and without comments."""
    for block in CODE.finditer(page):
        for line in SHOWN.findall(block[1] or block[2]):
            yield re.split(r"\s#|\s{3}| [|>]", line)[0].strip()
    yield from INLINE.findall(CODE.sub("", page))


def mistake(line: str) -> str:
    """What is wrong with a command; "" where nothing is."""
    command: Any = PROGRAM
    words = line.split()
    # A group may be mentioned as a whole.
    while words and hasattr(command, "commands"):
        # `corrections import|list|stats` names several.
        if not set(words[0].split("|")) <= set(command.commands):
            return f"no command {line!r}"
        if "|" in words[0]:
            return ""
        command = command.commands[words.pop(0)]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    unknown = [option for option in re.findall(r"(?<=\s)--[a-z0-9-]+", line) if option not in {*known, "--help"}]
    return f"{line!r} has no {', '.join(unknown)}" if unknown else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    shown = list(commands(page.read_text(encoding="utf-8")))
    assert [told for told in map(mistake, shown) if told] == []


def test_a_wrong_command_is_found() -> None:
    block = "```console\n$ fakta extract a.pdf --fromat json  # prints it\n$ fakta dataset bild x.yaml\n```\n"
    page = f"{block}or `fakta tune DIR --cost FILE`, and `fakta runs`\n"
    assert [mistake(line) for line in commands(page)] == [
        "'extract a.pdf --fromat json' has no --fromat",
        "no command 'dataset bild x.yaml'",
        "'tune DIR --cost FILE' has no --cost",
        "",
    ]


def test_pages_show_commands() -> None:
    assert sum(len(list(commands(page.read_text(encoding="utf-8")))) for page in PAGES) > 100
