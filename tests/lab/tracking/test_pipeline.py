"""dvc.yaml: every stage is a command that exists, and depends on what it uses."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from fakta_lab.cli.app import app

ROOT = Path(__file__).resolve().parents[3]

# Kept and erased by the commands themselves, so it is nobody's product; see dvc.yaml.
STORE = "data/store"


@dataclass(frozen=True)
class Stage:
    """A stage of the pipeline, one for each item where it stands for several."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    deps: frozenset[str]
    params: frozenset[str]
    outs: frozenset[str]


def stages() -> Iterator[Stage]:
    pipeline = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
    for name, definition in pipeline["stages"].items():
        for item in definition.get("foreach", [None]):
            text = yaml.safe_dump(definition["do"] if item else definition)
            yield stage(f"{name}@{item}" if item else name, yaml.safe_load(text.replace("${item}", item or "")))


def stage(name: str, definition: dict[str, Any]) -> Stage:
    words = shlex.split(definition["cmd"])
    text = " ".join(shlex.quote(word) if word not in {"&&", ">"} else word for word in words)
    return Stage(
        name=name,
        commands=tuple(tuple(shlex.split(part)) for part in text.split(" && ")),
        deps=frozenset(definition.get("deps", ())),
        params=frozenset(key for each in definition.get("params", ()) for key in each),
        outs=frozenset(definition.get("outs", ())),
    )


STAGES = list(stages())
BY_NAME = {each.name: each for each in STAGES}


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command that words of a command line name, and what is left of them."""
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        assert words[0] in command.commands, f"there is no command {words[0]!r}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("name", BY_NAME)
def test_a_stage_is_a_command_that_exists(name: str) -> None:
    called = [list(words) for words in BY_NAME[name].commands if words[0] == "fakta"]
    assert called
    for words in called:
        arguments = words[1 : words.index(">")] if ">" in words else words[1:]
        command, rest = command_of(arguments)
        context = command.make_context(name, rest)  # raises where an option is unknown or missing
        assert not context.args


def test_an_option_that_does_not_exist_would_be_noticed() -> None:
    command, rest = command_of(["export", "runs/a", "--ot", "runs/b"])
    with pytest.raises(typer.TyperException):
        command.make_context("export", rest)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_stage_depends_on_sources_and_on_what_others_make(name: str) -> None:
    made = {out for other in STAGES if other.name != name for out in other.outs}
    missing = [dep for dep in BY_NAME[name].deps if dep not in made and not (ROOT / dep).exists()]
    assert missing == []
    assert [path for path in BY_NAME[name].params if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("name", BY_NAME)
def test_a_stage_names_all_that_its_command_touches(name: str) -> None:
    each = BY_NAME[name]
    touched = {word for words in each.commands for word in words if re.match(r"(data|runs|configs)/", word)}
    assert sorted(touched - each.deps - each.params - each.outs - {STORE}) == []


def test_the_stages_are_one_chain_from_corpus_to_report() -> None:
    needed, todo = set(), ["report"]
    maker = {out: each.name for each in STAGES for out in each.outs}
    while todo:
        name = todo.pop()
        needed.add(name)
        todo += [maker[dep] for dep in BY_NAME[name].deps if dep in maker and maker[dep] not in needed]
    assert needed == set(BY_NAME)
    assert {"corpus@invoices", "dataset", "train", "export", "tune", "evaluate"} <= needed


def test_metrics_and_plots_are_made_by_a_stage() -> None:
    pipeline = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
    tables = [path for plot in pipeline["plots"] if isinstance(plot, dict) for path in next(iter(plot.values()))["y"]]
    pictures = [plot for plot in pipeline["plots"] if isinstance(plot, str)]
    for path in [*pipeline["metrics"], *tables, *pictures]:
        assert str(Path(path).parent) in BY_NAME["report"].outs
    # Each table that DVC draws is there as a picture, too.
    assert {Path(path).stem for path in tables} == {Path(path).stem for path in pictures}


def test_dvc_takes_the_pipeline() -> None:
    pytest.importorskip("dvc", reason="needs the dev extra")
    command = [sys.executable, "-m", "dvc", "stage", "list", "--name-only"]
    environment = {**os.environ, "DVC_NO_ANALYTICS": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == set(BY_NAME)
