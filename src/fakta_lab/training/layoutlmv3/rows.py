"""A dataset's rows as labelled pages.

Rows have `words` (texts), `boxes` (0-1 of the page), `labels` ("O", "B-…", "I-…", or "?" for unknown), `page` (from
1), `document` and `supplier`; optionally `weight`. `image`, the page's picture, stays on disk until somebody looks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakta.documents.model import Box, Page, Word
from fakta.errors import DatasetError
from fakta_lab.training.dataset import load_rows
from fakta_lab.training.layoutlmv3.examples import LabelledPage

if TYPE_CHECKING:
    import datasets
    from PIL.Image import Image

COLUMNS = ("words", "boxes", "labels", "page", "document", "supplier")
# How often to draw a page; 1 where there is none.
WEIGHT = "weight"
IMAGE = "image"

# A4 in points; a dataset keeps boxes relative to the page, so its size in points no longer matters.
PAGE_SIZE = (595.0, 842.0)


@dataclass(frozen=True, slots=True)
class Split:
    """Pages to train on, pages to measure on, and the sha256 of what the dataset holds."""

    train: list[LabelledPage]
    dev: list[LabelledPage]
    sha256: str


@dataclass(frozen=True, slots=True)
class RowImage:
    """Reads the picture in one row of a dataset when it is called; a page's `render`."""

    rows: datasets.Dataset
    index: int

    def __call__(self, dpi: int) -> Image:
        """The picture as RGB, as large as the dataset keeps it, whatever `dpi` says.

        Raises:
            DatasetError: the row has none.
        """
        image: Image | None = self.rows[self.index][IMAGE]
        if image is None:
            raise DatasetError(f"row {self.index} of the dataset has no page image; build the dataset again")
        return image.convert("RGB")


def load_split(path: Path, *, dev_share: float, images: bool = False) -> Split:
    """Reads a `datasets` folder, see `fakta_lab.training.dataset.load_rows`.

    Args:
        images: pages have their pictures.

    Raises:
        DatasetError: it cannot be used, or nothing is left to train on.
    """
    columns = (*COLUMNS, IMAGE) if images else COLUMNS
    rows = load_rows(path, dev_share=dev_share, columns=columns, optional=[WEIGHT])
    train, dev = _pages(rows.train), _pages(rows.dev) if rows.dev else []
    if not train:
        raise DatasetError(f"{path}: no page with words to train on")
    return Split(train, dev, rows.sha256 or _fingerprint([*train, *dev]))


def _pages(rows: datasets.Dataset) -> list[LabelledPage]:
    if IMAGE not in rows.column_names:
        return [_page(row, None) for row in rows if row["words"]]
    # Not with the words, or every picture would be decoded now.
    words, images = rows.remove_columns(IMAGE), rows.select_columns(IMAGE)
    return [_page(row, RowImage(images, index)) for index, row in enumerate(words) if row["words"]]


def _page(row: Mapping[str, Any], render: RowImage | None) -> LabelledPage:
    words = tuple(Word(text, Box(*box)) for text, box in zip(row["words"], row["boxes"], strict=True))
    page = Page(int(row["page"]), *PAGE_SIZE, words, render=render)
    return LabelledPage(page, tuple(row["labels"]), str(row["document"]), float(row.get(WEIGHT, 1.0)))


def _fingerprint(pages: Iterable[LabelledPage]) -> str:
    digest = hashlib.sha256()
    for page in pages:
        digest.update(repr((page.document, page.page.number, page.page.words, page.labels)).encode())
    return digest.hexdigest()
