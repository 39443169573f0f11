"""The snippets for build servers: files that these read, with commands that the program takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from fakta_lab.cli.app import app

DOCS = Path(__file__).resolve().parents[2] / "docs"
SNIPPETS = (DOCS / "ci" / "github-actions.yml", DOCS / "ci" / "gitlab-ci.yml")


def commands_in(text: str) -> list[list[str]]:
    """Every `fakta …` of a shell script, as arguments."""
    joined = re.sub(r"\\\n\s*", " ", text)
    lines = (line.strip() for line in joined.splitlines())
    return [shlex.split(line)[1:] for line in lines if line.startswith("fakta ")]


def scripts_in(value: Any) -> Iterator[str]:
    """Every text in parsed YAML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from scripts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from scripts_in(each)


def parse(arguments: list[str]) -> None:
    """Fails where the program would not take these arguments; runs nothing."""
    program = typer.main.get_group(app)
    context = program.make_context("fakta", list(arguments))
    name, command, options = program.resolve_command(context, arguments)
    assert command is not None
    command.make_context(name, options, parent=context)


@pytest.mark.parametrize("path", SNIPPETS, ids=lambda path: path.name)
def test_every_command_of_a_snippet_is_one_that_the_program_takes(path: Path) -> None:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    commands = [command for script in scripts_in(data) for command in commands_in(script)]
    assert len(commands) == 1
    for command in commands:
        parse(command)
    # The same everywhere, so that it is tried once and copied.
    assert commands[0][:2] == ["evaluate", "benchmarks/invoices"]
    assert {"--gate", "--baseline", "--report"} <= set(commands[0])


def test_every_command_of_the_page_is_one_that_the_program_takes() -> None:
    text = (DOCS / "ci.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    commands = [command for block in blocks for command in commands_in(block)]
    assert len(commands) == 3
    for command in commands:
        parse(command)


@pytest.mark.parametrize("option", ["--gates", "--basline"])
def test_an_option_that_is_not_there_would_be_noticed(option: str) -> None:
    with pytest.raises(Exception, match="No such option"):
        parse(["evaluate", "benchmarks/invoices", option, "x"])


def test_github_keeps_the_reports_when_the_gates_fail() -> None:
    data = yaml.safe_load(SNIPPETS[0].read_text(encoding="utf-8"))
    # YAML reads the key `on` as true.
    assert set(data[True]) == {"pull_request", "push"}
    [job] = data["jobs"].values()
    names = [step.get("name", step.get("uses", "")) for step in job["steps"]]
    after = job["steps"][names.index("Evaluate") + 1 :]
    assert len(after) == 4
    for step in after:
        assert "!cancelled()" in step["if"]
        # And is passed over where nothing was written.
        assert "hashFiles('report/" in step["if"]
    assert all(step.keys() <= {"name", "if", "uses", "with", "run", "env"} for step in job["steps"])


def test_gitlab_keeps_the_reports_when_the_gates_fail() -> None:
    [job] = yaml.safe_load(SNIPPETS[1].read_text(encoding="utf-8")).values()
    assert job["artifacts"]["when"] == "always"
    assert job["artifacts"]["reports"]["junit"] == "report/junit.xml"
    assert job["cache"]["paths"] == [".cache/pip"]
