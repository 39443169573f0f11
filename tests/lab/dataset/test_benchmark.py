"""The held-out part of a dataset as a benchmark set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.dataset.stores import fill, invoices

from fakta.errors import DatasetError
from fakta_lab.cli import main
from fakta_lab.corrections.erasure import erase, of_tenant
from fakta_lab.dataset import DatasetConfig, build_dataset
from fakta_lab.dataset.benchmark import export_benchmark
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.store import Store

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A store and a dataset of it."""
    folder = tmp_path_factory.mktemp("benchmark")
    store = fill(folder / "store", *invoices(), tenant="kommun-a")
    config = DatasetConfig(store=store, out=folder / "dataset", test_share=0.3, seed=3)
    build_dataset(config)
    return store, config.out


def test_a_set_has_the_documents_and_what_is_known_of_them(made: tuple[Path, Path], tmp_path: Path) -> None:
    store, dataset = made
    out = tmp_path / "set"
    assert main(["dataset", "export", str(dataset), "--to", "benchmark", "--store", str(store), "--out", str(out)]) == 0
    benchmark = Benchmark.load(out)
    lineage = json.loads((dataset / "dataset.json").read_text(encoding="utf-8"))["lineage"]
    assert sorted(document.path.stem for document in benchmark.documents) == sorted(lineage["splits"]["test"])
    assert {document.layout for document in benchmark.documents} <= {"0-shot", "1-3-shot", "4+-shot"}
    with Store.open(store) as opened:
        for document in benchmark.documents:
            assert document.extra["tenant"] == "kommun-a"
            assert document.path.read_bytes() == opened.vault.path(document.path.stem).read_bytes()
    # Nobody looked at every field of every document; what nobody looked at is not scored.
    n_known = sum(len(document.fields) for document in benchmark.documents)
    assert 0 < n_known < len(benchmark.documents) * len(benchmark.schema.fields)
    assert benchmark.unknown_fields == ()


def test_what_cannot_be_exported_is_one_line(
    made: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, dataset = made
    start = ["dataset", "export", "--to", "benchmark", "--store", str(store), "--out", str(tmp_path / "set")]
    assert main([*start, str(tmp_path)]) == 2
    assert "no dataset folder" in capsys.readouterr().err
    assert main([*start, str(dataset), "--split", "train2"]) == 2
    assert "has no split 'train2'; it has train" in capsys.readouterr().err
    with (
        Store.open(tmp_path / "other", create=True) as other,
        pytest.raises(DatasetError, match="does not have document"),
    ):
        export_benchmark(dataset, tmp_path / "set", store=other)
    assert not (tmp_path / "set").exists()


def test_a_dataset_with_erased_documents_is_refused(tmp_path: Path) -> None:
    store = fill(tmp_path / "store", *invoices())
    config = DatasetConfig(store=store, out=tmp_path / "dataset", seed=3)
    build_dataset(config)
    with Store.open(store) as opened:
        erase(opened, of_tenant(opened, ""), scope="tenant", search=[tmp_path])
        with pytest.raises(DatasetError, match="of its documents were erased since it was built"):
            export_benchmark(config.out, tmp_path / "set", store=opened)
