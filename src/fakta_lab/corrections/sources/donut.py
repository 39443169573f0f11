"""Donut's training sets: images with a `metadata.jsonl` that says what stands on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta.wording import type_name
from fakta_lab.corrections.documents import DocumentFolder
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.base import Item, Source
from fakta_lab.corrections.sources.jsonl import count_lines
from fakta_lab.formats.json_text import parse_object
from fakta_lab.formats.jsonl import Problem, read_objects

METADATA = "metadata.jsonl"


class DonutSource(Source):
    """A folder with `metadata.jsonl`, or one with a folder of that kind for each split."""

    def __init__(self, path: Path, *, mapping: ImportMapping, schema: Schema) -> None:
        super().__init__(str(path))
        self.files = [path] if path.name == METADATA else sorted(path.rglob(METADATA))
        self.root = path.parent if path.name == METADATA else path
        self.folder = DocumentFolder(self.root)
        self.mapping = mapping
        self.schema = schema

    def read(self) -> Iterator[Item]:
        if not self.files:
            raise DatasetError(f"{self.root}: no {METADATA} here")
        for file in self.files:
            inside = file.relative_to(self.root)
            for number, data in read_objects(file):
                place = number if len(self.files) == 1 else f"{inside.as_posix()} line {number}"
                if isinstance(data, Problem):
                    yield Problem(place, data.message)
                    continue
                name = data.get("file_name")
                try:
                    if not isinstance(name, str) or not name:
                        raise DatasetError(f"file_name: expected a path, found {type_name(name)}")
                    values = flat(_parse(data.get("ground_truth")), self.schema)
                except DatasetError as error:
                    yield Problem(place, str(error))
                    continue
                yield place, {"document": (inside.parent / name).as_posix(), "corrected": values}

    def document(self, name: str) -> bytes | None:
        return self.folder.read(name)

    def count(self) -> int:
        return sum(map(count_lines, self.files))


def flat(values: Mapping[str, Any], schema: Schema, prefix: str = "") -> dict[str, Any]:
    """Nested answers with dotted names (`total.total_price`); lists and the schema's tables stay as they are."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and name not in schema.tables:
            found |= flat(value, schema, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


def _parse(ground_truth: Any) -> dict[str, Any]:
    """What a ground truth says.

    Raises:
        DatasetError: it is no text of JSON with one parse.
    """
    if isinstance(ground_truth, str):
        try:
            ground_truth = parse_object(ground_truth)
        except DatasetError as error:
            raise DatasetError(f"ground_truth: {error}") from None
    if not isinstance(ground_truth, dict):
        raise DatasetError(f"ground_truth: expected a text of JSON, found {type_name(ground_truth)}")
    parses = ground_truth.get("gt_parses", [ground_truth.get("gt_parse")])
    if not isinstance(parses, list) or len(parses) != 1:
        raise DatasetError("ground_truth: gt_parses has several parses; one a document is expected")
    if not isinstance(parses[0], dict):
        raise DatasetError(f"ground_truth: gt_parse: expected an object, found {type_name(parses[0])}")
    return parses[0]
