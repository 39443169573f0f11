"""What the model read by itself: runs of words that it labels as one field, parsed to values.

Where the model labels nothing as a required text of an own schema, the words that it likes best for it are offered all
the same. Texts of own schemas that end with their line are read more leniently, see `fakta.candidates.own_texts`.
"""

from __future__ import annotations

from collections.abc import Sequence

from fakta.candidates.own_texts import nearly_read, own_texts, with_whole_dates
from fakta.candidates.page import PageView
from fakta.candidates.runs import joined, labelled_runs, likeliest
from fakta.candidates.search import TYPED, Candidate, Columns, attach_labels, attach_model, make_candidate
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
    runs = [list(labelled_runs(view, label_names, schema)) for view in views]
    labelled = {run.name for on_page in runs for run in on_page}
    for name in (f.name for f in schema.fields.values() if f.required and f.kind not in TYPED):
        if name not in labelled and name in columns.names:
            for view, on_page in zip(views, runs, strict=True):
                on_page += likeliest(view, name, columns)
    own = own_texts(schema)
    for view, on_page in zip(views, runs, strict=True):
        on_page += nearly_read(view, own, columns, label_names)
    found = []
    for index, (view, on_page) in enumerate(zip(views, runs, strict=True)):
        candidates = []
        for run in with_whole_dates(list(joined(on_page, schema)), own):
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
        attach_model(view, candidates, columns)
        found += candidates
    return found


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
