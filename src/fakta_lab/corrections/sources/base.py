"""What every source of corrections can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from fakta_lab.formats.jsonl import Problem

Place = int | str
# An event in the contract's shape, with `final` beside it where the source has only that; or what cannot be used.
Item = tuple[Place, dict[str, Any]] | Problem


class Source(ABC):
    """Something that corrections can be read from.

    Attributes:
        name: the file, folder or database; stored with every event.
        notes: what was passed over on purpose, for the user to see; complete after `read`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.notes: list[str] = []

    @abstractmethod
    def read(self) -> Iterator[Item]:
        """Each event with its place. A problem that follows the event of the same place concerns a part of it.

        Raises:
            DatasetError: the source as a whole cannot be used.
        """

    def document(self, name: str) -> bytes | None:
        """The bytes of the document of the event that `read` gave last; None where the source does not have them.

        Raises:
            DatasetError: it has them, and they cannot be used.
        """
        return None

    def count(self) -> int:
        """About how many events there are, for a progress bar; 0 where that is not known beforehand."""
        return 0

    @property
    def cursor(self) -> str | None:
        """How far `read` has come, for a source that can be read bit by bit."""
        return None
