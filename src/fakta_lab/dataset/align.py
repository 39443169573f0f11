"""From corrected values to word labels: which words on the page hold what the person vouched for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import view_pages
from fakta.documents.model import Document
from fakta.schema import Schema
from fakta_lab.dataset.masks import UNKNOWN, mask_namesakes, mask_tables, mask_unknown
from fakta_lab.dataset.occurrences import occurrences
from fakta_lab.dataset.places import Alignment, place_values

OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class AlignedDocument:
    """A document's word labels.

    Attributes:
        labels: per page, parallel to its words: "O", "B-<field>", "I-<field>" or "?" for unknown.
        alignments: of every known value that is not null, in schema order.
    """

    labels: tuple[tuple[str, ...], ...]
    alignments: tuple[Alignment, ...]


def align(
    document: Document, values: Mapping[str, str | None], *, schema: Schema, lexicon: Lexicon | None = None
) -> AlignedDocument:
    """Word labels for a document from what is known about its fields.

    A word is "O" only where it can be no value of a field that nobody looked at, and no cell of a table.

    Args:
        document: as read.
        values: canonical values by field name; None = not on the document; absent = unknown.
        schema: of the fields.
        lexicon: of labels; the shipped one by default.
    """
    views, _ = view_pages([(page, None) for page in document.pages], lexicon or Lexicon.shipped())
    stated = [(field, value) for field in schema.fields.values() if (value := values.get(field.name)) is not None]
    alignments = place_values([(field, value, occurrences(views, field, value)) for field, value in stated], views, known=values)

    pages = [[OUTSIDE] * len(page.words) for page in document.pages]
    unknown = [field for field in schema.fields.values() if field.name not in values]
    for view, labels in zip(views, pages, strict=True):
        mask_unknown(view, labels, fields=unknown)
        if schema.tables:
            mask_tables(view, labels)
        for alignment, (field, value) in zip(alignments, stated, strict=True):
            if alignment.status == "absent" and field.kind == "name":
                mask_namesakes(view, labels, value)
    for alignment in alignments:
        for page, words in alignment.masked:
            for word in words:
                pages[page][word] = UNKNOWN
    # Labels last: a word that may be one value and surely is another is known after all.
    for alignment in alignments:
        for page, words in alignment.places:
            for position, word in enumerate(words):
                pages[page][word] = f"{'I' if position else 'B'}-{alignment.field}"
    return AlignedDocument(tuple(tuple(labels) for labels in pages), tuple(alignments))
