"""Typed search: every stretch of text that may be a value of some kind, with the labels and the model's view of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fakta.candidates import relations
from fakta.candidates.labels import LabelHit
from fakta.candidates.page import PageView
from fakta.documents.lines import Segment
from fakta.documents.model import Box
from fakta.errors import FieldError
from fakta.fields import KINDS
from fakta.fields.base import Check, Match, Value
from fakta.fields.printed import has_digit
from fakta.schema import Schema

# Kinds whose values say what they are by their form. The others (names, free text, titles) need their surroundings.
TYPED = frozenset("amount date org_number vat_number bankgiro plusgiro iban bic payment_reference identifier".split())
# Kinds that are printed in groups, so that a line may end inside a value; and how wide, in page widths, a segment must
# be to be a line of running text.
_WRAPPED = frozenset({"iban"})
# Kinds whose values may do without a digit.
_WORDY = frozenset({"bic"})
PARAGRAPH = 0.35
# A probability below this is as good as none.
_NEGLIGIBLE = 0.01
# A label heads a column of line items: what stands below it is a cell, not the document's value.
_UNDER_TABLE_HEAD = 0.15
# A label that has a better value elsewhere says less about this one.
_SECOND_BEST = 0.7


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of the model's output stand for a field's first word (B-) and which for its further words (I-)."""

    names: tuple[str, ...]
    begins: NDArray[np.intp]
    goes_on: NDArray[np.intp]


@dataclass(slots=True, eq=False)
class Candidate:
    """A value that stands on a page, with what speaks for it.

    Attributes:
        kind: of field.
        value: canonical.
        text: as printed.
        page: index into the document's page views.
        line: index of its line on the page.
        segment: where it stands, from character `start`.
        words: positions in the page's words.
        box: of the text.
        checks: of the value by itself.
        labels: name of a field or other thing -> how well a label for it belongs to this value, 0-1.
        model: field name -> the model's probability for it, 0-1; negligible ones are left out.
        inside: a longer value of the kind holds it, as "4 596,00" holds "596,00".
    """

    kind: str
    value: Value
    text: str
    page: int
    line: int
    segment: Segment
    start: int
    words: tuple[int, ...]
    box: Box
    checks: tuple[Check, ...]
    labels: dict[str, float] = field(default_factory=dict)
    model: dict[str, float] = field(default_factory=dict)
    inside: bool = False

    def passed(self, name: str) -> bool:
        """Whether the check of that name was made and held."""
        return any(check.name == name and check.passed for check in self.checks)


class _Spot(NamedTuple):
    """Where a value stands, as far as its labels are concerned; see `Candidate`."""

    line: int
    segment: Segment
    start: int
    box: Box


def search(views: Sequence[PageView], schema: Schema, columns: Columns) -> list[Candidate]:
    """Every typed candidate of the document, with its evidence.

    Args:
        views: the pages.
        schema: whose kinds are searched.
        columns: where the fields stand in the views' probabilities.
    """
    kinds = [kind for kind in dict.fromkeys(f.kind for f in schema.fields.values()) if kind in TYPED]
    found: list[Candidate] = []
    for index, view in enumerate(views):
        on_page = list(_typed(view, index, kinds))
        attach_labels(view, on_page)
        attach_model(view, on_page, columns)
        found += on_page
    return found


def field_columns(schema: Schema, label_names: Sequence[str]) -> Columns:
    """Where the fields and table columns of a schema stand in a model's output."""
    position = {name: i for i, name in enumerate(label_names)}
    tables = [f"{table}.{column}" for table, columns in schema.tables.items() for column in columns]
    names = [name for name in (*schema.fields, *tables) if f"B-{name}" in position]
    begins, goes_on = (np.array([position[f"{tag}-{name}"] for name in names], dtype=np.intp) for tag in "BI")
    return Columns(tuple(names), begins, goes_on)


def make_candidate(page: int, line: int, segment: Segment, start: int, end: int, kind: str, value: Value) -> Candidate:
    """The candidate for the characters `start:end` of a segment."""
    words, box = segment.stretch(start, end)
    return Candidate(
        kind=kind,
        value=value,
        text=segment.text[start:end],
        page=page,
        line=line,
        segment=segment,
        start=start,
        words=words,
        box=box,
        checks=KINDS[kind].check(value),
    )


def attach_labels(view: PageView, candidates: Iterable[Candidate]) -> None:
    """Fills `labels` of candidates on one page: for every thing a label names, the best bond with such a label."""
    # Values of several kinds stand in the same characters, and a label that names several things stands there once.
    bonds: dict[_Spot, list[tuple[LabelHit, float]]] = {}
    near: dict[LabelHit, list[tuple[float, Candidate]]] = defaultdict(list)
    for candidate in candidates:
        spot = _Spot(candidate.line, candidate.segment, candidate.start, candidate.box)
        if spot not in bonds:
            bonds[spot] = [bond for bond in _bonds(view, spot) if bond[0].named]
        for hit, quality in bonds[spot]:
            near[hit].append((quality, candidate))
    for hit, pairs in near.items():
        best: dict[str, float] = defaultdict(float)
        for quality, candidate in pairs:
            best[candidate.kind] = max(best[candidate.kind], quality)
        for quality, candidate in pairs:
            if quality < best[candidate.kind] - 0.02:
                quality *= _SECOND_BEST
            for name, strength in hit.named:
                candidate.labels[name] = max(candidate.labels.get(name, 0.0), strength * quality)


def attach_model(view: PageView, candidates: Sequence[Candidate], columns: Columns) -> None:
    """Fills `model` of candidates on one page: the model's probability that these words, and no more, are the field.

    The mean over the words, less where the neighbours in the same segment belong to the field too: "596,00" is not
    what the model read when it read "4 596,00".
    """
    candidates = [candidate for candidate in candidates if candidate.words]
    if view.probabilities is None or not candidates:
        return
    # All at once: one by one, a page has hundreds, and each costs a dozen small array operations.
    places = list({(candidate.segment, candidate.words): None for candidate in candidates})
    goes_on = view.probabilities[:, columns.goes_on]
    either = view.probabilities[:, columns.begins] + goes_on
    counts = np.array([len(words) for _, words in places])
    positions = np.array([word for _, words in places for word in words])
    sums = np.add.reduceat(either[positions], np.concatenate(([0], np.cumsum(counts[:-1]))))
    probability = sums / counts[:, None].astype(np.float32)
    neighbours = [_neighbours(segment, words) for segment, words in places]
    row, before = _known([before for before, _ in neighbours])
    # The word before may end another mention of the field, but then this one begins anew.
    first = np.array([words[0] for _, words in places])
    probability[row] *= 1.0 - goes_on[first[row]] * either[before]
    row, after = _known([after for _, after in neighbours])
    probability[row] *= 1.0 - goes_on[after]
    found: dict[tuple[Segment, tuple[int, ...]], dict[str, float]] = {place: {} for place in places}
    rows, fields = np.nonzero(probability > _NEGLIGIBLE)
    values = probability[rows, fields].tolist()
    for at, column, value in zip(rows.tolist(), fields.tolist(), values, strict=True):
        found[places[at]][columns.names[column]] = value
    for candidate in candidates:
        candidate.model = found[candidate.segment, candidate.words]


def _neighbours(segment: Segment, words: Sequence[int]) -> tuple[int | None, int | None]:
    """Positions in the page's words of the word before and after some of a segment's."""
    indices = segment.indices
    first, last = indices.index(words[0]), indices.index(words[-1])
    return indices[first - 1] if first > 0 else None, indices[last + 1] if last + 1 < len(indices) else None


def _known(positions: Sequence[int | None]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where a list has positions, and which."""
    pairs = [(row, position) for row, position in enumerate(positions) if position is not None]
    rows, found = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return rows, found


def _typed(view: PageView, page: int, kinds: Sequence[str]) -> Iterator[Candidate]:
    wordy = [kind for kind in kinds if kind in _WORDY]
    for line, line_segments in enumerate(view.lines):
        for segment in line_segments:
            text = segment.text
            for kind in kinds if has_digit(text) else wordy:
                end = 0  # of the values so far: `find` gives the longest of overlapping ones first
                for match, value in _values(kind, text):
                    candidate = make_candidate(page, line, segment, match.start, match.end, kind, value)
                    candidate.inside = match.end <= end
                    end = max(end, match.end)
                    yield candidate
        yield from _wrapped(view, page, line, [kind for kind in kinds if kind in _WRAPPED])


def _values(kind: str, text: str) -> Iterator[tuple[Match, Value]]:
    """What `find` gives and `parse` accepts."""
    for match in KINDS[kind].find(text):
        try:
            yield match, KINDS[kind].parse(match.text)
        except FieldError:
            continue


def _wrapped(view: PageView, page: int, line: int, kinds: Sequence[str]) -> Iterator[Candidate]:
    """Values in running text that go on at the start of the next line."""
    if not kinds or line + 1 >= len(view.lines):
        return
    for first in view.lines[line]:
        for second in view.lines[line + 1]:
            if first.box.width < PARAGRAPH or abs(first.box.left - second.box.left) > 0.01:
                continue
            both = first.followed_by(second)
            seam = len(first.text)
            for kind in kinds:
                for match, value in _values(kind, both.text):
                    if match.start < seam < match.end:
                        yield make_candidate(page, line, both, match.start, match.end, kind, value)


def _bonds(view: PageView, spot: _Spot) -> Iterator[tuple[LabelHit, float]]:
    line, segment, start, box = spot
    for hit in view.hits[line]:
        if hit.segment is segment:
            if hit.end <= start:
                yield hit, relations.beside_in_text(hit, segment, start)
        elif hit.box.right <= box.left:
            yield hit, relations.beside_on_line(view, hit, segment, box)
    reach = 6 * view.line_height
    for i in range(line - 1, -1, -1):
        if view.bottoms[i] < box.top - reach:
            break
        damping = _UNDER_TABLE_HEAD if i in view.table_heads else 1.0
        for hit in view.hits[i]:
            quality = relations.below(view, hit, line, box) * damping
            if i == line - 1:
                quality = max(quality, relations.beside_wrapped(view, hit, line, segment))
            if quality > 0.05:
                yield hit, quality
    for i in range(line + 1, min(line + 3, len(view.lines))):
        for hit in view.hits[i]:
            quality = relations.above(view, hit, box)
            if i == line + 1:
                quality = max(quality, relations.beside_wrapped(view, hit, line, segment))
            if quality > 0.0:
                yield hit, quality
