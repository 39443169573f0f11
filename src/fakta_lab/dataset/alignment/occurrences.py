"""Where on the pages a known value stands: every place, with the labels found beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, attach_labels, make_candidate
from fakta.documents.lines import Segment
from fakta.errors import FieldError
from fakta.fields import KINDS, canonical, from_canonical
from fakta.schema import Field
from fakta_lab.dataset.alignment.forms import WORDED_KINDS

# A value that typed search did not see may still stand there as a run of so few words.
LONGEST_RUN = 8
# A title has few words; what stands in a longer run of them is running text.
TITLE_WORDS = 4
_CAPTION_MARKS = ":."
_OWN_MARKS = "-/.–:"
# Of what marks belong to a value though they stand apart: "- 135,00", "€".
_KINDS_WITH_SIGNS = frozenset({"amount", "currency"})
_EDGES = " ,;:.!?()[]\"'·•|-–*"


class Occurrences:
    """The values that stand on a document's pages; what is found of one kind is kept for its next field."""

    def __init__(self, views: Sequence[PageView]) -> None:
        self._views = views
        self._typed: dict[str, list[list[tuple[Span, str]]]] = {}
        self._folded: list[list[tuple[int, Segment, list[str]]]] = []

    def of(self, field: Field, value: str) -> list[Candidate]:
        """Every place where the value stands, each with its labels attached, in page order.

        Args:
            field: whose kind says how its values are printed.
            value: canonical.
        """
        spans = [list(self._spans(page, field.kind, value)) for page in range(len(self._views))]
        if not any(spans) and field.kind not in (*WORDED_KINDS, "document_type"):
            spans = [list(_runs(view, field.kind, value)) for view in self._views]
        found = []
        for index, view in enumerate(self._views):
            on_page = [
                make_candidate(index, line, segment, start, end, field.kind, from_canonical(field.kind, value))
                for line, segment, start, end in spans[index]
            ]
            attach_labels(view, on_page)
            for candidate in on_page:
                candidate.words = whole_words(view, candidate, value)
            found += on_page
        return found

    def _spans(self, page: int, kind: str, value: str) -> Iterator[Span]:
        if kind in WORDED_KINDS:
            if not self._folded:
                self._folded = [_segments_folded(view) for view in self._views]
            yield from _worded(self._folded[page], value)
            return
        if kind not in self._typed:
            self._typed[kind] = [list(_typed(view, kind)) for view in self._views]
        titles = list(_titles(self._views[page], value)) if kind == "document_type" else []
        titles = [span for span in titles if not _is_part(span, kind)]
        found = [span for span, canonical_form in self._typed[kind][page] if canonical_form == value]
        # The same value may be found with and without what stands around it ("1 250,00 kr"): the shortest is it; of
        # a title, the longest ("Commercial invoice").
        yield from titles
        yield from (
            span
            for span in _innermost(found)
            if not any(_holds(title, span) for title in titles) and not _is_part(span, kind)
        )


def whole_words(view: PageView, candidate: Candidate, value: str) -> tuple[int, ...]:
    """The words that hold a value: without marks around it, with the country before a VAT number.

    Args:
        view: the candidate's page.
        candidate: a place of the value.
        value: canonical.
    """
    words, texts = candidate.words, view.page.words
    if candidate.kind in _KINDS_WITH_SIGNS:
        return words
    # Among the words of a date or number stand its own marks.
    own = value if candidate.kind in WORDED_KINDS else _OWN_MARKS
    bare = [any(map(str.isalnum, texts[i].text)) for i in words]
    if any(bare):
        first, last = bare.index(True), len(bare) - bare[::-1].index(True)
        words = tuple(
            i for i, told in zip(words[first:last], bare[first:last], strict=True) if told or texts[i].text in own
        )
    if candidate.kind == "vat_number" and value[:2].isalpha() and not texts[words[0]].text[:1].isalpha():
        before = [
            i for s in view.lines[candidate.line] for i in s.indices if texts[i].box.right <= texts[words[0]].box.left
        ]
        if before and texts[before[-1]].text.strip(_EDGES) == value[:2]:
            words = (before[-1], *words)
    return words


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


def _typed(view: PageView, kind: str) -> Iterator[tuple[Span, str]]:
    for line, segments in enumerate(view.lines):
        for segment in segments:
            for match in KINDS[kind].find(segment.text):
                value = _canonical(kind, match.text)
                if value is not None:
                    yield (line, segment, match.start, match.end), value


def _titles(view: PageView, value: str) -> Iterator[Span]:
    """Titles that the lexicon knows, also misspelt or misread ones, where hardly anything else stands."""
    for line, hits in enumerate(view.hits):
        for hit in hits:
            named = any(meaning.group == "title" and meaning.name == value for meaning in hit.meanings)
            if named and hit.leading and len(hit.segment.words) <= TITLE_WORDS:
                yield line, hit.segment, hit.start, hit.end


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


def _segments_folded(view: PageView) -> list[tuple[int, Segment, list[str]]]:
    return [
        (line, segment, [_folded(word.text) for word in segment.words])
        for line, segments in enumerate(view.lines)
        for segment in segments
    ]


def _worded(segments: Sequence[tuple[int, Segment, list[str]]], value: str) -> Iterator[Span]:
    """Runs of words equal to the value's words, case and punctuation at their edges aside."""
    wanted = folded_words(value)
    for line, segment, words in segments:
        for first in range(len(words) - len(wanted) + 1):
            if words[first + 1 : first + len(wanted)] == wanted[1:] and _is_or_ends(words[first], wanted[0]):
                last = first + len(wanted) - 1
                end = segment.starts[last] + len(segment.words[last].text)
                yield line, segment, segment.starts[first], end


def _is_or_ends(word: str, wanted: str) -> bool:
    """Whether it is the word, perhaps with a caption set tight before it: "Attn:Anna"."""
    return word == wanted or (word.endswith(wanted) and word[-len(wanted) - 1] in _CAPTION_MARKS)


def _innermost(spans: Sequence[Span]) -> list[Span]:
    return [span for span in spans if not any(_holds(span, other) and other != span for other in spans)]


def _is_part(span: Span, kind: str) -> bool:
    """Whether what follows makes it something else: a rate ("VAT 0 %"), an address ("faktura@")."""
    _, segment, _, end = span
    if kind == "amount":
        return segment.text[end:].lstrip().startswith("%")
    return kind == "document_type" and segment.text[end : end + 1] == "@"


def _holds(outer: Span, inner: Span) -> bool:
    """Whether one span has all the characters of the other."""
    return outer[0] == inner[0] and outer[1] is inner[1] and outer[2] <= inner[2] and inner[3] <= outer[3]


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
