"""Where on the pages a known value stands: every place, with the labels found beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, attach_labels, make_candidate
from fakta.documents.lines import Segment
from fakta.errors import FieldError
from fakta.fields import KINDS, canonical, from_canonical
from fakta.schema import Field
from fakta_lab.dataset.forms import WORDED_KINDS

# A value that typed search did not see may still stand there as a run of so few words.
LONGEST_RUN = 8
_EDGES = " ,;:.!?()[]\"'·•|-–*"


def occurrences(views: Sequence[PageView], field: Field, value: str) -> list[Candidate]:
    """Every place where the value stands, each with its labels attached, in page order.

    Args:
        views: the document's pages.
        field: whose kind says how its values are printed.
        value: canonical.
    """
    if field.kind in WORDED_KINDS:
        spans = [list(_worded(view, value)) for view in views]
    else:
        spans = [list(_typed(view, field.kind, value)) for view in views]
        if not any(spans):
            spans = [list(_runs(view, field.kind, value)) for view in views]
    found = []
    for index, view in enumerate(views):
        on_page = [
            make_candidate(index, line, segment, start, end, field.kind, from_canonical(field.kind, value))
            for line, segment, start, end in spans[index]
        ]
        attach_labels(view, on_page)
        found += on_page
    return found


def possible(view: PageView, kind: str) -> list[Candidate]:
    """Everything on a page that may be a value of a kind, without labels attached."""
    found = []
    for line, segments in enumerate(view.lines):
        for segment in segments:
            for match in KINDS[kind].find(segment.text):
                try:
                    value = KINDS[kind].parse(match.text)
                except FieldError:
                    continue
                found.append(make_candidate(view.page.number - 1, line, segment, match.start, match.end, kind, value))
    return found


Span = tuple[int, Segment, int, int]


def _typed(view: PageView, kind: str, value: str) -> Iterator[Span]:
    for line, segments in enumerate(view.lines):
        for segment in segments:
            spans = [
                (match.start, match.end)
                for match in KINDS[kind].find(segment.text)
                if _canonical(kind, match.text) == value
            ]
            # The same value may be found with and without what stands around it ("1 250,00 kr"): the shortest is it.
            yield from ((line, segment, start, end) for start, end in _innermost(spans))


def _runs(view: PageView, kind: str, value: str) -> Iterator[Span]:
    """Runs of whole words that parse to the value though typed search passed them over."""
    for line, segments in enumerate(view.lines):
        for segment in segments:
            yield from ((line, segment, start, end) for start, end in _runs_in(segment, kind, value))


def _runs_in(segment: Segment, kind: str, value: str) -> Iterator[tuple[int, int]]:
    """The shortest run from each word."""
    n_words, first = len(segment.words), 0
    while first < n_words:
        for last in range(first + 1, min(first + LONGEST_RUN, n_words) + 1):
            start = segment.starts[first]
            end = segment.starts[last - 1] + len(segment.words[last - 1].text)
            if _canonical(kind, segment.text[start:end].strip(_EDGES)) == value:
                yield start, end
                first = last - 1
                break
        first += 1


def _worded(view: PageView, value: str) -> Iterator[Span]:
    """Runs of words equal to the value's words, case and punctuation at their edges aside."""
    wanted = folded_words(value)
    for line, segments in enumerate(view.lines):
        for segment in segments:
            words = [_folded(word.text) for word in segment.words]
            for first in range(len(words) - len(wanted) + 1):
                if words[first : first + len(wanted)] == wanted:
                    last = first + len(wanted) - 1
                    end = segment.starts[last] + len(segment.words[last].text)
                    yield line, segment, segment.starts[first], end


def _innermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [
        (start, end)
        for start, end in spans
        if not any(start <= s and e <= end and (s, e) != (start, end) for s, e in spans)
    ]


def _canonical(kind: str, text: str) -> str | None:
    try:
        return canonical(KINDS[kind].parse(text))
    except FieldError:
        return None


def folded_words(text: str) -> list[str]:
    """The words of a text in one case, without punctuation at their edges.

    >>> folded_words("Norra Exempel AB,")
    ['norra', 'exempel', 'ab']
    """
    return [_folded(word) for word in text.split()]


def _folded(word: str) -> str:
    return word.strip(_EDGES).casefold() or word
