"""Configurations: overrides, and all mistakes in one message."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import model_validator

from fakta.errors import ConfigError
from fakta_lab.config import ConfigModel, Contradictions, load_config, save_resolved


class Optimizer(ConfigModel):
    lr: float = 1e-3
    kind: Literal["adamw", "sgd"] = "adamw"


class Layer(ConfigModel):
    name: str


class Recipe(ConfigModel):
    epochs: int
    optimizer: Optimizer = Optimizer()
    layers: tuple[Layer, ...] = ()
    second: Optimizer | None = None
    note: str = ""


@pytest.fixture
def write(tmp_path: Path):
    def to_file(text: str) -> Path:
        path = tmp_path / "recipe.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def test_values_defaults_and_overrides(write) -> None:
    path = write("# fakta train recipe.yaml\nepochs: 3\noptimizer: {kind: sgd}\n")
    config = load_config(path, Recipe, overrides=["optimizer.lr=1e-4", "layers=[{name: å}]", "second.lr=2", "note=a=b"])
    assert config == Recipe(
        epochs=3,
        optimizer=Optimizer(lr=1e-4, kind="sgd"),
        layers=(Layer(name="å"),),
        second=Optimizer(lr=2),
        note="a=b",
    )


def test_every_mistake_is_reported_at_once(write) -> None:
    path = write("optimizer: {lrr: 3, kind: adamv}\nlayers: [{nam: x}]\nsecond: {kin: 1}\nepoch: 3\n")
    with pytest.raises(ConfigError) as caught:
        load_config(path, Recipe, overrides=["optimizer.lr=fast"])
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{path}: ")
    for part in (
        "unknown key 'optimizer.lrr'; did you mean 'lr'?",
        "optimizer.kind = 'adamv': input should be 'adamw' or 'sgd'; did you mean 'adamw'?",
        "'layers.0.name' is missing",
        "unknown key 'layers.0.nam'; did you mean 'name'?",
        "unknown key 'second.kin'; did you mean 'kind'?",
        "unknown key 'epoch'; did you mean 'epochs'?",
        "'epochs' is missing",
        "optimizer.lr = 'fast': input should be a valid number",
        "(from --set optimizer.lr=fast)",
    ):
        assert part in message


def test_a_key_like_no_other_gets_the_known_keys(write) -> None:
    with pytest.raises(ConfigError, match=r"unknown key 'zzz'; known are epochs, optimizer, layers, second, note"):
        load_config(write("epochs: 1\nzzz: 1\n"), Recipe)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("epochs", "key=value"),
        ("=3", "key=value"),
        ("optimizer..lr=3", "key=value"),
        ("epochs=[1", "is not a YAML value"),
        ("epochs.deep=1", "has no keys below it"),
    ],
)
def test_a_bad_override_is_named(write, override: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(write("epochs: 3\n"), Recipe, overrides=[override])
    assert f"--set {override}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs: [1", "recipe.yaml:1: not valid YAML"),
        ("- 1\n- 2\n", "a configuration is a mapping"),
        ("", "'epochs' is missing"),
    ],
)
def test_a_file_that_is_no_configuration_is_named(write, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_config(write(text), Recipe)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.yaml: no such configuration file"):
        load_config(tmp_path / "nothing.yaml", Recipe)


def test_the_resolved_copy_reads_back_the_same(write, tmp_path: Path) -> None:
    config = load_config(write("epochs: 3\n"), Recipe, overrides=["second.kind=sgd"])
    save_resolved(config, tmp_path / "run" / "config.yaml")
    assert load_config(tmp_path / "run" / "config.yaml", Recipe) == config
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["config.yaml"]


class Window(ConfigModel):
    size: int = 8
    stride: int = 2

    @model_validator(mode="after")
    def _fits(self) -> Window:
        if self.stride >= self.size:
            raise ValueError(f"stride {self.stride} is not less than size {self.size}")
        return self


class Reading(ConfigModel):
    rate: float = 1.0
    steps: int | None = None
    minutes: int | None = None
    low: int = 0
    high: int = 9
    window: Window = Window()

    @model_validator(mode="after")
    def _consistent(self) -> Reading:
        problems = []
        if self.low > self.high:
            problems.append(f"low {self.low} is more than high {self.high}")
        if self.steps is None and self.minutes is None:
            problems.append("give steps or minutes")
        if problems:
            raise Contradictions(problems)
        return self


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("low: 3\nhigh: 2\n", {"low 3 is more than high 2", "give steps or minutes"}),
        (
            "steps: 1\nlow: 3\nhigh: 2\nrate: fast\nsise: 4\n",
            {"low 3 is more than high 2", "rate = 'fast'", "unknown key 'sise'"},
        ),
        # What follows from a mistake is no mistake of its own: nobody knows whether there would be steps.
        ("steps: many\n", {"steps = 'many'"}),
        (
            "steps: 1\nlow: 3\nhigh: 2\nwindow: {size: 2, stride: 2}\n",
            {"low 3 is more than high 2", "window = {'size': 2, 'stride': 2}: stride 2 is not less than size 2"},
        ),
    ],
)
def test_mistakes_between_keys_are_reported_with_those_in_them(write, text: str, expected: set[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(write(text), Reading)
    found = str(caught.value).partition(": ")[2].split("; ")
    found = [problem for problem in found if not problem.startswith(("known are", "did you mean"))]
    assert len(found) == len(expected)
    for part in expected:
        assert any(problem.startswith(part) for problem in found), (part, found)
