"""What a model has learned from is known over rounds, so that it is never measured on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.fakta.tiny_model import write_tiny_bundle
from tests.lab.dataset.stores import fill, invoices

from fakta.bundle import Bundle
from fakta.memory import Learned as Remembered
from fakta.memory import Memory
from fakta_lab.dataset import DatasetConfig
from fakta_lab.formats.memories import write_memory
from fakta_lab.improve.corrected import Corrected, History, learned_from, memory_without
from fakta_lab.store import Store
from fakta_lab.store.lineage import record_dataset


def dataset_at(folder: Path, sha256: str, **splits: list[str]) -> Path:
    folder.mkdir()
    content: dict[str, Any] = {"sha256": sha256, "lineage": {"splits": splits}}
    (folder / "dataset.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def bundle_of(folder: Path, *datasets: str) -> Bundle:
    write_tiny_bundle(folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["lineage"]["datasets"] = datasets
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Bundle.load(folder)


def test_history_keeps_the_sides(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    history.keep(tmp_path / "nothing")
    history.keep(dataset_at(tmp_path / "dataset", "a" * 64, train=["1", "2"], test=["3"]))
    assert history.splits("a" * 64) == {"train": ["1", "2"], "test": ["3"]}
    assert history.splits("b" * 64) == {}
    history.forget(but=frozenset({"1", "3"}))
    assert history.splits("a" * 64) == {"train": ["1"], "test": ["3"]}


def test_trained_and_tuned_on_is_seen_and_measured_on_is_not(tmp_path: Path) -> None:
    history = History(tmp_path / "history")
    history.keep(dataset_at(tmp_path / "dataset", "a" * 64, train=["1"], dev=["2"], test=["3"]))
    with Store.open(tmp_path / "store", create=True) as store:
        with store.database.writing() as connection:
            record_dataset(connection, sha256="b" * 64, name="elsewhere", documents=["4", "5"])
        # Of a dataset that only the store knows, each document may have been trained on; of one that nobody knows, ….
        learned = learned_from(bundle_of(tmp_path / "bundle", "a" * 64, "b" * 64, "c" * 64), store, history)
        assert learned.documents == {"1", "2", "4", "5"}
        assert learned.unknown == 1
        assert learned_from(bundle_of(tmp_path / "shipped"), store, history) == (frozenset(), 0)


def test_a_memory_forgets_what_is_measured_on(tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path / "bundle")
    assert len(memory_without(bundle, frozenset({"1"}))) == 0
    memory = Memory()
    for sha256 in ("1" * 64, "2" * 64):
        memory.add(sha256, Remembered(identifiers=("org:5599990008",), places={}, values={}, unprinted=frozenset()))
    write_memory(bundle, memory)
    assert set(memory_without(bundle, frozenset({"1" * 64, "3" * 64})).documents) == {"2" * 64}


def test_the_digest_changes_with_what_people_said(tmp_path: Path) -> None:
    contents, events = invoices()
    recipe = DatasetConfig(out=tmp_path / "dataset")
    with Store.open(fill(tmp_path / "store", contents, events)) as store:
        before = Corrected.of(store, recipe)
        assert Corrected.of(store, recipe) == before
    assert (len(before.documents), before.suppliers) == (12, 6)
    assert list(before.days) == sorted(before.days)
    more = {**events[0], "corrected": {"amount_due": "1.00"}, "confirmed": [], "corrected_at": "2026-09-01T08:00:00Z"}
    with Store.open(fill(tmp_path / "store", {}, [more])) as store:
        assert Corrected.of(store, recipe).digest != before.digest
