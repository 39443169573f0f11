"""Corrections files: one event a line, as the contract has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.base import Item, Source
from fakta_lab.formats.jsonl import Problem, read_objects


class JsonlSource(Source):
    """JSON Lines."""

    def __init__(self, path: Path, *, mapping: ImportMapping) -> None:
        super().__init__(str(path))
        self.path = path
        self.mapping = mapping

    def read(self) -> Iterator[Item]:
        for number, data in read_objects(self.path):
            yield data if isinstance(data, Problem) else (number, self.mapping.rename_keys(data))

    def count(self) -> int:
        return count_lines(self.path)


def count_lines(path: Path) -> int:
    """Lines of a file; 0 where it cannot be read."""
    try:
        with path.open("rb") as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
    except OSError:
        return 0
