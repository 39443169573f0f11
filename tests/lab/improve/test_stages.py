"""What is decided inside stages: which model goes on, and what its thresholds promise."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.fakta.tiny_model import write_tiny_bundle

from fakta_lab.config import load_config
from fakta_lab.dataset import DatasetConfig
from fakta_lab.evaluation import Counts
from fakta_lab.improve import ImproveConfig, stages
from fakta_lab.improve.folders import Folders
from fakta_lab.tuning import CostsConfig


@pytest.fixture
def staged(root: Path, tmp_path: Path) -> stages.Stages:
    """Stages over two tiny bundles and a selection set of one document."""
    folders = Folders(tmp_path)
    write_tiny_bundle(folders.exported)
    folders.selection.mkdir()
    truth = {"document": "1.pdf", "fields": {"amount_due": "1.00"}}
    (folders.selection / "truth.jsonl").write_text(json.dumps(truth) + "\n", encoding="utf-8")
    return stages.Stages(
        config=ImproveConfig(),
        folders=folders,
        base=write_tiny_bundle(tmp_path / "base"),
        recipe=DatasetConfig(out=tmp_path / "dataset"),
        costs=load_config(root / "configs" / "costs.yaml", CostsConfig),
        bars=lambda label: nullcontext(lambda done, total: None),
        notice=lambda message: None,
    )


def tuned(bundle: Path, **tuning: Any) -> None:
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    (bundle / "manifest.json").write_text(json.dumps({**manifest, "tuning": tuning}), encoding="utf-8")


@pytest.mark.parametrize(
    ("better", "worse", "chosen", "p"),
    [
        (4, 0, "base", 2 / 2**4),
        (5, 0, "trained", 2 / 2**5),
        (0, 5, "base", 2 / 2**5),
        (0, 0, "base", 1.0),
    ],
)
def test_a_trained_model_has_to_be_surely_better(
    staged: stages.Stages, monkeypatch: pytest.MonkeyPatch, better: int, worse: int, chosen: str, p: float
) -> None:
    right, wrong = Counts(tp=1), Counts(fp=1, fn=1)
    answers = {
        "base": [wrong] * better + [right] * worse + [right],
        "trained": [right] * better + [wrong] * worse + [right],
    }
    order = iter(answers.values())

    def evaluate(benchmark: Any, **_: Any) -> Any:
        counts = next(order)
        scores = [SimpleNamespace(supplier=f"{i} AB", counts=each) for i, each in enumerate(counts)]
        return SimpleNamespace(scores=scores, micro=sum(counts, Counts()))

    monkeypatch.setattr(stages, "evaluate", evaluate)
    found = staged.choose()
    assert found["chosen"] == chosen
    assert found["p"] == pytest.approx(p, abs=1e-6)
    assert found["suppliers"] == better + worse + 1


def test_thresholds_promise_what_the_base_promised(staged: stages.Stages) -> None:
    assert staged.goal().target == 0.99
    tuned(staged.base, mode="target", target_precision=0.97, document_target=0.9, confidence=0.8, unit="document")
    goal = staged.goal()
    assert (goal.precision, goal.document, goal.confidence, goal.unit, goal.costs) == (0.97, 0.9, 0.8, "document", None)


def test_a_goal_of_ones_own_comes_first(staged: stages.Stages) -> None:
    tuned(staged.base, mode="costs", target_precision=None, document_target=None, confidence=0.8, unit="supplier")
    assert staged.goal().by_costs
    tuning = staged.config.tuning.model_copy(update={"target_precision": 0.98})
    own = replace(staged, config=staged.config.model_copy(update={"tuning": tuning}))
    assert (own.goal().precision, own.goal().costs) == (0.98, None)


def test_two_goals_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="by_costs and target_precision are two goals"):
        ImproveConfig.model_validate({"tuning": {"by_costs": True, "target_precision": 0.99}})
