"""Candidates that search by form and by lexicon did not find, where a supplier's corrected invoices have the field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fakta.candidates.labels import LabelHit, compact
from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, Columns, attach_labels, attach_model, make_candidate
from fakta.documents.lines import Segment
from fakta.errors import FieldError
from fakta.fields import KINDS
from fakta.memory.recall import Recollection, Standing
from fakta.memory.surroundings import label_of

# Kinds whose values nothing announces but where they stand.
KINDS_PROPOSED = frozenset({"text", "identifier", "payment_reference"})
# How well a place has to agree with what was seen.
_AGREES = 0.4
_EDGES = " .:-–*,"
_LONGEST = 60
# Page widths within which two lines are flush.
_FLUSH = 0.01
_PAUSE = re.compile(r"[.,;] ")


class Proposer:
    """What stands on a document's pages where its supplier has fields.

    Args:
        recollection: of the supplier, about the document.
    """

    def __init__(self, recollection: Recollection) -> None:
        self._views = recollection.views
        # Every text that stands where some field does, and how well for each, so that the pages are gone through once.
        self._found: list[tuple[int, int, Segment, int, int, Standing]] = []
        for page, view in enumerate(self._views):
            for line, segment, start, end in _stretches(view, recollection.supplier.beside):
                standing = recollection.standing(page, line, segment, start, end)
                if standing.most >= _AGREES:
                    self._found.append((page, line, segment, start, end, standing))

    def proposals(self, name: str, kind: str, known: Sequence[Candidate], columns: Columns) -> list[Candidate]:
        """Candidates for a field that are none yet.

        Args:
            name: of the field.
            kind: of the field; nothing is proposed for kinds that have a form of their own.
            known: candidates of the kind so far.
            columns: where the fields stand in the views' probabilities.
        """
        if kind not in KINDS_PROPOSED:
            return []
        seen = {(candidate.page, candidate.words, candidate.value) for candidate in known}
        found: dict[int, list[Candidate]] = {}
        for page, line, segment, start, end, standing in self._found:
            if name not in standing.fields or standing.fields[name][2] < _AGREES:
                continue
            value = _parsed(kind, segment.text[start:end])
            if value is None:
                continue
            candidate = make_candidate(page, line, segment, start, end, kind, value)
            if (page, candidate.words, value) not in seen:
                seen.add((page, candidate.words, value))
                found.setdefault(page, []).append(candidate)
        for page, on_page in found.items():
            attach_labels(self._views[page], on_page)
            attach_model(self._views[page], on_page, columns)
        return [candidate for on_page in found.values() for candidate in on_page]


def places_of(recollection: Recollection, value: str) -> list[Candidate]:
    """Where a document prints a name that its supplier is known by, in running text too.

    Args:
        recollection: of the supplier, about the document.
        value: the name.
    """
    letters, length = compact(value), len(value.split())
    found = []
    for page, view in enumerate(recollection.views):
        for line, segment in _texts(view):
            if len(segment.words) < length or letters not in compact(segment.text):
                continue
            for first in range(len(segment.words) - length + 1):
                start, last = segment.starts[first], first + length - 1
                end = segment.starts[last] + len(segment.words[last].text)
                if compact(segment.text[start:end]) == letters:
                    found.append(
                        make_candidate(page, line, segment, *_trimmed(segment.text, start, end), "name", value)
                    )
    return found


def _texts(view: PageView) -> Iterator[tuple[int, Segment]]:
    """The segments of a page with their lines, and those that may go on flush left on the next line with what does."""
    for line, segments in enumerate(view.lines):
        for segment in segments:
            yield line, segment
            for below in view.lines[line + 1] if line + 1 < len(view.lines) else ():
                if abs(below.box.left - segment.box.left) < _FLUSH:
                    yield line, segment.followed_by(below)


def _stretches(view: PageView, labels: frozenset[str]) -> Iterator[tuple[int, Segment, int, int]]:
    """Texts that may be a value: whole segments, and what follows a known label in one."""
    for line, segments in enumerate(view.lines):
        for segment in segments:
            text = segment.text
            letters = compact(text) if len(segment.words) > 1 else ""
            starts = (
                [start for start in segment.starts[1:] if label_of(text[:start]) in labels]
                if any(label in letters for label in labels)
                else []
            )
            for start in [0, *starts]:
                for end in _ends(text, start, view.hits[line], segment):
                    first, last = _trimmed(text, start, end)
                    if first < last <= first + _LONGEST:
                        yield line, segment, first, last


def _ends(text: str, start: int, hits: Sequence[LabelHit], segment: Segment) -> Iterator[int]:
    """Where a value may end: before the next label in its segment, and where a sentence or a part of one does."""
    later = [hit.start for hit in hits if hit.segment is segment and hit.start > start and (hit.colon or hit.leading)]
    end = min(later, default=len(text))
    yield end
    if pause := _PAUSE.search(text, start + 1, end):
        yield pause.start()


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    return start, end


def _parsed(kind: str, text: str) -> str | None:
    try:
        return str(KINDS[kind].parse(text))
    except FieldError:
        return None
