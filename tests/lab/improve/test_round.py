"""Rounds: through the command line with few corrections, and their order and resuming with training stood in for."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakta.bundle import Bundle
from fakta.errors import GateFailed, InputError
from fakta.extract import Extractor
from fakta_lab.cli import main
from fakta_lab.config import load_config
from fakta_lab.corrections import simulate_events, write_events
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.memories import read_memory
from fakta_lab.improve import ImproveConfig, Round, Unfinished, improve, promote, stages
from fakta_lab.registry import Registry
from fakta_lab.synth.write import write_set
from fakta_lab.training import RunResult

F1 = {"base": 0.9, "trained": 0.8}

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve invoices of four suppliers with house words, and what people corrected."""
    folder = tmp_path_factory.mktemp("corrected")
    written = write_set(folder / "set", count=12, suppliers=4, seed=6, profile="demo", error_share=0.0)
    write_events(simulate_events(Benchmark.load(written).documents, seed=6), folder / "corrections.jsonl")
    return folder


def settings(root: Path, folder: Path) -> list[str]:
    places = {"dataset": "dataset", "train": "finetune", "costs": "costs"}
    configs = [f"{key}={root / 'configs' / name}.yaml" for key, name in places.items()]
    return [
        *configs,
        f"registry={folder / 'models'}",
        f"store={folder / 'store'}",
        f"out={folder / 'out'}",
        "workers=1",
    ]


def test_few_corrections_become_a_memory(
    root: Path, corrected: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = settings(root, tmp_path)
    command = ["improve", str(root / "configs" / "improve.yaml"), *(x for each in chosen for x in ("--set", each))]
    sources = ["--corrections", str(corrected / "corrections.jsonl"), "--documents", str(corrected / "set")]

    assert main([*command, *sources, "--language", "sv"]) == 0
    printed = capsys.readouterr()
    assert "Dagens modell med det som rättningarna lärt om leverantörerna" in printed.out
    assert "train, export, choose, tune: left out (few)" in printed.err
    out = tmp_path / "out"
    facts = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    figures = facts["figures"]["overall"]
    assert not facts["trained"]
    assert figures["better"] > figures["worse"]
    assert '<html lang="sv">' in (out / "summary.html").read_text(encoding="utf-8")
    # What is compared on is not remembered while it is, and is when the model is delivered.
    held_out = {each.path.stem for each in Benchmark.load(out / "test").documents}
    assert held_out
    assert not held_out & set(read_memory(out / "measured").documents)
    assert held_out < set(read_memory(out / "bundle").documents)

    # Nothing has changed, so nothing is done again; and a gate that nobody reaches keeps the model out.
    (tmp_path / "gates.yaml").write_text("accepted.share: 1\n", encoding="utf-8")
    refused = [*command, *sources, "--set", f"gates={tmp_path / 'gates.yaml'}", "--promote"]
    assert main(refused) == 1
    printed = capsys.readouterr()
    assert printed.err.count("nothing has changed since") == 5
    assert "begins" not in printed.err
    assert printed.err.splitlines()[-1].startswith("error: not promoted: gate; ")
    assert Registry(tmp_path / "models").current() is None

    assert main([*command, "--promote", "--by", "Anna", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"]["obstacles"] == []
    champion = Registry(tmp_path / "models").current()
    assert champion is not None
    assert set(read_memory(champion).documents) == set(read_memory(out / "bundle").documents)
    assert [entry.by for entry in Registry(tmp_path / "models").history()] == ["Anna"]

    assert main([*command, "--promote"]) == 0
    assert "nothing was corrected since this model was promoted" in capsys.readouterr().err
    assert len(Registry(tmp_path / "models").history()) == 1


class StandIns:
    """Training that learns nothing, and what comes of it: the base under another name."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.better = True
        self.interrupts = 0
        monkeypatch.setattr(stages, "train", self.train)
        monkeypatch.setattr(stages, "export_run", self.export)
        monkeypatch.setattr(stages.Stages, "choose", self.choose)
        monkeypatch.setattr(stages.Stages, "tune", self.tune)
        monkeypatch.setattr(stages, "read_answers", self.read_answers)

    def train(self, recipe: Any, *, resume: bool, notice: Callable[[str], None]) -> RunResult:
        self.calls.append(f"train {'resumed' if resume else 'anew'}")
        recipe.out.mkdir(exist_ok=True)
        if self.interrupts:
            self.interrupts -= 1
            return RunResult(recipe.out, steps=3, pages=9, pages_per_second=1.0, finished=False)
        (recipe.out / "run.json").write_text(json.dumps({"start": recipe.start}), encoding="utf-8")
        return RunResult(recipe.out, steps=9, pages=27, pages_per_second=1.0)

    def export(self, run: Path, out: Path, *, name: str) -> Path:
        self.calls.append("export")
        shutil.copytree(json.loads((run / "run.json").read_text(encoding="utf-8"))["start"], out)
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        manifest |= {"name": name, "lineage": {"datasets": [self.dataset(run.parent)]}}
        (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return out

    def dataset(self, out: Path) -> str:
        return str(json.loads((out / "dataset" / "dataset.json").read_text(encoding="utf-8"))["sha256"])

    def choose(self) -> dict[str, Any]:
        self.calls.append("choose")
        return {"chosen": "trained" if self.better else "base", "documents": 2, "suppliers": 2, "f1": F1, "p": 0.5}

    def tune(self) -> dict[str, Any]:
        self.calls.append("tune")
        return {"documents": 2, "suppliers": 2, "fields_with_threshold": 1}

    def read_answers(self, benchmark: Benchmark, extractor: Extractor, out: Path, progress: Any) -> int:
        """Right throughout."""
        self.calls.append(f"read {extractor.bundle.name if extractor.bundle else ''}")
        out.parent.mkdir(exist_ok=True)
        answers = ({"document": each.document, "fields": dict(each.fields)} for each in benchmark.documents)
        out.write_text("".join(json.dumps(answer) + "\n" for answer in answers), encoding="utf-8")
        return 0


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> StandIns:
    return StandIns(monkeypatch)


@pytest.fixture
def config(root: Path, corrected: Path, tmp_path: Path) -> ImproveConfig:
    """Of rounds in which twelve invoices are enough."""
    places = [f"corrections={corrected / 'corrections.jsonl'}", f"documents={corrected / 'set'}"]
    enough = ["enough.documents=10", "enough.suppliers=3", "held_out.latest=0.1"]
    overrides = [*settings(root, tmp_path), *places, *enough]
    return load_config(root / "configs" / "improve.yaml", ImproveConfig, overrides=overrides)


def test_a_round_that_is_stopped_goes_on(
    config: ImproveConfig, stand_ins: StandIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(run: Path, out: Path, *, name: str) -> Path:
        raise InputError("the disk is full")

    # Training is stopped twice, then the export fails.
    stand_ins.interrupts = 2
    for _ in range(2):
        with pytest.raises(Unfinished, match="stopped after step 3") as stopped:
            improve(config)
        assert stopped.value.exit_code == 75
    with monkeypatch.context() as patched:
        patched.setattr(stages, "export_run", full)
        with pytest.raises(InputError, match="disk is full"):
            improve(config)
    said: list[str] = []
    done = improve(config, notice=said.append)
    rest = ["export", "choose", "tune", "read base", "read improved"]
    assert stand_ins.calls == ["train anew", "train resumed", "train resumed", *rest]
    assert "export: goes on" in said
    assert done.verdict.outcome == "equal"
    sizes = {name: part["documents"] for name, part in done.facts["splits"].items()}
    assert sizes.keys() == {"train", "dev", "test"}
    assert sum(sizes.values()) == 12
    assert Bundle.load(config.out / "bundle").name == "improved"

    # Other settings redo what depends on them, and a stage can be asked for.
    stand_ins.calls.clear()
    tuning = config.tuning.model_copy(update={"target_precision": 0.95})
    other = config.model_copy(update={"tuning": tuning})
    improve(other)
    assert stand_ins.calls == ["tune"]
    improve(other, again_from="choose")
    assert stand_ins.calls == ["tune", "choose", "tune", "read base", "read improved"]


def test_the_next_round_measures_on_nothing_that_the_champion_learned(
    config: ImproveConfig, corrected: Path, stand_ins: StandIns, tmp_path: Path
) -> None:
    first = improve(config)
    worse = Round(first.facts, replace(first.verdict, outcome="worse", obstacles=("less_accurate",)))
    with pytest.raises(GateFailed, match="not promoted: less accurate"):
        promote(config, worse, by="Anna")
    promote(config, worse, by="Anna", reason="the old one is gone")
    assert Registry(config.registry).history()[-1].reason == "the old one is gone"
    splits = json.loads((config.out / "dataset" / "dataset.json").read_text(encoding="utf-8"))["lineage"]["splits"]

    # Other labels of three documents, and another seed, which would part all suppliers anew.
    lines = (corrected / "corrections.jsonl").read_text(encoding="utf-8").splitlines()[:3]
    again = [{**json.loads(line), "corrected_at": "2026-08-01T08:00:00Z", "confirmed": []} for line in lines]
    write_events(again, tmp_path / "again.jsonl")
    stand_ins.better = False
    second = improve(config.model_copy(update={"corrections": str(tmp_path / "again.jsonl"), "seed": 2}))
    assert second.fresh
    measured = {each.path.stem for each in Benchmark.load(config.out / "test").documents}
    assert measured
    assert not measured & {*splits["train"], *splits["dev"]}
    # A trained model that does not surely read better is left aside.
    assert [skip["why"] for skip in second.facts["skipped"]] == ["training_no_better"]
    assert not second.facts["trained"]
    assert stand_ins.calls[-2:] == ["read improved", "read improved"]
