"""The data files of the generator, read once per process."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

Labels = Mapping[str, list[str]]
# The language that has every label and phrase besides Swedish.
FALLBACK = "en"


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
    """What suppliers of a profile write in front of values, by key; in English where the language has no words yet."""
    base: Labels = {**load_yaml(f"labels_{FALLBACK}"), **load_yaml(f"labels_{language}")}
    if profile == "demo":
        return {**base, **load_yaml("labels_demo")}
    return base


@cache
def texts(language: str) -> dict[str, Any]:
    """Phrases, titles, months and habits of a language; phrases and titles it lacks are the English ones."""
    own, fallback = load_yaml(f"texts_{language}"), load_yaml(f"texts_{FALLBACK}")
    return {**own, **{section: {**fallback[section], **own[section]} for section in ("phrases", "titles")}}


@cache
def country(place: str) -> dict[str, Any]:
    """What is to be known of a country, or of a part of it with its own language ("CH-fr")."""
    data: dict[str, Any] = load_yaml(f"countries/{place}")
    return {**country(data["like"]), **data} if "like" in data else data


def _text(name: str) -> str:
    return resources.files("fakta_lab.synth").joinpath("data", name).read_text(encoding="utf-8")


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in _text(name).splitlines() if line and not line.startswith("#")]
