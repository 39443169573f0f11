"""Whole training runs, small ones."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")
pytest.importorskip("datasets", reason="needs the lab extra")

from safetensors.torch import load_file  # noqa: E402
from tests.lab.training.tiny_run import generated_pages, tiny_config, write_dataset  # noqa: E402

from fakta.errors import ConfigError, InputError  # noqa: E402
from fakta_lab.config import load_config  # noqa: E402
from fakta_lab.training import RunResult, TrainConfig, train  # noqa: E402
from fakta_lab.training.callbacks import Budget, learning_rate_share  # noqa: E402
from fakta_lab.training.run import RunInfo  # noqa: E402

pytestmark = pytest.mark.torch


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "model.safetensors")


def same_weights(one: Path, other: Path) -> bool:
    ones, others = weights(one), weights(other)
    return ones.keys() == others.keys() and all(torch.equal(ones[name], others[name]) for name in ones)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """A run of six steps with dropout."""
    return train(tiny_config(tmp_path_factory.mktemp("runs") / "scratch", dropout=0.1), progress=False)


def test_run_folder_holds_all_that_export_needs(scratch: RunResult) -> None:
    names = {path.name for path in scratch.path.iterdir()}
    assert names == {
        "model.safetensors", "config.json", "tokenizer.json", "run.json", "config.yaml", "metrics.jsonl",
        "tracking.json", "checkpoints",
    }  # fmt: skip
    info = RunInfo.load(scratch.path)
    assert (info.family, info.license) == ("layoutlmv3", "Apache-2.0")
    assert info.reading == {"window": 512, "stride": 128}
    assert info.lineage["start"] == "scratch"
    assert info.lineage["steps"] == scratch.steps == 6
    assert info.lineage["versions"]["torch"] == torch.__version__
    assert load_config(scratch.path / "config.yaml", TrainConfig) == tiny_config(scratch.path, dropout=0.1)


def test_metrics_have_a_line_for_each_step_and_one_for_the_end(scratch: RunResult) -> None:
    lines = [json.loads(line) for line in (scratch.path / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 3, 4, 5, 6, 6]
    assert lines[-1]["span_f1"] == scratch.metrics["span_f1"]
    assert {"loss", "learning_rate", "pages_per_second"} <= lines[0].keys()


def test_same_recipe_gives_the_same_weights(scratch: RunResult, tmp_path: Path) -> None:
    again = train(tiny_config(tmp_path / "again", dropout=0.1, checkpoint_every=100), progress=False)
    assert same_weights(again.path, scratch.path)


def test_resumed_run_ends_where_an_undisturbed_one_ends(scratch: RunResult, tmp_path: Path) -> None:
    stopped = tmp_path / "stopped"
    shutil.copytree(scratch.path, stopped)
    shutil.rmtree(stopped / "checkpoints" / "checkpoint-6")
    (stopped / "model.safetensors").unlink()
    resumed = train(tiny_config(stopped, dropout=0.1), resume=True, progress=False)
    assert resumed.steps == 6
    assert same_weights(resumed.path, scratch.path)
    steps = [json.loads(line)["step"] for line in (stopped / "metrics.jsonl").read_text().splitlines()]
    assert steps == [1, 2, 3, 4, 5, 6, 6]


def test_run_is_not_overwritten_by_accident(scratch: RunResult, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="already holds a training run; go on with --resume"):
        train(tiny_config(scratch.path), progress=False)
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ConfigError, match="holds other things than a training run"):
        train(tiny_config(tmp_path, overwrite=True), progress=False)
    assert (tmp_path / "thesis.txt").exists()


def test_unfinished_run_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "checkpoints").mkdir()
    with pytest.raises(InputError, match=r"no finished training run; its training did not finish, go on with --resume"):
        RunInfo.load(tmp_path)


def test_model_learns_the_pages_it_sees(tmp_path: Path) -> None:
    pages = generated_pages(2)
    data = write_dataset(tmp_path / "data", [], splits={"train": pages, "dev": pages})
    config = tiny_config(
        tmp_path / "run",
        model={"hidden": 96, "layers": 1, "heads": 6, "intermediate": 192},
        dataset=data,
        replay=0,
        augment=False,
        max_steps=40,
        checkpoint_every=1000,
        eval_every=20,
    )
    result = train(config, progress=False)
    lines = [json.loads(line) for line in (result.path / "metrics.jsonl").read_text().splitlines()]
    losses = [line["loss"] for line in lines if "loss" in line]
    assert losses[-1] < 0.2 * losses[0]
    assert result.metrics["span_f1"] > 0.8
    assert [line["step"] for line in lines if "span_f1" in line] == [20, 40]


def test_run_remembers_what_it_started_from(scratch: RunResult, tmp_path: Path) -> None:
    pages = generated_pages(2)
    data = write_dataset(tmp_path / "data", pages)
    config = tiny_config(tmp_path / "run", start=str(scratch.path), dataset=data, dev_share=0, max_steps=1)
    lineage = RunInfo.load(train(config, progress=False).path).lineage
    assert lineage["start"] == scratch.path.name
    assert lineage["dataset_documents"] == len(pages)
    [dataset] = lineage["datasets"]
    assert len(dataset) == 64


def test_words_with_unknown_labels_do_not_count(scratch: RunResult, tmp_path: Path) -> None:
    import dataclasses

    pages = [dataclasses.replace(page, labels=("?",) * len(page.labels)) for page in generated_pages(2)]
    data = write_dataset(tmp_path / "data", [], splits={"train": pages})
    # Without alterations: OCR noise adds words that nobody printed, and these are known to be no values.
    config = tiny_config(
        tmp_path / "run", start=str(scratch.path), dataset=data, replay=0, max_steps=2, weight_decay=0, augment=False
    )
    result = train(config, progress=False)
    assert result.metrics["loss"] == 0
    assert same_weights(result.path, scratch.path)


def test_replay_mixes_generated_pages_in(scratch: RunResult, tmp_path: Path) -> None:
    data = write_dataset(tmp_path / "data", generated_pages(1))
    config = tiny_config(tmp_path / "run", start=str(scratch.path), dataset=data, replay=0.5, max_steps=2, dev_share=0)
    assert train(config, progress=False).metrics["loss"] > 0


def test_foreign_model_needs_a_licence_and_gets_a_head_of_its_own(scratch: RunResult, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    shutil.copytree(scratch.path, foreign, ignore=shutil.ignore_patterns("run.json", "checkpoints"))
    config = json.loads((foreign / "config.json").read_text())
    assert len(config["id2label"]) > 3
    with pytest.raises(ConfigError, match="the licence of its weights is not known; give base_license"):
        train(tiny_config(tmp_path / "no", start=str(foreign)), progress=False)
    result = train(
        tiny_config(tmp_path / "run", start=str(foreign), base_license="CC-BY-NC-SA-4.0", max_steps=1), progress=False
    )
    assert RunInfo.load(result.path).license == "CC-BY-NC-SA-4.0"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start": "someone/model"}, "no such folder; if it is a model on the Hugging Face hub, set allow_download"),
        ({"start": "{scratch}", "window": 600}, "window = 600: .* reads at most 512 tokens"),
        ({"start": "{empty}", "base_license": "MIT"}, "cannot be loaded as LayoutLMv3"),
    ],
)
def test_start_that_cannot_be_used_is_refused(
    scratch: RunResult, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    start = str(changes["start"]).format(scratch=scratch.path, empty=tmp_path / "empty")
    with pytest.raises(ConfigError, match=message):
        train(tiny_config(tmp_path / "run", **{**changes, "start": start}), progress=False)


def test_own_schema_decides_the_labels(tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text("name: receipt\nfields:\n  total: {kind: amount}\n")
    pages = generated_pages(1)
    labels = [("B-total" if label == "B-amount_due" else "O") for label in pages[0].labels]
    data = write_dataset(tmp_path / "data", [type(pages[0])(pages[0].page, tuple(labels))])
    config = tiny_config(
        tmp_path / "run", schema_file=tmp_path / "schema.yaml", dataset=data, replay=0, dev_share=0, max_steps=1
    )
    assert RunInfo.load(train(config, progress=False).path).labels == ("O", "B-total", "I-total")


@pytest.mark.parametrize("name", ["base", "finetune", "layoutlmv3-base", "layoutlmv3-image"])
def test_recipes_in_the_repository_are_valid(root: Path, name: str) -> None:
    path = root / "configs" / f"{name}.yaml"
    config = load_config(path, TrainConfig)
    assert path.read_text().startswith(f"# fakta train configs/{name}.yaml")
    assert (config.start == "scratch") == (name == "base")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"max_steps": None}, "give max_steps or max_minutes"),
        ({"window": 32, "stride": 30}, "stride 30 must be less than window - 2 = 30"),
        ({"model": {"hidden": 40, "heads": 6}}, "hidden 40 is not a multiple of heads 6"),
        ({"learning_rat": 1}, "Extra inputs are not permitted"),
    ],
)
def test_impossible_recipes_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tiny_config(Path("run"), **changes)


def test_learning_rate_rises_then_falls_to_zero() -> None:
    budget = Budget(max_steps=100, max_minutes=None)
    shares = [learning_rate_share(step, budget=budget, warmup=0.1) for step in range(101)]
    assert 0 < shares[0] < 0.05
    assert shares[10] == max(shares) == pytest.approx(1)
    assert shares[100] == pytest.approx(0)
    assert all(one > other for one, other in pairwise(shares[10:]))


def test_time_budget_counts_what_was_spent_before_a_resume() -> None:
    budget = Budget(max_steps=None, max_minutes=10, spent_s=300)
    assert budget.used(step=10**6) == pytest.approx(0.5)
    assert Budget(max_steps=10, max_minutes=10, spent_s=300).used(step=9) == pytest.approx(0.9)


def test_run_ends_when_the_minutes_are_used_up(tmp_path: Path) -> None:
    result = train(tiny_config(tmp_path / "run", max_steps=None, max_minutes=0.03, eval_invoices=0), progress=False)
    assert 0 < result.steps < 1000
    assert result.pages_per_second > 0
