"""A dataset's rows as page images with labels; the images stay on disk until they are looked at."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta_lab.training.dataset import load_rows
from fakta_lab.training.donut.labels import PageLabel, labels_of_rows, names_of

if TYPE_CHECKING:
    import datasets
    from PIL.Image import Image

COLUMNS = ("document", "page", "fields", "values", "image")
WEIGHT = "weight"


class Pictures(Protocol):
    """Rows with an image each; a `datasets.Dataset` decodes it when it is asked for."""

    def __getitem__(self, number: int, /) -> Mapping[str, Any]:
        """The row, with its "image"."""
        ...


@dataclass(frozen=True, slots=True)
class ImagePages:
    """Pages of a dataset.

    Attributes:
        rows: where the images are.
        numbers: of the pages' rows.
        labels: one a page.
    """

    rows: Pictures
    numbers: Sequence[int]
    labels: Sequence[PageLabel]

    def image(self, page: int) -> Image:
        """A page's image, as the dataset has it."""
        image: Image = self.rows[self.numbers[page]]["image"]
        return image


@dataclass(frozen=True, slots=True)
class Split:
    """Pages to train on, pages to measure on, and the sha256 of what the dataset holds."""

    train: ImagePages
    dev: ImagePages
    sha256: str


NO_PAGES = ImagePages((), (), ())
NO_DATASET = Split(NO_PAGES, NO_PAGES, "")


def load_split(path: Path, schema: Schema, *, dev_share: float, tables: bool) -> Split:
    """Reads a `datasets` folder, see `fakta_lab.training.dataset.load_rows`.

    Args:
        tables: write tables too.

    Raises:
        DatasetError: it cannot be used, has no images, or nothing is left to train on.
    """
    rows = load_rows(path, dev_share=dev_share, columns=COLUMNS, optional=[WEIGHT])
    train = _pages(rows.train, schema, tables=tables)
    dev = _pages(rows.dev, schema, tables=tables) if rows.dev is not None else NO_PAGES
    if not train.labels:
        raise DatasetError(f"{path}: no page of which anything is known, so there is nothing to train on")
    return Split(train, dev, rows.sha256 or _fingerprint(train, dev))


def _pages(rows: datasets.Dataset, schema: Schema, *, tables: bool) -> ImagePages:
    """Those of which anything is known."""
    labels = labels_of_rows(rows.remove_columns("image"), schema, tables=tables)
    n_names = len(names_of(schema, tables=tables))
    numbers = [i for i, label in enumerate(labels) if len(label.unknown) < n_names]
    return ImagePages(rows, numbers, [labels[i] for i in numbers])


def _fingerprint(*parts: ImagePages) -> str:
    digest = hashlib.sha256()
    for pages in parts:
        for number, label in enumerate(pages.labels):
            known = (label.document, label.page, sorted(label.values.items()), sorted(label.unknown))
            digest.update(repr(known).encode())
            digest.update(pages.image(number).tobytes())
    return digest.hexdigest()
