"""Runs of words that the model labels as one field.

A run ends with its segment. Of a field whose values go on over line ends (`multiline` in the schema) the runs of lines
that follow each other are one value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fakta.candidates.page import PageView
from fakta.candidates.search import Columns
from fakta.documents.lines import Segment
from fakta.schema import Schema

# Between two lines of one value there may be so many others: a registration number inside an address.
LINES_BETWEEN = 1
# Words beside the one that the model likes best for a field belong to it too from this share of its probability.
AS_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Run:
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


def labelled_runs(view: PageView, label_names: Sequence[str], schema: Schema) -> Iterator[Run]:
    """What the model's likeliest labels say, within segments, in reading order."""
    if view.probabilities is None:
        return
    parted = [label.partition("-") for label in label_names]
    labels = [parted[best] for best in view.likeliest]
    for line, line_segments in enumerate(view.lines):
        for segment in line_segments:
            current, first = "", 0
            for i, word in enumerate([*segment.indices, -1]):
                tag, _, name = labels[word] if word >= 0 else ("O", "", "")
                if current and (name != current or tag == "B"):
                    yield Run(current, line, segment, first, i)
                    current = ""
                if name and not current and name in schema.fields:
                    current, first = name, i


def likeliest(view: PageView, name: str, columns: Columns) -> Iterator[Run]:
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
                yield Run(name, line, segment, first, end)


def joined(runs: Iterable[Run], schema: Schema) -> Iterator[Run]:
    """The runs, those of a multiline field that follow each other as one.

    Also where the model takes the next line for a beginning: it knows better what a line is than where a value began.
    """
    waiting: dict[str, list[Run]] = {}
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


def _one(parts: Sequence[Run]) -> Run:
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
    return Run(first.name, first.line, Segment(indices, words), 0, len(indices))
