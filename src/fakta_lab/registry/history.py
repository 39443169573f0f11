"""`history.jsonl`: one entry a line, only ever added to, each with the hash of the one before.

A line that was changed, removed or put between others breaks the chain. Whoever can write the file can also write a
whole new chain; to rule that out, keep the last hash elsewhere now and then (MLflow's copy does).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakta.errors import InputError
from fakta_lab.registry.entry import HASH, NOTHING_BEFORE, Entry, hash_of


class History:
    """The entries in a file, which is made with the first one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Entry]:
        """Every entry, the oldest first.

        Raises:
            InputError: a line is none.
        """
        return self._parsed(self._lines())

    def append(self, entry: Entry) -> Entry:
        """Adds an entry after the last one; on disk when this returns.

        The caller has the registry's lock.

        Returns:
            The entry with its number and hashes.
        """
        last = self._parsed(self._lines()[-1:])
        number = last[0].number + 1 if last else 1
        sealed = replace(entry, number=number, previous=last[0].sha256 if last else NOTHING_BEFORE).sealed()
        line = json.dumps(sealed.to_dict(), ensure_ascii=False) + "\n"
        with self.path.open("ab") as file:
            whole = self._whole_bytes()
            if whole < file.tell():  # a writer was killed in the middle of its line
                file.truncate(whole)
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        return sealed

    def breaks(self) -> list[str]:
        """What is wrong with the chain, one sentence each."""
        found: list[str] = []
        previous = NOTHING_BEFORE
        for number, line in enumerate(self._lines(), start=1):
            try:
                data: dict[str, Any] = dict(json.loads(line))
            except (ValueError, TypeError):
                return [*found, f"line {number} is no entry"]
            if hash_of(data) != data.get(HASH):
                found.append(f"line {number} was changed after it was written")
            elif data.get("previous") != previous or data.get("number") != number:
                found.append(f"line {number} does not follow the line before it")
            previous = str(data.get(HASH))
        return found

    def _parsed(self, lines: Sequence[bytes]) -> list[Entry]:
        try:
            return [Entry.from_dict(json.loads(line)) for line in lines]
        except (ValueError, TypeError, AttributeError) as error:
            raise InputError(f"{self.path}: a line is no entry of a history ({error})") from None

    def _lines(self) -> Sequence[bytes]:
        return self._bytes()[: self._whole_bytes()].splitlines()

    def _whole_bytes(self) -> int:
        return self._bytes().rfind(b"\n") + 1

    def _bytes(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""


def earlier(entries: Sequence[Entry], alias: str) -> list[str]:
    """The bundles that an alias can be rolled back through, the current one last.

    A promotion adds one, a rollback takes one away. A change that "found" shows not to have been carried out counts for
    nothing.
    """
    stack: list[str] = []
    before_last: list[str] = []
    last = ""
    for entry in entries:
        if entry.alias != alias:
            continue
        if entry.action == "found" and entry.bundle == last:
            stack = before_last
            continue
        before_last, last = list(stack), entry.before
        if entry.action == "rollback" and entry.bundle in stack:
            del stack[len(stack) - stack[::-1].index(entry.bundle) :]
        elif stack[-1:] != [entry.bundle]:
            stack.append(entry.bundle)
    return stack
