"""A dataset's rows as labelled pages.

Rows have `words` (texts), `boxes` (0-1 of the page), `labels` ("O", "B-…", "I-…", or "?" for unknown), `page` (from
1), `document` and `supplier`; optionally `weight`. Whatever else they have, page images above all, is not read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakta.documents.model import Box, Page, Word
from fakta.errors import DatasetError
from fakta_lab.training.dataset import load_rows
from fakta_lab.training.layoutlmv3.examples import LabelledPage

COLUMNS = ("words", "boxes", "labels", "page", "document", "supplier")
# How often to draw a page; 1 where there is none.
WEIGHT = "weight"

# A4 in points; a dataset keeps boxes relative to the page, so its size in points no longer matters.
PAGE_SIZE = (595.0, 842.0)


@dataclass(frozen=True, slots=True)
class Split:
    """Pages to train on, pages to measure on, and the sha256 of what the dataset holds."""

    train: list[LabelledPage]
    dev: list[LabelledPage]
    sha256: str


def load_split(path: Path, *, dev_share: float) -> Split:
    """Reads a `datasets` folder, see `fakta_lab.training.dataset.load_rows`.

    Raises:
        DatasetError: it cannot be used, or nothing is left to train on.
    """
    rows = load_rows(path, dev_share=dev_share, columns=COLUMNS, optional=[WEIGHT])
    train, dev = _pages(rows.train), _pages(rows.dev or [])
    if not train:
        raise DatasetError(f"{path}: no page with words to train on")
    return Split(train, dev, rows.sha256 or _fingerprint([*train, *dev]))


def _pages(rows: Iterable[Mapping[str, Any]]) -> list[LabelledPage]:
    return [_page(row) for row in rows if row["words"]]


def _page(row: Mapping[str, Any]) -> LabelledPage:
    words = tuple(Word(text, Box(*box)) for text, box in zip(row["words"], row["boxes"], strict=True))
    page = Page(int(row["page"]), *PAGE_SIZE, words)
    return LabelledPage(page, tuple(row["labels"]), str(row["document"]), float(row.get(WEIGHT, 1.0)))


def _fingerprint(pages: Iterable[LabelledPage]) -> str:
    digest = hashlib.sha256()
    for page in pages:
        digest.update(repr((page.document, page.page.number, page.page.words, page.labels)).encode())
    return digest.hexdigest()
