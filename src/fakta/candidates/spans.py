"""What the model read by itself: runs of words that it labels as one field, parsed to values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, Columns, attach_labels, attach_model, make_candidate
from fakta.documents.lines import Segment
from fakta.errors import FieldError
from fakta.fields import KINDS
from fakta.fields.base import Value
from fakta.schema import Schema


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
    found = []
    for index, view in enumerate(views):
        on_page = []
        for line, segment, start, end, name in _spans(view, schema, label_names):
            kind = schema.fields[name].kind
            value = _parse(kind, segment.text[start:end])
            if value is None:
                continue
            candidate = make_candidate(index, line, segment, start, end, kind, value)
            key = (index, kind, value, candidate.words[0])
            if key not in seen:
                seen.add(key)
                on_page.append(candidate)
        attach_labels(view, on_page)
        for candidate in on_page:
            attach_model(view, candidate, columns)
        found += on_page
    return found


def _spans(view: PageView, schema: Schema, label_names: Sequence[str]) -> Iterator[tuple[int, Segment, int, int, str]]:
    if view.probabilities is None:
        return
    best = view.probabilities.argmax(axis=1)
    for line, line_segments in enumerate(view.lines):
        for segment in line_segments:
            current, first = "", 0
            for i, word in enumerate([*segment.indices, -1]):
                tag, _, name = label_names[best[word]].partition("-") if word >= 0 else ("O", "", "")
                if current and (name != current or tag == "B"):
                    end = segment.starts[i - 1] + len(segment.words[i - 1].text)
                    yield line, segment, segment.starts[first], end, current
                    current = ""
                if name and not current and name in schema.fields:
                    current, first = name, i


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
