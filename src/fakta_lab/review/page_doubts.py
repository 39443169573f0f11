"""What the pages say against a label: its value stands nowhere, or a slip of the finger away from what is printed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from fakta.candidates.page import PageView
from fakta.documents import Document
from fakta.fields import canonical
from fakta.schema import Schema
from fakta_lab.dataset.alignment.align import align
from fakta_lab.dataset.alignment.occurrences import Occurrences, possible
from fakta_lab.dataset.alignment.places import Alignment
from fakta_lab.formats.values import comparable
from fakta_lab.labels import Doubt, Label

# Values that are so few single changes of a character apart, and at most this share of their length, are taken for
# one and the same with a slip in it.
MOST_SLIPS = 2
MOST_OF_LENGTH = 0.25
# A currency or a document type is often said in other words or not at all.
UNPRINTED_KINDS = frozenset({"currency", "document_type"})


@dataclass(frozen=True, slots=True)
class PageDoubt:
    """What the pages say against a label.

    Attributes:
        doubts: () where nothing.
        nearest: the printed value that the label may have been meant to be, canonical; None where there is none.
    """

    doubts: tuple[Doubt, ...] = ()
    nearest: str | None = None


def page_doubts(
    document: Document, labels: Mapping[str, Label], views: Sequence[PageView], schema: Schema
) -> dict[str, PageDoubt]:
    """Weighs a document's labels against its pages, by field.

    Args:
        document: as read.
        labels: by field name.
        views: of the document's pages.
        schema: says how each field's values are printed.
    """
    values = {name: label.value for name, label in labels.items()}
    alignments = {found.field: found for found in align(document, values, schema=schema).alignments}
    exactly = Occurrences(views)
    found = {}
    for name, label in labels.items():
        field, alignment = schema.fields[name], alignments.get(name)
        if label.value is None or alignment is None or alignment.status == "derived" or field.kind in UNPRINTED_KINDS:
            found[name] = PageDoubt()
        elif exactly.of(field, label.value):
            found[name] = PageDoubt((Doubt.place_unclear,) if alignment.status == "absent" else ())
        else:
            # What is printed for another field is no slip of this one.
            taken = [value for other, value in values.items() if value is not None and other != name]
            found[name] = _unprinted(label.value, alignment, field.kind, views, taken)
    return found


def _unprinted(
    value: str, alignment: Alignment, kind: str, views: Sequence[PageView], taken: Collection[str]
) -> PageDoubt:
    """The doubt about a value that stands nowhere as it was stated."""
    absent = alignment.status == "absent"
    if alignment.status == "aligned" and alignment.similarity == 1.0:
        return PageDoubt()  # set otherwise
    if not absent and any(view.page.source == "ocr" for view in views):
        return PageDoubt()  # misread rather than mistyped
    nearest = _nearest(value, kind, views, taken)
    if nearest is not None:
        return PageDoubt((Doubt.not_on_page, Doubt.nearly_on_page), nearest)
    # A name in another spelling is found by the aligner and is no slip.
    return PageDoubt((Doubt.not_on_page,) if absent else ())


def _nearest(value: str, kind: str, views: Sequence[PageView], taken: Collection[str]) -> str | None:
    """The printed value of that kind with the fewest slips between, if few enough."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    printed = {canonical(candidate.value) for view in views for candidate in possible(view, kind)} - {*taken, value}
    allowed = min(MOST_SLIPS, int(MOST_OF_LENGTH * len(value)))
    # Sorted, so that of several equally near ones the same is named each time.
    found = process.extractOne(comparable(value, kind), sorted(printed), scorer=OSA.distance, score_cutoff=allowed)
    return None if found is None else str(found[0])
