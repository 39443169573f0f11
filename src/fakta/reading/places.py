"""Where a value that is known stands among the words of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from fakta.documents.lines import Segment, segments
from fakta.documents.model import Box, Page
from fakta.errors import FieldError
from fakta.fields import KINDS, canonical
from fakta.fields.base import Value


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of text on a page that prints a value."""

    text: str
    box: Box


class PageWords:
    """The words of one page, to be searched for values."""

    def __init__(self, page: Page) -> None:
        lines = segments(page.words, width=page.width, height=page.height) if page.words else []
        self._segments: list[Segment] = [segment for line in lines for segment in line]
        self._of_kind = lru_cache(maxsize=None)(lambda kind: list(self._found(kind)))

    def place(self, kind: str, value: Value, *, weight: Callable[[Box], float] = lambda box: 0.0) -> Place | None:
        """Where the value is printed; of several places the one of most weight, of equals the first.

        Args:
            kind: of the value.
            value: canonical.
            weight: what speaks for a place.
        """
        wanted = _comparable(kind, value)
        places = [place for found, place in self._of_kind(kind) if found == wanted]
        return max(places, key=lambda place: weight(place.box), default=None)

    def _found(self, kind: str) -> Iterator[tuple[str, Place]]:
        for segment in self._segments:
            for match in KINDS[kind].find(segment.text):
                try:
                    value = KINDS[kind].parse(match.text)
                except FieldError:
                    continue
                box = segment.stretch(match.start, match.end).box
                yield _comparable(kind, value), Place(match.text, box)


def _comparable(kind: str, value: Value) -> str:
    text = canonical(value)
    return text.casefold() if kind in ("name", "text") else text
