"""`--trained-on`: whose documents a model has learned from, wherever that is written down."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fakta.errors import InputError

if TYPE_CHECKING:
    from fakta_lab.evaluation import LearnedFrom

Keys = Collection[str]


def learned_from(path: Path) -> LearnedFrom:
    """How many documents of each supplier a dataset, benchmark set, corrections file, store or memory holds.

    Of a dataset only what is in train counts.

    Raises:
        InputError: it is none of these, or cannot be read.
    """
    from fakta_lab.evaluation import LearnedFrom

    return LearnedFrom(_documents(path))


def _documents(path: Path) -> Iterator[Keys]:
    """The keys of each document's supplier."""
    from fakta_lab.formats.memories import is_memory

    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    if is_memory(path):
        return _of_memory(path)
    if (path / "dataset_dict.json").is_file():
        return _of_dataset(path)
    if (path / "store.yaml").is_file() or (path / "corrections.db").is_file():
        return _of_store(path)
    if (path / "truth.jsonl").is_file() or (path.is_file() and _is_truth(path)):
        return _of_benchmark(path)
    if path.is_file():
        return _of_corrections(path)
    raise InputError(
        f"{path}: expected a dataset, a benchmark set, a corrections file, a store of corrections or a supplier memory"
    )


def _of_memory(path: Path) -> Iterator[Keys]:
    from fakta_lab.evaluation.shots import remembered_keys
    from fakta_lab.formats.memories import read_memory

    for number, documents in enumerate(read_memory(path).suppliers()):
        for learned in documents.values():
            # What the memory takes for one supplier stays one, whatever it goes by.
            yield {f"memory:{number}", *remembered_keys(learned.identifiers)}


def _of_dataset(path: Path) -> Iterator[Keys]:
    from fakta_lab.dataset.read import read_dataset

    columns = ("sha256", "supplier", "values")
    rows = read_dataset(path, columns=columns)
    if "train" not in rows:
        raise InputError(f"{path}: has no split 'train'; it has {', '.join(rows)}")
    # A row is a page; all pages of a document say the same of it.
    found = {row["sha256"]: (row["supplier"], row["values"]) for row in rows["train"].select_columns(list(columns))}
    for supplier, values in found.values():
        yield _keys(supplier, json.loads(values))


def _of_store(path: Path) -> Iterator[Keys]:
    from fakta_lab.labels import labelled_documents
    from fakta_lab.store import Store

    with Store.open(path) as store:
        for document in labelled_documents(store.events()):
            yield _keys(document.supplier, document.values)


def _of_benchmark(path: Path) -> Iterator[Keys]:
    from fakta_lab.formats.benchmark import Benchmark

    for document in Benchmark.load(path).documents:
        yield _keys(document.supplier, document.fields)


def _of_corrections(path: Path) -> Iterator[Keys]:
    from fakta_lab.formats.correction import read_corrections

    found: dict[tuple[str, str], tuple[str, dict[str, str | None]]] = {}
    for event in read_corrections(path):
        supplier, values = found.get((event.tenant, event.document), ("", {}))
        found[event.tenant, event.document] = event.supplier or supplier, {**values, **event.labels}
    for supplier, values in found.values():
        yield _keys(supplier, values)


def _is_truth(path: Path) -> bool:
    """Whether a file of JSON Lines holds truth rather than corrections, by its first line."""
    from fakta_lab.formats.jsonl import read_objects

    first = next(read_objects(path), None)
    return first is not None and isinstance(first[1], Mapping) and "fields" in first[1]


def _keys(supplier: str, values: Mapping[str, str | None]) -> Keys:
    from fakta_lab.evaluation.shots import supplier_keys

    return supplier_keys(supplier, values)
