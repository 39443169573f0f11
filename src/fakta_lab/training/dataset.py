"""The rows of a dataset on disk, and its part to measure on; what is in them is for each family to read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fakta.errors import DatasetError
from fakta_lab.formats.retraining import artifact_at

if TYPE_CHECKING:
    import datasets


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to train on and rows to measure on.

    Attributes:
        dev: None where nothing is held out.
        sha256: by which the store remembers which documents are in the dataset; "" for one from elsewhere.
    """

    train: datasets.Dataset
    dev: datasets.Dataset | None
    sha256: str


def load_rows(path: Path, *, dev_share: float, columns: Sequence[str], optional: Sequence[str] = ()) -> Rows:
    """Opens a `datasets` folder; rows stay on disk until they are read.

    A dataset with the splits "train" and "dev" keeps them, and its "test" is not touched. Otherwise about `dev_share`
    of the documents, chosen by their name's hash, are held out.

    Args:
        columns: that must be there, "document" among them.
        optional: read where they are.

    Raises:
        DatasetError: there is no dataset there, a column is missing, or documents of it were erased since it was built.
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
    wanted = (*columns, *optional)
    sha256 = built.datasets[0] if built else ""
    if isinstance(loaded, datasets.DatasetDict):
        if "train" not in loaded:
            raise DatasetError(f"{path}: has the splits {', '.join(loaded)}, but no 'train'")
        parts = {
            name: _checked(loaded[name], columns, wanted, where=f"{path}: {name}")
            for name in ("train", "dev")
            if name in loaded
        }
        return Rows(parts["train"], parts.get("dev"), sha256)
    rows = _checked(loaded, columns, wanted, where=str(path))
    held_out = [_fraction(str(document)) < dev_share for document in rows["document"]]
    train = rows.select([i for i, out in enumerate(held_out) if not out])
    return Rows(train, rows.select([i for i, out in enumerate(held_out) if out]) if any(held_out) else None, sha256)


def _checked(rows: datasets.Dataset, columns: Sequence[str], wanted: Sequence[str], *, where: str) -> datasets.Dataset:
    missing = [column for column in columns if column not in rows.column_names]
    if missing == ["image"]:
        raise DatasetError(f"{where}: has no page images; build it with `images: true`")
    if missing:
        raise DatasetError(f"{where}: the column {missing[0]!r} is missing; build the dataset again")
    return rows.select_columns([column for column in wanted if column in rows.column_names])


def _fraction(document: str) -> float:
    return int.from_bytes(hashlib.sha256(document.encode()).digest()[:4]) / 2**32
