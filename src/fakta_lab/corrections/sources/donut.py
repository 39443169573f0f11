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
from fakta_lab.formats.donut import METADATA, ground_truth, parse_of
from fakta_lab.formats.jsonl import Problem, read_objects


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
                    values = flat(parse_of(ground_truth(data.get("ground_truth"))), self.schema)
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
