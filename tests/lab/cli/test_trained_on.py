"""`--trained-on`: the suppliers that a model learned from, read from wherever they stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import datasets
import pytest

from fakta.errors import InputError
from fakta.memory import Memory
from fakta.memory.learned import Learned
from fakta_lab.cli.trained_on import learned_from
from fakta_lab.evaluation import BenchmarkDocument
from fakta_lab.store import Store

# Alm has two documents, Björk one, and one names nobody.
CORRECTIONS = [
    {"document": "1.pdf", "corrected": {"amount_due": "10.00"}, "supplier": "Alm AB"},
    {"document": "1.pdf", "corrected": {"supplier_org_number": "5599941209"}},
    {"document": "2.pdf", "confirmed": ["supplier_org_number"], "extracted": {"supplier_org_number": "559994-1209"}},
    {"document": "3.pdf", "corrected": {"supplier_name": "Björk AB"}},
    {"document": "4.pdf", "corrected": {"amount_due": "10.00"}},
]


def lines(path: Path, records: Sequence[Any]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def corrections(folder: Path) -> Path:
    return lines(folder / "corrections.jsonl", CORRECTIONS)


def store(folder: Path) -> Path:
    with Store.open(folder / "store", create=True) as opened:
        opened.add_events(((event, f"line {i}") for i, event in enumerate(CORRECTIONS, 1)), source="test")
    return folder / "store"


def truth(folder: Path) -> Path:
    records = [
        {"document": "1.pdf", "supplier": "Alm AB", "fields": {}},
        {"document": "2.pdf", "supplier": "Alm AB", "fields": {"supplier_org_number": "5599941209"}},
        {"document": "3.pdf", "fields": {"supplier_name": "Björk AB"}},
        {"document": "4.pdf", "fields": {"amount_due": "10.00"}},
    ]
    return lines(folder / "set" / "truth.jsonl", records)


def benchmark(folder: Path) -> Path:
    return truth(folder).parent


def dataset(folder: Path) -> Path:
    rows = [
        {"sha256": "1", "supplier": "5599941209", "values": '{"supplier_name": "Alm AB"}'},
        {"sha256": "1", "supplier": "5599941209", "values": '{"supplier_name": "Alm AB"}'},
        {"sha256": "2", "supplier": "5599941209", "values": '{"supplier_org_number": "5599941209"}'},
        {"sha256": "3", "supplier": "björk ab", "values": "{}"},
        {"sha256": "4", "supplier": "", "values": "{}"},
    ]
    # What is held out was not learned from.
    held = [{"sha256": "5", "supplier": "björk ab", "values": "{}"}]
    splits = {"train": datasets.Dataset.from_list(rows), "test": datasets.Dataset.from_list(held)}
    datasets.DatasetDict(splits).save_to_disk(str(folder / "dataset"))
    return folder / "dataset"


def memory(folder: Path) -> Path:
    known = Memory()
    for name, identifiers in (
        ("1", ("name:alm", "org:5599941209")),
        ("2", ("org:5599941209",)),
        ("3", ("name:björk",)),
    ):
        known.add(name * 64, Learned(identifiers))
    known.save(folder / "memory.json")
    return folder / "memory.json"


@pytest.mark.parametrize("written", [corrections, store, truth, benchmark, dataset, memory])
def test_documents_are_counted_by_supplier(written: Any, tmp_path: Path) -> None:
    learned = learned_from(written(tmp_path))
    assert (learned.documents - learned.nameless, learned.nameless) == (3, 0 if written is memory else 1)

    def subset(**fields: str) -> str:
        return learned.subset(BenchmarkDocument("a.pdf", Path("a.pdf"), fields))

    assert subset(supplier_org_number="5599941209") == "1-3-shot"
    assert subset(supplier_name="Björk AB") == "1-3-shot"
    assert subset(supplier_name="Cypress AB") == "0-shot"
    assert subset(amount_due="1.00") == "unknown"


def test_anything_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a dataset, a benchmark set, a corrections file, a store"):
        learned_from(tmp_path)
    with pytest.raises(InputError, match="no such file or folder"):
        learned_from(tmp_path / "none")
