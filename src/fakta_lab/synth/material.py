"""The data files of the generator, read once per process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

Labels = Mapping[str, list[str]]


@cache
def load_yaml(name: str) -> Any:
    """The content of `data/<name>.yaml`; shared, so not to be changed."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(_text(f"{name}.yaml"), Loader=loader)


@cache
def places() -> tuple[tuple[str, str], ...]:
    """Swedish postal codes (five digits) with their towns."""
    return tuple((code, town) for code, town in _rows("places.tsv"))


@cache
def municipalities() -> tuple[tuple[str, str, str, str], ...]:
    """Name, organisation number (ten digits), postal code and town of municipalities."""
    return tuple((name, number, code, town) for name, number, code, town in _rows("municipalities.tsv"))


@cache
def labels(language: str, profile: str) -> Labels:
    """What suppliers of a profile write in front of values, by key."""
    base: Labels = load_yaml(f"labels_{language}")
    if profile == "demo":
        return {**base, **load_yaml("labels_demo")}
    return base


def _text(name: str) -> str:
    return resources.files("fakta_lab.synth").joinpath("data", name).read_text(encoding="utf-8")


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in _text(name).splitlines() if line and not line.startswith("#")]
