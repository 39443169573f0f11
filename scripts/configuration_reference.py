"""Writes the reference of the configuration files from the models that check them.

    python -m scripts.configuration_reference             writes docs/configuration.md      (make reference)
    python -m scripts.configuration_reference --check     exit code 1 where the page is not what would be written

A key's type and default come from its model, what it means from the `Attributes` of the model's docstring. A key
without a word there is an error: nobody could know what it does.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel
from scripts.reference_page import cell, run

from fakta_lab.config import ConfigModel
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.dataset.config import DatasetConfig
from fakta_lab.dataset.truth_config import TruthConfig
from fakta_lab.improve.config import ImproveConfig
from fakta_lab.labels.policy import LabelPolicy
from fakta_lab.ranking.config import RankingConfig
from fakta_lab.review.sampling.config import SamplingConfig
from fakta_lab.store.settings import StoreSettings
from fakta_lab.synth.config import SynthConfig
from fakta_lab.training.config import TrainConfig
from fakta_lab.tuning.cascade.costs import CostsConfig


class File(NamedTuple):
    """A kind of configuration file.

    Attributes:
        title: what it is.
        model: what checks it.
        used: the command that reads it; "" for the settings that lie in a store.
        example: one that the project has; "" where there is none.
    """

    title: str
    model: type[ConfigModel]
    used: str
    example: str


FILES = (
    File("Dataset", DatasetConfig, "fakta dataset build FILE", "configs/dataset.yaml"),
    File("Documents with their truth", TruthConfig, "fakta dataset label FILE", "configs/sroie/dataset.yaml"),
    File("Training recipe", TrainConfig, "fakta train FILE", "configs/finetune.yaml"),
    File("Scorer", RankingConfig, "fakta fit FILE --model DIR", "configs/scorer.yaml"),
    File("Round of improvement", ImproveConfig, "fakta improve FILE", "configs/improve.yaml"),
    File("Costs", CostsConfig, "fakta tune BUNDLE --on DIR --costs FILE", "configs/costs.yaml"),
    File("Invented invoices", SynthConfig, "fakta synth FILE --out DIR", "configs/synth.yaml"),
    File("Import mapping", ImportMapping, "fakta corrections import SOURCE --mapping FILE", "configs/mapping.yaml"),
    File("Label policy", LabelPolicy, "fakta corrections review --policy FILE", ""),
    File("Sampling", SamplingConfig, "fakta corrections sample --config FILE", "configs/sampling.yaml"),
    File("Store", StoreSettings, "", ""),
)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
HEAD = """\
# Configuration files

<!-- Written by scripts/configuration_reference.py: change the models, then run `make reference`. -->

YAML. A key that is not known is a mistake, all mistakes are reported at once, and `--set a.b=c` changes a single value
on the command line. What a run or a dataset was made of lies beside it, complete with every default. A key without a
default has to be given.

Gates are described with benchmark sets in [file formats](file-formats.md), the mapping of an application's JSON in
[its guide](replace-gpt4.md#the-mapping), own fields under [schema](file-formats.md#schema).

| file | read by | example |
|---|---|---|
"""
_ATTRIBUTES = re.compile(r"^Attributes:\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
_BOUNDS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "multipleOf": "a multiple of {}",
}


def page() -> str:
    """The whole page, as Markdown."""
    rows = [
        f"| [{file.title}](#{_anchor(file.title)}) | {_command(file)} | {f'`{file.example}`' if file.example else ''} |"
        for file in FILES
    ]
    seen: set[type[BaseModel]] = set()
    sections = [part for file in FILES for part in _file(file, seen)]
    return HEAD + "\n".join(rows) + "\n" + "".join(sections)


def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """What the docstring says of each key; a text that several share begins with their names."""
    found = _ATTRIBUTES.search(inspect.getdoc(model) or "")
    told: dict[str, str] = {}
    for entry in re.split(r"\n(?=    \S)", found.group(1) if found else ""):
        stated, _, text = entry.strip().partition(": ")
        names = re.split(r",\s*", stated)
        shared = f"{', '.join(f'`{name}`' for name in names)}: " if len(names) > 1 else ""
        told |= dict.fromkeys(names, shared + " ".join(text.split()))
    return told


def _file(file: File, seen: set[type[BaseModel]]) -> Iterator[str]:
    example = f" Example: `{file.example}`." if file.example else ""
    summary = _summary(file.model)
    yield f"\n## {file.title}\n\n{summary} Read by {_command(file)}.{example}\n\n{_table(file.model)}"
    for key, model in nested_models(file.model):
        if model not in seen:
            seen.add(model)
            yield f"\n### {key}: {{#{_anchor(model.__name__)}}}\n\n{_summary(model)}\n\n{_table(model)}"


def _command(file: File) -> str:
    return f"`{file.used}`" if file.used else "every command with `--store DIR`, as `DIR/store.yaml`"


def nested_models(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """The models inside a model, each with the key that it stands under."""
    for name, field in model.model_fields.items():
        for inner in _models_in(field.annotation):
            yield prefix + name, inner
            yield from nested_models(inner, f"{prefix}{name}.")


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _table(model: type[BaseModel]) -> str:
    schema = model.model_json_schema()
    told = descriptions(model)
    missing = [name for name in model.model_fields if name not in told]
    if missing:
        raise ValueError(f"{model.__module__}.{model.__name__}: no word under Attributes about {', '.join(missing)}")
    models = schema.get("$defs", {})
    lines = []
    for name in model.model_fields:
        kind = _kind(schema["properties"][name], models)
        lines.append(f"| `{name}` | {cell(kind)} | {cell(_default(model, name))} | {cell(told[name])} |")
    return "| key | type | default | |\n|---|---|---|---|\n" + "\n".join(lines) + "\n"


def _kind(schema: Mapping[str, Any], models: Mapping[str, Any]) -> str:
    """A JSON Schema in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[keys below](#{_anchor(name)})" if "properties" in models[name] else _kind(models[name], models)
    if "anyOf" in schema:
        return " or ".join(_kind(each, models) for each in schema["anyOf"])
    if "enum" in schema:
        return " · ".join(f"`{choice}`" for choice in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kind = schema.get("type", "any")
    if kind == "array":
        items = schema.get("items") or {}
        return f"list of {_kind(items, models)}" if items else "list"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"mapping to {_kind(values, models)}" if isinstance(values, dict) else "mapping"
    words = {"integer": "whole number", "number": "number", "boolean": "yes or no", "null": "nothing", "any": "any"}
    text = {"path": "path", "date": "date"}.get(schema.get("format", ""), "text")
    bounds = [form.format(schema[key]) for key, form in _BOUNDS.items() if key in schema]
    return ", ".join([words.get(kind, text), *bounds])


def _default(model: type[BaseModel], name: str) -> str:
    field = model.model_fields[name]
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return ""
    plain = json.loads(
        json.dumps(value, default=lambda each: sorted(each) if isinstance(each, frozenset) else str(each))
    )
    if plain in (None, "", [], {}):
        return ""
    return f"`{plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)}`"


def _summary(model: type[BaseModel]) -> str:
    return " ".join((inspect.getdoc(model) or "").split("\n\n")[0].split())


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


if __name__ == "__main__":
    sys.exit(run(PAGE, page(), sys.argv[1:]))
