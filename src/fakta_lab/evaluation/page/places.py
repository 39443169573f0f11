"""Where on a document's pages a value stands that somebody states: found by its canonical form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView, view_pages
from fakta.candidates.search import Candidate, attach_labels, make_candidate
from fakta.documents import Box, Document, Page
from fakta.documents.lines import Segment, union_box
from fakta.errors import FieldError
from fakta.fields import KINDS, canonical, from_canonical
from fakta.fields.answers import SPACED_KINDS
from fakta.schema import Field
from fakta_lab.formats.values import comparable_cell

# Fewer letters and digits stand anywhere by chance.
_TELLING = 5
# A row's cells have to stand beside each other: one alone may be anything.
_CELLS_OF_A_ROW = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a page: its number, from 1, and the box, 0-1 of it."""

    page: int
    box: Box


class Finder:
    """Finds values in one document.

    Args:
        document: as read; pages without words hold nothing.
        lexicon: of labels, which tell apart several places of one value.
    """

    def __init__(self, document: Document, *, lexicon: Lexicon | None = None) -> None:
        self._pages = document.pages
        self._views, _ = view_pages([(page, None) for page in document.pages], lexicon or Lexicon.shipped())
        self._typed: dict[str, list[Candidate]] = {}

    def find(self, field: Field, value: str, *, near: Place | None = None) -> Place | None:
        """Where the value of a field stands; None where it is not found.

        Of several places, the one that the field's label belongs to most; then the one nearest to `near`; then the
        first.

        Args:
            field: whose kind says how its values are printed.
            value: canonical.
            near: where something else stood that was taken for it.
        """
        if field.kind in SPACED_KINDS:
            found = list(self._worded(value))
        else:
            found = [candidate for candidate in self._candidates(field.kind) if canonical(candidate.value) == value]
        if not found:
            return self._lettered(value)
        for index, view in enumerate(self._views):
            attach_labels(view, [candidate for candidate in found if candidate.page == index])
        places = [Place(self._pages[candidate.page].number, candidate.box) for candidate in found]
        labels = [round(candidate.labels.get(field.name, 0.0), 1) for candidate in found]
        best = min(range(len(found)), key=lambda i: (-labels[i], _distance(places[i], near), i))
        return places[best]

    def find_row(self, row: Mapping[str, str], kinds: Mapping[str, str]) -> Place | None:
        """The line where most of a table row's cells stand; None where fewer than two stand on one.

        Args:
            row: column name to canonical value.
            kinds: column name to kind.
        """
        lines: dict[tuple[int, int], dict[str, Box]] = {}
        for column, value in row.items():
            for candidate in self._cells(value, kinds.get(column, "text")):
                lines.setdefault((candidate.page, candidate.line), {}).setdefault(column, candidate.box)
        if not lines:
            return None
        (page, _), cells = max(lines.items(), key=lambda item: len(item[1]))
        enough = min(_CELLS_OF_A_ROW, len(row))
        return Place(self._pages[page].number, union_box(cells.values())) if len(cells) >= enough else None

    def _candidates(self, kind: str) -> list[Candidate]:
        """Everything on the pages that may be a value of a kind."""
        if kind not in self._typed:
            self._typed[kind] = [
                candidate for index, view in enumerate(self._views) for candidate in _possible(view, index, kind)
            ]
        return self._typed[kind]

    def _cells(self, value: str, kind: str) -> Iterator[Candidate]:
        if kind in SPACED_KINDS:
            yield from self._worded(value)
            return
        wanted = comparable_cell(value, kind)
        for candidate in self._candidates(kind):
            if comparable_cell(canonical(candidate.value), kind) == wanted:
                yield candidate

    def _worded(self, value: str) -> Iterator[Candidate]:
        """Runs of words of one segment that are the value's words, case and marks around them aside."""
        wanted, stated = [_bare(word) for word in value.split()], from_canonical("text", value)
        for index, view in enumerate(self._views):
            for line, segments in enumerate(view.lines):
                for segment in segments:
                    for start, end in _runs(segment, wanted):
                        yield make_candidate(index, line, segment, start, end, "text", stated)

    def _lettered(self, value: str) -> Place | None:
        """Words in reading order whose letters and digits together are the value's, over segments and lines."""
        wanted = _letters(value)
        if len(wanted) < _TELLING:
            return None
        for page in self._pages:
            if box := _stretch(page, wanted):
                return Place(page.number, box)
        return None


def _possible(view: PageView, index: int, kind: str) -> Iterator[Candidate]:
    for line, segments in enumerate(view.lines):
        for segment in segments:
            for match in KINDS[kind].find(segment.text):
                try:
                    value = KINDS[kind].parse(match.text)
                except FieldError:
                    continue
                yield make_candidate(index, line, segment, match.start, match.end, kind, value)


def _runs(segment: Segment, wanted: list[str]) -> Iterator[tuple[int, int]]:
    """First and last+1 character of each run of the segment's words that are the wanted ones."""
    words = [_bare(word.text) for word in segment.words]
    for first in range(len(words) - len(wanted) + 1):
        if wanted and words[first : first + len(wanted)] == wanted:
            last = first + len(wanted) - 1
            yield segment.starts[first], segment.starts[last] + len(segment.words[last].text)


def _stretch(page: Page, wanted: str) -> Box | None:
    parts = [_letters(word.text) for word in page.words]
    owners = [number for number, part in enumerate(parts) for _ in part]
    start = "".join(parts).find(wanted)
    if start < 0:
        return None
    return union_box(page.words[number].box for number in range(owners[start], owners[start + len(wanted) - 1] + 1))


def _distance(place: Place, near: Place | None) -> float:
    if near is None:
        return 0.0
    apart = abs(place.box.center - near.box.center) + abs(place.box.middle - near.box.middle)
    return apart + 10 * abs(place.page - near.page)


def _bare(word: str) -> str:
    return word.strip(" ,;:.!?()[]\"'·•|-–*").casefold() or word


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
