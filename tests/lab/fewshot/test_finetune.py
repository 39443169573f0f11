"""Fine-tuning as a learner: the real pipeline on a model that trains in a second."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")
pytest.importorskip("datasets", reason="needs the lab extra")

from tests.lab.training.tiny_run import generated_pages, tiny_config

from fakta.bundle import Bundle
from fakta.errors import DatasetError
from fakta_lab.export import export_run
from fakta_lab.fewshot import find_suppliers
from fakta_lab.fewshot.learners import FineTuning
from fakta_lab.fewshot.suppliers import Supplier
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.synth.write import write_set
from fakta_lab.training import train

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("finetune")


@pytest.fixture(scope="module")
def supplier(folder: Path) -> Supplier:
    made = write_set(folder / "set", count=3, seed=4, profile="demo", suppliers=1, error_share=0.0)
    return find_suppliers(Benchmark.load(made), most=2).taken[0]


@pytest.fixture(scope="module")
def base(folder: Path) -> Path:
    """A bundle around a tiny model that has learned next to nothing."""
    config = tiny_config(folder / "base-run", max_steps=12, checkpoint_every=1000, eval_invoices=0)
    pages = [labelled.page for labelled in generated_pages(2, first=100)]
    return export_run(train(config, progress=False).path, folder / "base", name="tiny", pages=pages)


def test_corrections_change_the_weights_and_are_counted(folder: Path, supplier: Supplier, base: Path) -> None:
    learner = FineTuning(base, tiny_config(folder / "ignored", max_steps=2, replay=0.5), work=folder / "work")
    reader = learner.learn(supplier.corrected)
    assert reader.extract(supplier.scored[0].path).document == str(supplier.scored[0].path)
    assert reader.bundle is not None
    lineage = reader.bundle.manifest["lineage"]
    assert (lineage["start"], lineage["dataset_documents"], lineage["steps"]) == ("tiny", 2, 2)
    before, after = (bundle.read("model.onnx") for bundle in (Bundle.load(base), reader.bundle))
    assert before != after
    assert not (folder / "ignored").exists()

    # Nothing is left of the first learning.
    again = learner.learn(supplier.corrected[:1])
    assert again.bundle is not None
    assert again.bundle.manifest["lineage"]["dataset_documents"] == 1


def test_settings_tell_recipes_apart_but_not_where_and_on_what_machine(folder: Path, base: Path) -> None:
    def settings(run: str = "run", **changes: object) -> object:
        return FineTuning(base, tiny_config(folder / run, **changes), work=folder / "work").settings

    assert settings() == settings("elsewhere", threads=2, overwrite=True)
    assert settings() != settings(learning_rate=0.1)


def test_documents_that_teach_nothing_are_an_error(folder: Path, base: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"no document")
    document = BenchmarkDocument("broken.pdf", broken, {"invoice_number": "17"}, supplier="A")
    learner = FineTuning(base, tiny_config(folder / "run"), work=tmp_path / "work")
    with pytest.raises(DatasetError, match="not one document can be used"):
        learner.learn([document])
