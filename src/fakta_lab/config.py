"""Configuration files: YAML checked against a pydantic model, with every mistake reported at once.

class SynthConfig(ConfigModel):
    count: int = 100

config = load_config(Path("configs/synth.yaml"), SynthConfig, overrides=["count=20"])
save_resolved(config, run / "config.yaml")
"""

from __future__ import annotations

import copy
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from fakta.errors import ConfigError
from fakta.wording import suggestion
from fakta.yaml_file import read_yaml
from fakta_lab.files import replacing

Location = tuple[int | str, ...]


class ConfigModel(BaseModel):
    """Base of every configuration: unknown keys are mistakes, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Contradictions(ValueError):
    """Keys that do not go together; for a model's validator to raise, so that each is reported as its own mistake."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = tuple(messages)


ConfigT = TypeVar("ConfigT", bound=BaseModel)


def load_config(path: Path, model: type[ConfigT], *, overrides: Sequence[str] = ()) -> ConfigT:
    """The configuration in a YAML file, with overrides applied.

    Args:
        path: of the YAML file; an empty file means every default.
        model: what it is checked against; it should forbid unknown keys, as `ConfigModel` does.
        overrides: `a.b=c` each, where `c` is read as YAML ("3", "true", "[1, 2]", "text"). Missing parents are made.

    Raises:
        ConfigError: one message for all mistakes; each with the file, the dotted key, what is wrong, and the key or
            choice that was probably meant.
    """
    data = _read(path)
    origins: dict[Location, str] = {}
    for override in overrides:
        location = _apply(data, override, path=path)
        origins[location] = override
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = [*_problems(error), *_hidden_problems(data, model, error)]
        problems = [_describe(problem, model=model, origins=origins) for problem in found]
        raise ConfigError(f"{path}: {'; '.join(problems)}") from None


def save_resolved(config: BaseModel, path: Path) -> None:
    """Writes the whole configuration, defaults and overrides included, as YAML that `load_config` reads back."""
    text = yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _problems(error: ValidationError) -> Iterator[dict[str, Any]]:
    """What pydantic reports, each of several contradictions as a problem of its own."""
    for problem in error.errors():
        raised = problem.get("ctx", {}).get("error")
        if isinstance(raised, Contradictions):
            yield from ({**problem, "msg": message} for message in raised.messages)
        else:
            yield {**problem}


def _hidden_problems(data: Mapping[str, Any], model: type[BaseModel], error: ValidationError) -> list[dict[str, Any]]:
    """The mistakes that pydantic looks for only where it has found no others: those between keys.

    They are looked for in the configuration without the keys that are wrong; what names one of these is left out,
    because it may come from its absence alone.
    """
    wrong = [problem["loc"] for problem in error.errors() if problem["loc"]]
    if not wrong:
        return []
    rest = copy.deepcopy(dict(data))
    for location in wrong:
        _remove(rest, location)
    try:
        model.model_validate(rest)
    except ValidationError as second:
        names = {str(location[-1]) for location in wrong}
        return [
            problem
            for problem in _problems(second)
            if problem["type"] == "value_error" and not names & set(re.findall(r"\w+", problem["msg"]))
        ]
    return []


def _remove(data: Any, location: Location) -> None:
    """Takes one key out of nested mappings and lists, if it is there."""
    *parents, last = location
    for part in parents:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(data, dict):
        data.pop(last, None)


def _read(path: Path) -> dict[str, Any]:
    data = read_yaml(path, missing="no such configuration file; configs/ has examples")
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: a configuration is a mapping of keys to values, not {type(data).__name__}")
    return data


def _apply(data: dict[str, Any], override: str, *, path: Path) -> Location:
    """Sets one override in `data`; returns where."""
    key, equals, text = override.partition("=")
    parts = tuple(part.strip() for part in key.split("."))
    if not equals or not all(parts):
        raise ConfigError(f"--set {override}: write it as key=value, with dots for nested keys (optimizer.lr=0.001)")
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        raise ConfigError(f"--set {override}: {text!r} is not a YAML value; put it in quotes") from None
    parent = data
    for depth, part in enumerate(parts[:-1]):
        child = parent.get(part)
        if child is None:
            child = parent[part] = {}
        if not isinstance(child, dict):
            dotted = ".".join(parts[: depth + 1])
            raise ConfigError(f"--set {override}: {dotted!r} is {child!r} in {path}, so it has no keys below it")
        parent = child
    parent[parts[-1]] = value
    return parts


def _describe(problem: Mapping[str, Any], *, model: type[BaseModel], origins: Mapping[Location, str]) -> str:
    location: Location = tuple(problem["loc"])
    dotted = ".".join(str(part) for part in location)
    kind = problem["type"]
    if kind == "missing":
        return f"{dotted!r} is missing"
    if kind == "extra_forbidden":
        known = _keys_at(model, location[:-1])
        text = f"unknown key {dotted!r}" + (suggestion(location[-1], known) or f"; known are {', '.join(known)}")
    else:
        message = problem["msg"].removeprefix("Value error, ")
        message = message[:1].lower() + message[1:]
        text = f"{dotted} = {problem['input']!r}: {message}" if location else message
        if kind == "literal_error":
            text += suggestion(problem["input"], re.findall(r"'([^']*)'", problem["ctx"]["expected"]))
    origin = next((override for place, override in origins.items() if place[: len(location)] == location), None)
    return text if origin is None else f"{text} (from --set {origin})"


def _keys_at(model: type[BaseModel], location: Location) -> list[str]:
    """Names of the keys that the model knows at a place in the file."""
    models = [model]
    for part in location:
        if isinstance(part, int):
            continue  # an item of a list: `_models_in` has already gone into the list's item type
        fields = [nested.model_fields[part] for nested in models if part in nested.model_fields]
        models = [inner for field in fields for inner in _models_in(field.annotation)]
    return [name for nested in models for name in nested.model_fields]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models inside an annotation: itself, or those in its union, list or mapping."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models_in(inner)
