"""How well values are aligned, where it is known which words they stand on.

A value is *exact* when the places it was aligned to are the places it was printed in, word for word: none missing, none
too many, and each with all of its words. Names and account numbers repeated in a page's head or foot carry no label
there and are right all the same, so a place whose words read like one of the true ones is forgiven for kinds that do
not recur by chance. An amount is not: a line amount that equals the total is not the total. A mention is the words that
were drawn for it, in the order of drawing: where uneven boxes make the lines of two mentions beside each other read as
one, they are two mentions all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from fakta.documents.model import Document
from fakta.schema import Schema
from fakta_lab.dataset.alignment.align import AlignedDocument
from fakta_lab.dataset.alignment.forms import key
from fakta_lab.dataset.alignment.places import STATUSES, Place

# From where on two mentions are taken for the same words: OCR noise makes them differ.
ALIKE = 0.7


@dataclass(slots=True)
class Figures:
    """Counts for one field.

    Attributes:
        values: that are printed outside tables.
        exact: of them, how many were aligned to exactly the words they are printed in.
        strict: of them, how many without any place forgiven.
        nearly: of them, how many are printed otherwise than they were stated.
        statuses: of them, how many ended as what.
        places: that values were aligned to.
        right: of these, how many are places of the value.
        printed: places of the values.
        found: of these, how many the values were aligned to.
    """

    values: int = 0
    exact: int = 0
    strict: int = 0
    nearly: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    places: int = 0
    right: int = 0
    printed: int = 0
    found: int = 0

    def add(self, other: Figures) -> None:
        """Counts another field's figures too."""
        for name in ("values", "exact", "strict", "nearly", "places", "right", "printed", "found"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count

    def to_dict(self) -> dict[str, float]:
        """Shares, 0-1, beside the number of values."""
        values = max(self.values, 1)
        return {
            "values": self.values,
            "exact": self.exact / values,
            "strict": self.strict / values,
            "nearly": self.nearly / values,
            "precision": self.right / max(self.places, 1),
            "recall": self.found / max(self.printed, 1),
            **{status: self.statuses.get(status, 0) / values for status in STATUSES},
        }


@dataclass(frozen=True, slots=True)
class Miss:
    """A value that is not exact: what it was aligned to, and what it is printed in."""

    field: str
    status: str
    reason: str
    aligned: frozenset[Place]
    printed: frozenset[Place]


def compare(
    document: Document,
    aligned: AlignedDocument,
    drawn: Sequence[Sequence[str]],
    *,
    schema: Schema,
    order: Sequence[Sequence[int]] | None = None,
) -> Iterator[tuple[str, Figures, Miss | None]]:
    """Per value that is printed outside tables: its field, its counts, and what is wrong with it.

    Args:
        document: whose values were aligned.
        aligned: what came out.
        drawn: per page, the label that each word was drawn with.
        schema: of the fields.
        order: per page, the positions of its words as they were drawn; where it is not given, the order of reading,
            which on a page that was read unevenly may tear a mention apart, or run two beside each other together.
    """
    true_places = _places(drawn, order or [range(len(labels)) for labels in drawn])
    for alignment in aligned.alignments:
        printed = true_places.get(alignment.field, frozenset())
        if not printed:
            continue
        found = frozenset((page, tuple(sorted(words))) for page, words in alignment.places)
        strays = found - printed
        # Drawn with no label at all, so that nobody said what it is, and reads like the value.
        blank = {(p, w) for p, w in strays if all(drawn[p][word] == "O" for word in w)}
        strict = not strays and printed <= found
        wanted = {_reads(document, place) for place in printed}
        strays = frozenset(p for p in strays if p not in blank or not _like(_reads(document, p), wanted))
        exact = not strays and printed <= found
        figures = Figures(
            values=1,
            exact=int(exact),
            strict=int(strict),
            nearly=int(alignment.similarity < 1),
            statuses={alignment.status: 1},
            places=len(found),
            right=len(found - strays),
            printed=len(printed),
            found=len(found & printed),
        )
        miss = None if exact else Miss(alignment.field, alignment.status, alignment.reason, found, printed)
        yield alignment.field, figures, miss


def _places(drawn: Sequence[Sequence[str]], order: Sequence[Sequence[int]]) -> Mapping[str, frozenset[Place]]:
    """Field to the runs of words labelled as it: "B-", then every "I-" up to the field's next "B-"."""
    runs: dict[str, list[tuple[int, list[int]]]] = {}
    for page, labels in enumerate(drawn):
        begun: set[str] = set()
        for word in order[page]:
            tag, _, name = labels[word].partition("-")
            if not name:
                continue
            # On a page that was read unevenly, the second word may come before the first.
            if name not in runs or runs[name][-1][0] != page or (tag == "B" and name in begun):
                runs.setdefault(name, []).append((page, []))
            if tag == "B":
                begun.add(name)
            runs[name][-1][1].append(word)
    return {name: frozenset((page, tuple(sorted(words))) for page, words in places) for name, places in runs.items()}


def _reads(document: Document, place: Place) -> str:
    page, words = place
    return key(" ".join(document.pages[page].words[word].text for word in words), worded=False)


def _like(text: str, others: set[str]) -> bool:
    """Whether a text reads as one of the others does, but for what an OCR engine may do to it."""
    # "42 598" and "42 598,00".
    return any(
        Levenshtein.normalized_similarity(each, other) >= ALIKE for other in others for each in (text, f"{text}00")
    )
