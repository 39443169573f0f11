"""What a format of public sets has to say for itself; each is a module with these three."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from fakta.schema import Schema
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.jsonl import Problem
from fakta_lab.formats.sets.truth import Account


class SetFormat(Protocol):
    """The form in which somebody publishes documents with the truth about them."""

    # For notices and messages: what the set is called, and what tells its folder from others.
    NAME: str
    SHAPE: str

    def fits(self, path: Path) -> bool:
        """Whether this is a split of such a set; a folder or, where splits are files, a file."""

    def schema(self) -> Schema | None:
        """The fields it is scored on unless somebody brings others; None where each document names its own."""

    def read(
        self, split: Path, *, root: Path, schema: Schema | None, account: Account
    ) -> Iterator[BenchmarkDocument | Problem]:
        """The documents of a split, in a fixed order, or what keeps one from being used.

        Args:
            split: a path that `fits`.
            root: folder that documents' names are relative to.
            schema: says of which kind each field is; None as in `schema()`.
            account: takes note of what the set says and the documents do not.
        """
