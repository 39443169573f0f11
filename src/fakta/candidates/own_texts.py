"""Runs of own text fields, whose form nothing but the model knows: what it read too short, and what it nearly read.

Own are the fields that the invoice does not have. Of a schema of one's own the model has often seen only a few hundred
documents, so that it knows where a value stands better than how long it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from fakta.candidates.page import PageView
from fakta.candidates.runs import Run
from fakta.candidates.search import Columns
from fakta.fields import KINDS
from fakta.schema import Schema, is_own

# Words that the model gives no field at all are offered for one from this probability.
OFFERED = 0.1


def own_texts(schema: Schema) -> frozenset[str]:
    """Names of the own text fields that end with their line."""
    return frozenset(
        field.name
        for field in schema.fields.values()
        if field.kind == "text" and not field.multiline and is_own(field.name)
    )


def with_whole_dates(runs: Sequence[Run], names: Collection[str]) -> Iterator[Run]:
    """The runs; those of the named fields that are a part of a date as the whole of it.

    No value ends inside "05 JAN 2017".
    """
    for run in runs:
        yield _whole_date(run) if run.name in names else run


def nearly_read(view: PageView, names: Collection[str], columns: Columns, label_names: Sequence[str]) -> Iterator[Run]:
    """Words that the model likes less as one of the named fields than as none, but likes still."""
    if not names or view.probabilities is None or not len(view.probabilities):
        return
    nothing = [label_names[best] == "O" for best in view.likeliest]
    for column, name in enumerate(columns.names):
        if name not in names:
            continue
        chance = view.probabilities[:, columns.begins[column]] + view.probabilities[:, columns.goes_on[column]]
        for line, line_segments in enumerate(view.lines):
            for segment in line_segments:
                liked = [nothing[word] and float(chance[word]) >= OFFERED for word in segment.indices]
                for offered, places in groupby(range(len(liked)), key=liked.__getitem__):
                    if offered:
                        first, *_, last = (*places,) * 2
                        yield Run(name, line, segment, first, last + 1)


def _whole_date(run: Run) -> Run:
    start, end = run.characters
    for match in KINDS["date"].find(run.segment.text):
        first, last = run.segment.span(match.start, match.end)
        if match.start <= start and end <= match.end and (first, last) != (run.first, run.end):
            return replace(run, first=first, end=last)
    return run
