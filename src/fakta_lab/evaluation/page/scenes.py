"""One document while pictures of its errors are made: where truth and answer stand on it, and what is around them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from fakta import documents
from fakta.documents import Box, Document, Ocr
from fakta.errors import DocumentNotFound
from fakta.schema import Field, Schema
from fakta_lab.evaluation.documents import Mistake
from fakta_lab.evaluation.page.crops import Crop, Cutter
from fakta_lab.evaluation.page.places import Finder, Place
from fakta_lab.evaluation.rows import RowPair
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.given import given_document

if TYPE_CHECKING:
    from fakta.documents.ocr import Engine

# The names of the boxes on the pictures.
TRUTH, READ = "truth", "read"
# A table's picture shows so many of its wrong rows, as far as they stand within this part of a page's height, and so
# much of the page beside the cells that were found.
_ROWS_SHOWN, _ROWS_HEIGHT, _BESIDE_ROWS = 6, 0.35, 0.3


def read_document(document: BenchmarkDocument, *, ocr: Ocr | Engine = "auto") -> Document:
    """The pages of a benchmark document: with the words that its truth line gives, else as its file is read.

    Raises:
        DocumentError: it cannot be read, or is not on this disk.
    """
    given = given_document(document)
    if given is not None:
        return given
    if not document.path.is_file():
        # Named as the set names it: where the set lies on this machine is nobody else's business.
        raise DocumentNotFound(f"{document.document} is not on this disk")
    return documents.read(document.path, name=document.document, ocr=ocr)


class Scene:
    """Shows errors of one document; its words are searched and its pages drawn when they are first needed.

    Args:
        document: as read.
        schema: of the benchmark.
    """

    def __init__(self, document: Document, schema: Schema) -> None:
        self._document, self._schema = document, schema
        self._cutter = Cutter(document)

    def of_value(self, mistake: Mistake) -> tuple[Crop, ...]:
        """Pictures of where the truth stands and of what was read instead; none where neither is found."""
        field = self._schema.fields.get(mistake.field) or Field(mistake.field, "text")
        read = _stated_place(mistake)
        if read is None and mistake.predicted is not None:
            read = self._finder.find(field, mistake.predicted)
        truth = None if mistake.truth is None else self._finder.find(field, mistake.truth, near=read)
        return self._cutter.cut([(name, place) for name, place in ((TRUTH, truth), (READ, read)) if place is not None])

    def of_rows(self, table: str, rows: Sequence[RowPair]) -> tuple[Crop, ...]:
        """A picture of the first wrong rows that are found: the truth's, and what is no row at all."""
        kinds = {name: column.kind for name, column in self._schema.tables[table].items()}
        found: list[tuple[str, Place]] = []
        for pair in rows[:_ROWS_SHOWN]:
            side, row = (TRUTH, pair.truth) if pair.truth is not None else (READ, pair.predicted)
            place = self._finder.find_row(row, kinds) if row else None
            if place is not None and (not found or _near(place, found[0][1])):
                found.append((side, place))
        return self._cutter.cut(found, together=1.0, beside=_BESIDE_ROWS)

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self._document)


def _near(place: Place, first: Place) -> bool:
    return place.page == first.page and abs(place.box.middle - first.box.middle) <= _ROWS_HEIGHT


def _stated_place(mistake: Mistake) -> Place | None:
    """Where the answer says that its value stands; None where it says nothing, or nonsense."""
    if mistake.page is None or mistake.box is None or not all(map(math.isfinite, mistake.box)):
        return None
    left, top, right, bottom = (min(max(edge, 0.0), 1.0) for edge in mistake.box)
    return Place(mistake.page, Box(min(left, right), min(top, bottom), max(left, right), max(top, bottom)))
