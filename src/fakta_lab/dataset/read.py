"""A dataset read back from disk."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from fakta.errors import DatasetError
from fakta_lab.formats.retraining import artifact_at

if TYPE_CHECKING:
    import datasets


def read_dataset(folder: Path, *, columns: Collection[str]) -> datasets.DatasetDict:
    """The splits of a dataset that `build_dataset` made.

    Args:
        folder: of the dataset.
        columns: that are needed in every split.

    Raises:
        DatasetError: there is no dataset, it lacks a column, or documents of it were erased.
    """
    import datasets

    built = artifact_at(folder)
    if built and built.erased:
        raise DatasetError(f"{folder}: {built.erased} of its documents were erased since it was built; build it anew")
    try:
        loaded = datasets.load_from_disk(str(folder))
    except FileNotFoundError:
        raise DatasetError(f"{folder}: no dataset folder; `fakta dataset build` makes one") from None
    for split, rows in loaded.items():
        missing = set(columns) - set(rows.column_names)
        if "image" in missing:
            raise DatasetError(f"{folder}: {split} has no page images; build it with `images: true`")
        if missing:
            raise DatasetError(f"{folder}: {split} has no column {min(missing)!r}; build the dataset again")
    return loaded
