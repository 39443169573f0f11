"""A dataset on disk, written row by row: Arrow files that `datasets.load_from_disk` opens."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakta_lab.dataset.rows import digest_of_rows

if TYPE_CHECKING:
    import datasets
    import pyarrow

# Bytes of rows in one Arrow file.
SHARD = 256 * 2**20
# Bytes of rows in one record batch: what is held in memory, and what is read to get at one row.
BATCH = 4 * 2**20


class DatasetWriter:
    """Writes the splits of a dataset, one after the other.

    The files are those that `DatasetDict.save_to_disk` writes, which needs the whole dataset at once. Equal rows give
    equal files.

    Args:
        folder: to write in; it is there and empty.
        features: types of the columns.
    """

    def __init__(self, folder: Path, features: datasets.Features) -> None:
        self._folder = folder
        self._features = features
        self._digest = hashlib.sha256()
        self._splits: list[str] = []

    @contextmanager
    def split(self, name: str) -> Iterator[SplitWriter]:
        """Takes the rows of one split; a split comes once."""
        self._splits.append(name)
        writer = SplitWriter(self._folder / name, name, self._features, self._digest)
        yield writer
        writer.close()

    def close(self) -> str:
        """Ends the dataset and returns the sha256 of its rows."""
        _write_json(self._folder / "dataset_dict.json", {"splits": self._splits})
        return self._digest.hexdigest()


class SplitWriter:
    """Writes the rows of one split; see `DatasetWriter`."""

    def __init__(self, folder: Path, name: str, features: datasets.Features, digest: hashlib._Hash) -> None:
        self._folder = folder
        self._name = name
        self._features = features
        self._digest = digest
        self._own_digest = hashlib.sha256()
        self._batch: list[pyarrow.Table] = []
        self._batch_bytes = 0
        self._writer: Any = None
        self._shards: list[Path] = []
        self._shard_bytes = 0
        folder.mkdir()

    def add(self, rows: pyarrow.Table) -> None:
        """Adds rows with exactly the columns of the dataset."""
        content = digest_of_rows(rows)
        self._own_digest.update(content)
        self._digest.update(self._name.encode() + content)
        self._batch.append(rows)
        self._batch_bytes += rows.nbytes
        if self._batch_bytes >= BATCH:
            self._flush()
        if self._shard_bytes >= SHARD:
            self._end_shard()

    def close(self) -> None:
        """Ends the split."""
        self._flush()
        self._end_shard()
        names = [f"data-{i:05d}-of-{len(self._shards):05d}.arrow" for i in range(len(self._shards))]
        for shard, name in zip(self._shards, names, strict=True):
            shard.rename(self._folder / name)
        _write_state(self._folder, self._name, names, fingerprint=self._own_digest.hexdigest()[:16])
        _write_info(self._folder, self._features)

    def _flush(self) -> None:
        import pyarrow as pa
        from datasets.arrow_writer import ArrowWriter

        if not self._batch:
            return
        if self._writer is None:
            self._shards.append(self._folder / f"shard-{len(self._shards)}")
            self._writer = ArrowWriter(features=self._features, path=str(self._shards[-1]))
        self._writer.write_table(pa.concat_tables(self._batch))
        self._shard_bytes += self._batch_bytes
        self._batch, self._batch_bytes = [], 0

    def _end_shard(self) -> None:
        if self._writer is not None:
            self._writer.finalize()
            _sync(self._shards[-1])
        self._writer, self._shard_bytes = None, 0


def _write_state(folder: Path, split: str, files: Sequence[str], *, fingerprint: str) -> None:
    state: dict[str, Any] = {
        "_data_files": [{"filename": name} for name in files],
        "_fingerprint": fingerprint,
        "_format_columns": None,
        "_format_kwargs": {},
        "_format_type": None,
        "_output_all_columns": False,
        "_split": split,
    }
    _write_json(folder / "state.json", state)


def _write_info(folder: Path, features: datasets.Features) -> None:
    from datasets import DatasetInfo

    info = dataclasses.asdict(DatasetInfo(features=features))
    # Not the keys below: the order of the features is that of the columns.
    _write_json(folder / "dataset_info.json", {key: info[key] for key in sorted(info)})


def _write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    _sync(path)


def _sync(path: Path) -> None:
    """Waits until a file is on the disk: it must not be empty after a power failure, its folder being in place."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
