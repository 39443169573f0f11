"""A dataset on disk as labelled pages, and its part to measure on.

Rows have `words` (texts), `boxes` (0-1 of the page), `labels` ("O", "B-…", "I-…", or "?" for unknown), `page` (from
1), `document` and `supplier`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakta.documents.model import Box, Page, Word
from fakta.errors import DatasetError
from fakta_lab.formats.retraining import artifact_at
from fakta_lab.training.examples import LabelledPage

COLUMNS = ("words", "boxes", "labels", "page", "document", "supplier")

# A4 in points; a dataset keeps boxes relative to the page, so its size in points no longer matters.
PAGE_SIZE = (595.0, 842.0)


@dataclass(frozen=True, slots=True)
class Split:
    """Pages to train on, pages to measure on, and the sha256 of what the dataset holds."""

    train: list[LabelledPage]
    dev: list[LabelledPage]
    sha256: str


def load_split(path: Path, *, dev_share: float) -> Split:
    """Reads a `datasets` folder.

    A dataset with the splits "train" and "dev" keeps them. Otherwise about `dev_share` of the documents, chosen by
    their name's hash, are held out.

    Raises:
        DatasetError: there is no dataset there, a column is missing, nothing is left to train on, or documents of it
            were erased since it was built.
    """
    import datasets

    built = artifact_at(path)
    if built and built.erased:
        raise DatasetError(
            f"{path}: {built.erased} of its documents were erased since it was built; `fakta dataset build` makes it "
            "anew"
        )
    try:
        loaded = datasets.load_from_disk(str(path))
    except FileNotFoundError:
        raise DatasetError(f"{path}: no dataset folder; `fakta dataset build` makes one") from None
    if isinstance(loaded, datasets.DatasetDict):
        if "train" not in loaded:
            raise DatasetError(f"{path}: has the splits {', '.join(loaded)}, but no 'train'")
        train = _pages(loaded["train"], where=f"{path}: train")
        dev = _pages(loaded["dev"], where=f"{path}: dev") if "dev" in loaded else []
    else:
        pages = _pages(loaded, where=str(path))
        held_out = {page.document for page in pages if _fraction(page.document) < dev_share}
        train = [page for page in pages if page.document not in held_out]
        dev = [page for page in pages if page.document in held_out]
    if not train:
        raise DatasetError(f"{path}: no page with words to train on")
    # The name under which the store remembers which documents are in it; datasets from elsewhere have none.
    return Split(train, dev, built.datasets[0] if built else _fingerprint([*train, *dev]))


def _pages(rows: Any, *, where: str) -> list[LabelledPage]:
    missing = [column for column in COLUMNS if column not in rows.column_names]
    if missing:
        raise DatasetError(f"{where}: the column {missing[0]!r} is missing; build the dataset again")
    return [_page(row) for row in rows if row["words"]]


def _page(row: Mapping[str, Any]) -> LabelledPage:
    words = tuple(Word(text, Box(*box)) for text, box in zip(row["words"], row["boxes"], strict=True))
    return LabelledPage(Page(int(row["page"]), *PAGE_SIZE, words), tuple(row["labels"]), str(row["document"]))


def _fraction(document: str) -> float:
    return int.from_bytes(hashlib.sha256(document.encode()).digest()[:4]) / 2**32


def _fingerprint(pages: Iterable[LabelledPage]) -> str:
    digest = hashlib.sha256()
    for page in pages:
        digest.update(repr((page.document, page.page.number, page.page.words, page.labels)).encode())
    return digest.hexdigest()
