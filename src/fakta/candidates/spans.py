"""What the model read by itself: runs of words that it labels as one field, parsed to values.

A run ends with its segment. Of a field whose values go on over line ends (`multiline` in the schema) the runs of lines
that follow each other are one value. Where the model labels nothing as a required text of an own schema, the words that
it likes best for it are offered all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fakta.candidates.page import PageView
from fakta.candidates.search import TYPED, Candidate, Columns, attach_labels, attach_model, make_candidate
from fakta.documents.lines import Segment
from fakta.errors import FieldError
from fakta.fields import KINDS
from fakta.fields.base import Value
from fakta.schema import Schema

# Between two lines of one value there may be so many others: a registration number inside an address.
LINES_BETWEEN = 1
# Words beside the one that the model likes best for a field belong to it too from this share of its probability.
AS_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class _Run:
    """The words `first:end` of a segment, which are one field."""

    name: str
    line: int
    segment: Segment
    first: int
    end: int

    @property
    def characters(self) -> tuple[int, int]:
        """First and last+1 character in the segment's text."""
        last = self.end - 1
        return self.segment.starts[self.first], self.segment.starts[last] + len(self.segment.words[last].text)


def model_candidates(
    views: Sequence[PageView],
    schema: Schema,
    label_names: Sequence[str],
    columns: Columns,
    known: Sequence[Candidate],
) -> list[Candidate]:
    """Candidates for the model's spans whose value typed search did not find in these words.

    Args:
        views: the pages, with probabilities.
        schema: of the fields.
        label_names: what the columns of the probabilities stand for.
        columns: where the fields stand among them.
        known: candidates from typed search.
    """
    seen = {(c.page, c.kind, c.value, c.words[0]) for c in known if c.words}
    runs = [list(_runs(view, label_names, schema)) for view in views]
    labelled = {run.name for on_page in runs for run in on_page}
    for name in (f.name for f in schema.fields.values() if f.required and f.kind not in TYPED):
        if name not in labelled and name in columns.names:
            for view, on_page in zip(views, runs, strict=True):
                on_page += _likeliest(view, name, columns)
    found = []
    for index, (view, on_page) in enumerate(zip(views, runs, strict=True)):
        candidates = []
        for run in _joined(on_page, schema):
            kind = schema.fields[run.name].kind
            start, end = run.characters
            value = _parse(kind, run.segment.text[start:end])
            if value is None:
                continue
            candidate = make_candidate(index, run.line, run.segment, start, end, kind, value)
            if run.end - run.first == len(run.segment.words):
                candidate.box = run.segment.box  # which may have several lines
            key = (index, kind, value, candidate.words[0])
            if key not in seen:
                seen.add(key)
                candidates.append(candidate)
        attach_labels(view, candidates)
        for candidate in candidates:
            attach_model(view, candidate, columns)
        found += candidates
    return found


def _runs(view: PageView, label_names: Sequence[str], schema: Schema) -> Iterator[_Run]:
    """What the model's likeliest labels say, within segments, in reading order."""
    if view.probabilities is None:
        return
    best = view.probabilities.argmax(axis=1)
    for line, line_segments in enumerate(view.lines):
        for segment in line_segments:
            current, first = "", 0
            for i, word in enumerate([*segment.indices, -1]):
                tag, _, name = label_names[best[word]].partition("-") if word >= 0 else ("O", "", "")
                if current and (name != current or tag == "B"):
                    yield _Run(current, line, segment, first, i)
                    current = ""
                if name and not current and name in schema.fields:
                    current, first = name, i


def _likeliest(view: PageView, name: str, columns: Columns) -> Iterator[_Run]:
    """The word of the page that the model likes best for a field, with its like in the same segment."""
    if view.probabilities is None or not len(view.probabilities):
        return
    column = columns.names.index(name)
    chance = view.probabilities[:, columns.begins[column]] + view.probabilities[:, columns.goes_on[column]]
    peak = int(np.argmax(chance))
    for line, line_segments in enumerate(view.lines):
        for segment in line_segments:
            if peak in segment.indices:
                likely = [chance[word] >= AS_LIKELY * chance[peak] for word in segment.indices]
                first = end = segment.indices.index(peak)
                while first > 0 and likely[first - 1]:
                    first -= 1
                while end < len(likely) and likely[end]:
                    end += 1
                yield _Run(name, line, segment, first, end)


def _joined(runs: Iterable[_Run], schema: Schema) -> Iterator[_Run]:
    """The runs, those of a multiline field that follow each other as one.

    Also where the model takes the next line for a beginning: it knows better what a line is than where a value began.
    """
    waiting: dict[str, list[_Run]] = {}
    for run in runs:
        if not schema.fields[run.name].multiline:
            yield run
            continue
        parts = waiting.setdefault(run.name, [])
        if parts and run.line - parts[-1].line > 1 + LINES_BETWEEN:
            yield _one(parts)
            parts.clear()
        parts.append(run)
    yield from (_one(parts) for parts in waiting.values())


def _one(parts: Sequence[_Run]) -> _Run:
    """Runs as one, on a segment that has their words alone.

    A value of several lines is set in lines of its own, so that most of a line's words decide about all of them.
    """
    first, last = parts[0], parts[-1]
    if first.segment is last.segment:
        return replace(first, end=last.end)
    labelled: dict[int, int] = Counter()
    for run in parts:
        labelled[id(run.segment)] += run.end - run.first
    segments = {id(run.segment): run.segment for run in parts}
    whole = [each for key, each in segments.items() if 2 * labelled[key] >= len(each.words)]
    if not whole:
        return first
    indices = tuple(i for segment in whole for i in segment.indices)
    words = tuple(word for segment in whole for word in segment.words)
    return _Run(first.name, first.line, Segment(indices, words), 0, len(indices))


def _parse(kind: str, text: str) -> Value | None:
    """The value of a span, or of the longest part of it that has one: spans may hold a label's last word."""
    try:
        return KINDS[kind].parse(text)
    except FieldError:
        pass
    for match in sorted(KINDS[kind].find(text), key=lambda match: match.start - match.end):
        try:
            return KINDS[kind].parse(match.text)
        except FieldError:
            continue
    return None
