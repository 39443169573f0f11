"""Adapters: little is trained and saved, and merged into its base it reads as it did in training."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")
pytest.importorskip("peft", reason="needs the lab extra")

from safetensors.torch import load_file  # noqa: E402
from tests.lab.training.tiny_run import generated_pages, tiny_config, write_dataset  # noqa: E402

from fakta.encode import Encoder  # noqa: E402
from fakta.errors import ConfigError, GateFailed, InputError  # noqa: E402
from fakta.session import Session  # noqa: E402
from fakta_lab.cli import main  # noqa: E402
from fakta_lab.export import export_run  # noqa: E402
from fakta_lab.formats.retraining import artifact_at, mark_for_retraining  # noqa: E402
from fakta_lab.training import train  # noqa: E402
from fakta_lab.training.adapters import list_adapters  # noqa: E402
from fakta_lab.training.finished import load_model, merge_adapter  # noqa: E402
from fakta_lab.training.layoutlmv3.measure import predict_labels  # noqa: E402
from fakta_lab.training.run import RunInfo  # noqa: E402

pytestmark = pytest.mark.torch

PAGES = generated_pages(3)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(tiny_config(tmp_path_factory.mktemp("runs") / "base", checkpoint_every=1000), progress=False).path


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(tmp_path_factory.mktemp("data") / "corrections", [], splits={"train": PAGES, "dev": PAGES})


@pytest.fixture(scope="module")
def adapter(base: Path, dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = tiny_config(
        tmp_path_factory.mktemp("adapters") / "kommun-a",
        start=str(base),
        dataset=dataset,
        adapter={"name": "kommun-a", "rank": 4, "dropout": 0.1},
    )
    return train(config, progress=False).path


def weights(folder: Path, name: str = "model.safetensors") -> dict[str, torch.Tensor]:
    return load_file(folder / name)


def test_run_holds_the_adapter_alone(adapter: Path, base: Path) -> None:
    assert not (adapter / "model.safetensors").exists()
    assert not (adapter / "README.md").exists()
    held = weights(adapter, "adapter_model.safetensors")
    # Two thin matrices for the query and for the value of each of two layers, and the head.
    assert sum("lora_A" in name for name in held) == sum("lora_B" in name for name in held) == 4
    assert all("lora" in name or "classifier" in name for name in held)
    info = RunInfo.load(adapter)
    assert (info.adapter["name"], info.adapter["base"], info.adapter["rank"]) == ("kommun-a", str(base), 4)
    assert info.adapter["parameters"] == sum(values.numel() for values in held.values())


def test_merging_changes_the_adapted_layers_and_nothing_else(adapter: Path, base: Path) -> None:
    before, after = weights(base), load_model(adapter).state_dict()
    assert before.keys() == after.keys()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    adapted = {name for name in before if name.endswith(("self.query.weight", "self.value.weight"))}
    assert adapted <= changed
    assert all(name in adapted or name.startswith("classifier.") for name in changed)
    for name in adapted:
        assert torch.linalg.matrix_rank(after[name] - before[name], rtol=1e-3) <= 4


def test_merged_run_and_bundle_read_as_the_adapter_does(adapter: Path, tmp_path: Path) -> None:
    info = RunInfo.load(adapter)
    encoder = Encoder(adapter / "tokenizer.json", **info.reading)
    expected = [predict_labels(load_model(adapter), page, encoder=encoder, labels=info.labels) for page in PAGES]
    whole = merge_adapter(adapter, tmp_path / "whole")
    assert RunInfo.load(whole).adapter == {}
    assert RunInfo.load(whole).lineage["adapter"]["name"] == "kommun-a"
    got = [predict_labels(load_model(whole), page, encoder=encoder, labels=info.labels) for page in PAGES]
    assert got == expected
    from fakta.bundle import Bundle

    session = Session(Bundle.load(export_run(adapter, tmp_path / "bundle", name="a", pages=[p.page for p in PAGES])))
    for page, labels in zip(PAGES, expected, strict=True):
        exported = [info.labels[i] for i in session.word_probabilities(page.page).argmax(axis=1)]
        assert sum(one != other for one, other in zip(exported, labels, strict=True)) <= len(labels) / 100


def test_resumed_adapter_ends_where_an_undisturbed_one_ends(
    adapter: Path, base: Path, dataset: Path, tmp_path: Path
) -> None:
    stopped = tmp_path / "stopped"
    shutil.copytree(adapter, stopped)
    shutil.rmtree(stopped / "checkpoints" / "checkpoint-6")
    (stopped / "run.json").unlink()
    settings = {"name": "kommun-a", "rank": 4, "dropout": 0.1}
    train(tiny_config(stopped, start=str(base), dataset=dataset, adapter=settings), resume=True, progress=False)
    ones, others = weights(adapter, "adapter_model.safetensors"), weights(stopped, "adapter_model.safetensors")
    assert all(torch.equal(ones[name], others[name]) for name in ones)


def test_list_names_adapters_and_those_whose_base_changed(
    adapter: Path, base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = tmp_path / "runs"
    shutil.copytree(base, runs / "base")
    shutil.copytree(adapter, runs / "kommun-a")
    info = json.loads((runs / "kommun-a" / "run.json").read_text())
    info["adapter"]["base"] = str(runs / "base")
    (runs / "kommun-a" / "run.json").write_text(json.dumps(info))
    [one] = list_adapters(runs)
    assert (one.name, one.rank, one.base_changed, one.documents) == ("kommun-a", 4, False, len(PAGES))
    assert main(["adapters", "list", str(runs), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["path"] == str(runs / "kommun-a")

    shutil.copy(adapter / "adapter_model.safetensors", runs / "base" / "model.safetensors")
    assert [one.base_changed for one in list_adapters(runs)] == [True]
    with pytest.raises(InputError, match=r"the weights of its base, .*base, changed since the adapter was trained"):
        load_model(runs / "kommun-a")
    shutil.rmtree(runs / "base")
    with pytest.raises(InputError, match=r"the base of this adapter, .*base, is not there any more"):
        load_model(runs / "kommun-a")
    assert main(["adapters", "list", str(runs)]) == 0
    assert "base changed" in capsys.readouterr().out


def test_what_cannot_be_adapted_or_merged_is_refused(adapter: Path, base: Path, dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no adapter to merge; it holds a whole model already"):
        merge_adapter(base, tmp_path / "whole")
    with pytest.raises(InputError, match="holds something already; choose a new folder"):
        merge_adapter(adapter, base)
    with pytest.raises(ConfigError, match="is an adapter; make a whole model of it first: fakta adapters merge"):
        train(tiny_config(tmp_path / "run", start=str(adapter), dataset=dataset), progress=False)
    with pytest.raises(ConfigError, match=r"\['kwery'\]: the model has no such layers to adapt; it has dense, key,"):
        train(tiny_config(tmp_path / "no", start=str(base), adapter={"name": "a", "layers": ["kwery"]}), progress=False)
    with pytest.raises(ValueError, match="an adapter needs weights to adapt; give a start other than scratch"):
        tiny_config(tmp_path / "no", adapter={"name": "a"})


def test_adapter_that_saw_erased_documents_is_not_spread(adapter: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(adapter, copy)
    artifact = artifact_at(copy)
    assert artifact is not None
    mark_for_retraining(artifact, documents=2, since="2026-11-23T10:00:00+00:00")
    with pytest.raises(GateFailed, match="copy: learned from 2 documents that were erased since"):
        merge_adapter(copy, tmp_path / "whole")
    with pytest.raises(GateFailed, match="copy: learned from 2 documents that were erased since"):
        export_run(copy, tmp_path / "bundle", name="a")
