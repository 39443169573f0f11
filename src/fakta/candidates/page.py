"""A page as the search sees it: lines of segments, the labels on them, and what the model says of each word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

import numpy as np
from numpy.typing import NDArray

from fakta.candidates.labels import LabelHit, Lexicon
from fakta.candidates.languages import spoken
from fakta.documents.lines import Segment, segments
from fakta.documents.model import Page

# A line that names at least two columns, one of them of these, is the head of a table of line items: the words on it
# head columns and name no field of the document.
_ROW_COLUMNS = {"description", "article_number", "quantity", "unit", "unit_price"}


@dataclass(frozen=True)
class PageView:
    """One page, prepared for search.

    Attributes:
        page: the page itself.
        lines: from the top, each the segments of one line from left to right.
        hits: per line, the labels on it.
        probabilities: of each word for each label name, shape (words, labels), or None without a model.
    """

    page: Page
    lines: list[list[Segment]]
    hits: list[list[LabelHit]]
    probabilities: NDArray[np.float32] | None

    @classmethod
    def of(cls, page: Page, lexicon: Lexicon, probabilities: NDArray[np.float32] | None) -> PageView:
        """The view of a page; its words are grouped and searched for labels once."""
        lines = segments(page.words, width=page.width, height=page.height) if page.words else []
        return cls(page, lines, [], probabilities).relabelled(lexicon)

    def relabelled(self, lexicon: Lexicon) -> PageView:
        """The same page with the labels of another lexicon."""
        hits = [[hit for segment in line for hit in lexicon.find(segment, i)] for i, line in enumerate(self.lines)]
        return replace(self, hits=hits)

    def narrowed(self, lexicon: Lexicon) -> PageView:
        """The same page with the labels of a part of its lexicon; faster, for what has none now has none then."""
        hits = []
        for i, known in enumerate(self.hits):
            labelled = dict.fromkeys(hit.segment for hit in known)
            hits.append([hit for segment in labelled for hit in lexicon.find(segment, i)])
        return replace(self, hits=hits)

    @cached_property
    def likeliest(self) -> list[int]:
        """The model's likeliest label of each word, by number; empty without a model."""
        return [] if self.probabilities is None else self.probabilities.argmax(axis=1).tolist()

    @cached_property
    def line_height(self) -> float:
        """Median word height, 0-1 of the page height."""
        return median(word.box.height for word in self.page.words) if self.page.words else 0.01

    @cached_property
    def tops(self) -> list[float]:
        """Top edge of each line."""
        return [min(segment.box.top for segment in line) for line in self.lines]

    @cached_property
    def bottoms(self) -> list[float]:
        """Bottom edge of each line."""
        return [max(segment.box.bottom for segment in line) for line in self.lines]

    @cached_property
    def table_heads(self) -> frozenset[int]:
        """Indices of the lines that head a table of line items."""
        return frozenset(i for i, hits in enumerate(self.hits) if is_table_head(hits))


def view_pages(
    pages: Iterable[tuple[Page, NDArray[np.float32] | None]], lexicon: Lexicon
) -> tuple[list[PageView], Lexicon]:
    """The views of a document's pages, and the part of the lexicon in the languages that the document speaks.

    Args:
        pages: each with the model's probabilities, or None without a model.
        lexicon: all languages.
    """
    views = [PageView.of(page, lexicon, probabilities) for page, probabilities in pages]
    own = lexicon.only(spoken((hit for view in views for hits in view.hits for hit in hits), lexicon))
    return (views, own) if own is lexicon else ([view.narrowed(own) for view in views], own)


def is_table_head(hits: list[LabelHit]) -> bool:
    """Whether the labels of one line are column heads of a table of line items."""
    names = [{meaning.name for meaning in hit.meanings if meaning.group == "column"} for hit in hits]
    heads = [columns for columns in names if columns]
    rows = [columns for columns in heads if columns & _ROW_COLUMNS]
    return (len(heads) >= 3 and len(rows) >= 1) or len(rows) >= 2
