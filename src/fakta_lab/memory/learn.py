"""From a corrected document to what the memory keeps of it: where the words of each confirmed value stand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from fakta.candidates.labels import Lexicon, compact
from fakta.candidates.page import PageView, view_pages
from fakta.documents.lines import Segment
from fakta.documents.model import Document
from fakta.memory import Learned, Sighting
from fakta.memory.identity import identifiers_of
from fakta.memory.learned import CONSTANTS, LONGEST_SHAPE, LONGEST_VALUE, MOST_PLACES, UNPRINTED
from fakta.memory.surroundings import Surroundings, shape, surroundings
from fakta.schema import Schema
from fakta_lab.dataset.alignment.align import align
from fakta_lab.dataset.alignment.places import Alignment, Place

# Letters from which a neighbour that is part of another value of the document counts as that value.
_DISTINCTIVE = 4
# Kinds whose canonical form is as printed, but for what stands around it.
_AS_WRITTEN = frozenset({"identifier", "text"})
_EDGES = " .,:;*()"
# Digits of the digest of what is known.
_BASIS = 16


def learn(document: Document, values: Mapping[str, str | None], *, schema: Schema) -> Learned:
    """What a corrected document teaches about its supplier.

    Args:
        document: as read.
        values: canonical values that people vouched for, by field; None = not on the document; absent = unknown.
        schema: of the fields.
    """
    views, _ = view_pages([(page, None) for page in document.pages], Lexicon.shipped())
    aligned = align(document, values, schema=schema)
    private = frozenset(filter(None, (compact(value) for value in values.values() if value)))
    twins = _twins(aligned.alignments, values)
    places: dict[str, tuple[Sighting, ...]] = {}
    unprinted = set()
    for alignment in aligned.alignments:
        written = values[alignment.field] if schema.fields[alignment.field].kind in _AS_WRITTEN else None
        sightings = [
            _sighting(views, place, private, written) for place in alignment.places or twins.get(alignment.field, ())
        ]
        found = tuple(dict.fromkeys(each for each in sightings if each is not None))[:MOST_PLACES]
        if found:
            places[alignment.field] = found
        elif alignment.status == "absent" and alignment.field in UNPRINTED:
            unprinted.add(alignment.field)
    constants = {name: value for name in CONSTANTS if (value := values.get(name)) and len(value) <= LONGEST_VALUE}
    return Learned(
        identifiers=identifiers_of(values),
        places=places,
        values=constants,
        unprinted=frozenset(unprinted & constants.keys()),
        basis=basis_of(values),
        absent=frozenset(name for name, value in values.items() if value is None and name in schema.fields),
    )


def basis_of(values: Mapping[str, str | None]) -> str:
    """A digest of what is known about a document: while it is the same there is nothing new to learn."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:_BASIS]


def _twins(alignments: Sequence[Alignment], values: Mapping[str, str | None]) -> dict[str, tuple[Place, ...]]:
    """Places of fields whose value is another field's too: printed once, they are where the other one is.

    A word has one label to train on, but an invoice's number may well be what a payer quotes.
    """
    found = {}
    for alignment in alignments:
        if alignment.places or alignment.status == "derived":
            continue
        same = [
            other for other in alignments if other is not alignment and values[other.field] == values[alignment.field]
        ]
        shared = tuple(place for other in same for place in other.places or other.masked)
        if shared:
            found[alignment.field] = tuple(dict.fromkeys((*shared, *alignment.masked)))
    return found


def _sighting(views: Sequence[PageView], place: Place, private: frozenset[str], written: str | None) -> Sighting | None:
    """The place of a value, which has the form of what people wrote where that is what is printed."""
    page, words = place
    found = _segment(views[page], words)
    if found is None:
        return None
    line, segment, first, last = found
    start, end = segment.starts[first], segment.starts[last] + len(segment.words[last].text)
    box = segment.stretch(start, end).box
    around = surroundings(views[page], line, segment, start, end, box)
    shown = Surroundings(*("" if _is_private(label, private) else label for label in around))
    form = shape(written or segment.text[start:end].strip(_EDGES))[:LONGEST_SHAPE]
    return Sighting(page, len(views) - 1 - page, box, shown, form)


def _segment(view: PageView, words: Sequence[int]) -> tuple[int, Segment, int, int] | None:
    """Line, segment, and the positions in it of the first and last of the words."""
    for line, segments in enumerate(view.lines):
        for segment in segments:
            if words[0] in segment.indices:
                inside = [segment.indices.index(word) for word in words if word in segment.indices]
                return line, segment, inside[0], inside[-1]
    return None


def _is_private(label: str, private: frozenset[str]) -> bool:
    """Whether a neighbour is no label but a value of the document, or part of one."""
    if len(label) < _DISTINCTIVE:
        return label in private
    return any(label in value or (len(value) >= _DISTINCTIVE and value in label) for value in private)
