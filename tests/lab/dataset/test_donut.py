"""A dataset in Donut's form."""

from __future__ import annotations

import json
from pathlib import Path

import datasets
import pytest
from tests.lab.dataset.stores import fill, invoices

from fakta.errors import DatasetError
from fakta.schema import invoice_schema
from fakta_lab.cli import main
from fakta_lab.dataset import DatasetConfig, build_dataset
from fakta_lab.dataset.donut import export_donut


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("store"), *invoices())


@pytest.fixture(scope="module")
def dataset(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data") / "dataset"
    build_dataset(DatasetConfig(store=store, out=out, image_height=200))
    return out


def test_every_page_with_a_value_has_its_image_and_its_values(dataset: Path, tmp_path: Path) -> None:
    exported = export_donut(dataset, tmp_path / "donut")
    for split, rows in datasets.load_from_disk(str(dataset)).items():
        lines = (tmp_path / "donut" / split / "metadata.jsonl").read_text(encoding="utf-8").splitlines()
        entries = {entry["file_name"]: json.loads(entry["ground_truth"]) for entry in map(json.loads, lines)}
        images = {path.name for path in (tmp_path / "donut" / split).glob("*.png")}
        assert images == set(entries)
        assert exported.pages[split] == len(entries)
        assert exported.pages[split] + exported.empty[split] == len(rows)
        for row in rows:
            truth = entries.get(f"{row['sha256']}-{row['page']}.png", {"gt_parse": {}})
            values = json.loads(row["values"])
            assert truth == {"gt_parse": {name: values[name] for name in row["fields"]}}
            assert None not in truth["gt_parse"].values()
            order = list(invoice_schema().fields)
            assert list(truth["gt_parse"]) == sorted(truth["gt_parse"], key=order.index)


def test_datasets_opens_it(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exported = export_donut(dataset, tmp_path / "donut")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_OFFLINE", True)
    opened = datasets.load_dataset("imagefolder", data_dir=str(tmp_path / "donut"), cache_dir=str(tmp_path / "cache"))
    assert {split: len(rows) for split, rows in opened.items()} == {
        {"dev": "validation"}.get(split, split): n for split, n in exported.pages.items()
    }
    row = opened["train"][0]
    assert max(row["image"].size) == 200
    assert json.loads(row["ground_truth"])["gt_parse"]


def test_what_cannot_be_exported_is_one_line(
    dataset: Path, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dataset", "export", str(dataset), "--to", "donut", "--out", str(tmp_path / "donut")]) == 0
    capsys.readouterr()
    assert main(["dataset", "export", str(dataset), "--to", "donut", "--out", str(tmp_path / "donut")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "exists" in line
    with pytest.raises(DatasetError, match="no dataset folder"):
        export_donut(tmp_path / "none", tmp_path / "out")
    build_dataset(DatasetConfig(store=store, out=tmp_path / "bare", images=False))
    with pytest.raises(DatasetError, match="build it with `images: true`"):
        export_donut(tmp_path / "bare", tmp_path / "out")
    # Nothing half-made stays.
    assert {path.name for path in tmp_path.iterdir()} == {"donut", "bare", ".bare.build"}
