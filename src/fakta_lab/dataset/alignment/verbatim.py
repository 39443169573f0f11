"""Word labels for values that are stated as they are printed: schemas of one's own, whose labels no lexicon knows.

`align` tells the places of an invoice's value apart by the labels beside them. Here nothing is known of the document
but its text, so a value's words are sought as they were written, over line ends too, and every place where they stand
is the field's: a total that is printed three times is labelled three times. Which of them a person would have taken
the model finds out by itself, because chance places (an item's price that equals the total) vary and the others do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.documents.model import Document, Page
from fakta.schema import Field, Schema
from fakta_lab.dataset.alignment.align import OUTSIDE, AlignedDocument
from fakta_lab.dataset.alignment.forms import WORDED_KINDS, letters
from fakta_lab.dataset.alignment.occurrences import Occurrences
from fakta_lab.dataset.alignment.places import Alignment, Place

# Shorter values (without blanks and marks) are themselves or not there: a misread amount is another amount.
TELLING = 10
# How alike, in per cent, a longer value and its place are at least: typing and reading mistakes, words left out.
ALIKE = 75.0
# Of a word's letters, the share that has to be the value's: a registration number between name and address is not.
OWN_SHARE = 0.5


# Places, and how much of the value is printed there as it was stated, 0-1.
Found = tuple[tuple[Place, ...], float]


@dataclass(frozen=True, slots=True)
class _Stream:
    """The letters of a page without blanks, and the number of the word that each belongs to."""

    text: str
    words: Sequence[int]

    @classmethod
    def of(cls, parts: Sequence[str]) -> _Stream:
        return cls("".join(parts), [i for i, part in enumerate(parts) for _ in part])

    def span(self, start: int, end: int) -> tuple[int, ...]:
        """The words of some letters, and those between them that have none ("&")."""
        return tuple(range(self.words[start], self.words[end - 1] + 1))

    def whole(self, value: str) -> Iterator[tuple[int, ...]]:
        """Words that together are the value, neither more nor less."""
        start = self.text.find(value)
        while start >= 0:
            end = start + len(value)
            begins = start == 0 or self.words[start] != self.words[start - 1]
            ends = end == len(self.text) or self.words[end] != self.words[end - 1]
            if begins and ends:
                yield self.span(start, end)
            start = self.text.find(value, end if begins and ends else start + 1)


def align_verbatim(document: Document, values: Mapping[str, str | None], *, schema: Schema) -> AlignedDocument:
    """Word labels for a document from its values.

    Texts and names are as printed, but for blanks, case, marks and, from `TELLING` letters on, mistakes; values of
    other kinds (amounts, dates) are canonical and are found in whatever form they are printed.

    Args:
        document: as read.
        values: by field name; None = not on the document. An absent field's words are "O" too: state what is known.
        schema: of the fields.
    """
    pages = [[OUTSIDE] * len(page.words) for page in document.pages]
    alignments = []
    stated = [(field, value) for field in schema.fields.values() if (value := values.get(field.name)) is not None]
    typed = [(field, value) for field, value in stated if field.kind not in WORDED_KINDS]
    by_kind = _canonical(document.pages, typed)
    for field, value in stated:
        places, similarity = by_kind.get(field.name) or _places(document.pages, value)
        alignments.append(_alignment(field, places, similarity))
    # Longest values last: where an address holds the company's town, the address is the longer mention.
    for alignment in sorted(alignments, key=lambda each: max((len(words) for _, words in each.places), default=0)):
        for page, words in alignment.places:
            for position, word in enumerate(words):
                pages[page][word] = f"{'I' if position else 'B'}-{alignment.field}"
    return AlignedDocument(tuple(tuple(labels) for labels in pages), tuple(alignments))


def _alignment(field: Field, places: tuple[Place, ...], similarity: float) -> Alignment:
    if not places:
        return Alignment(field.name, "absent", "the value does not stand on the pages")
    reason = "value found" if similarity == 1.0 else "value found, but for mistakes"
    return Alignment(field.name, "aligned", reason, places, similarity=similarity)


def _canonical(
    pages: Sequence[Page], stated: Sequence[tuple[Field, str]]
) -> dict[str, tuple[tuple[Place, ...], float]]:
    """The places of amounts, dates and the like, by field."""
    if not stated:
        return {}
    occurrences = Occurrences([PageView.of(page, Lexicon([]), None) for page in pages])
    found = {field.name: occurrences.of(field, value) for field, value in stated}
    return {name: (tuple((c.page, c.words) for c in candidates), 1.0) for name, candidates in found.items()}


def _places(pages: Sequence[Page], value: str) -> Found:
    """Where a text stands, and how much of it is printed as stated; the strictest reading that finds it counts."""
    for fold in (_without_blanks, letters):
        wanted = fold(value)
        if fold is letters and len(wanted) < TELLING and not any(map(str.isalpha, wanted)):
            return (), 1.0  # without its marks "123.45" is a post code
        streams = [_Stream.of([fold(word.text) for word in page.words]) for page in pages]
        exact = chain.from_iterable(
            ((page, words) for words in stream.whole(wanted)) for page, stream in enumerate(streams) if wanted
        )
        if places := tuple(exact):
            return places, 1.0
    near = max((_near(stream, wanted, page) for page, stream in enumerate(streams)), key=lambda found: found[1])
    return near if len(wanted) >= TELLING and near[1] >= ALIKE / 100 else ((), 1.0)


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _near(stream: _Stream, wanted: str, page: int) -> Found:
    """The stretch that is nearest to the value, without words of it that are none of the value's."""
    found = fuzz.partial_ratio_alignment(wanted, stream.text, score_cutoff=ALIKE)
    if found is None or not wanted or len(stream.text) < len(wanted):
        return (), 0.0
    # Words that the stretch cuts are taken whole, and told by how much of them is the value's.
    span = stream.span(found.dest_start, found.dest_end)
    start, end = stream.words.index(span[0]), len(stream.words) - stream.words[::-1].index(span[-1])
    own = [0] * (end - start)
    for block in Levenshtein.editops(wanted, stream.text[start:end]).as_matching_blocks():
        own[block.b : block.b + block.size] = [1] * block.size
    shares = {word: [own[i - start] for i in range(start, end) if stream.words[i] == word] for word in span}
    kept = tuple(word for word, share in shares.items() if not share or sum(share) >= OWN_SHARE * len(share))
    return ((page, kept),), found.score / 100
