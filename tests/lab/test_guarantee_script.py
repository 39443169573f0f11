"""The benchmark of promises, in small: what it says about units, and that it runs from end to end."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "guarantee_benchmark.py"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("guarantee_benchmark", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "guarantee_benchmark", module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_a_worlds_probabilities_are_those_that_outcomes_are_drawn_from(script: ModuleType) -> None:
    for world in (script.INDEPENDENT, script.CLUSTERED):
        examples, confidences = script.draw(world, 4000, np.random.default_rng(0))
        _, weights, right = script.population(world)
        assert weights.sum() == pytest.approx(1)
        assert np.mean([example.right for example in examples]) == pytest.approx(np.mean(confidences), abs=0.015)
        assert np.mean(confidences) == pytest.approx(float(weights @ right), abs=0.01)


def test_an_oracle_accepts_down_to_the_target(script: ModuleType) -> None:
    weights, right = np.array([0.2, 0.5, 0.3]), np.array([0.8, 1.0, 0.9])
    # Half is always right; with the next 0.3 it is 0.77 / 0.8 = 0.9625; all together 0.93.
    assert script.oracle_share(weights, right, 0.97) == pytest.approx(0.5)
    assert script.oracle_share(weights, right, 0.96) == pytest.approx(0.8)
    assert script.oracle_share(weights, right, 0.93) == pytest.approx(1.0)


def test_counting_documents_breaks_promises_that_counting_suppliers_keeps(script: ModuleType) -> None:
    setting = script.Setting(target=0.95, confidence=0.95, suppliers=200)
    rows = {
        (row.world, row.unit): row
        for row in script.measure(setting, splits=60, methods=["thresholds"], workers=1, seed=0)
    }
    # 5 % are allowed, and 60 splits scatter: seven or more broken of them would be seen three times in a hundred.
    assert rows["independent", "supplier"].broken < 7 / 60
    assert rows["clustered", "supplier"].broken < 7 / 60
    assert rows["clustered", "document"].broken > 7 / 60
    # Nothing would be broken where nothing is promised.
    assert all(row.promised > 0.3 for row in rows.values())
    assert all(0.1 < row.share < row.oracle for row in rows.values())


def test_the_whole_pipeline_is_measured(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["guarantee_benchmark.py", "--methods", "pipeline", "--splits", "2", "--workers", "1", "--target", "0.9"]
    monkeypatch.setattr(sys, "argv", [*command, "--suppliers", "100", "--format", "json"])
    script.main()
    result = json.loads(capsys.readouterr().out)
    assert (result["target"], result["suppliers"]) == (0.9, 100)
    assert [(row["world"], row["unit"], row["splits"]) for row in result["rows"]] == [
        ("independent", "supplier", 2),
        ("clustered", "supplier", 2),
        ("clustered", "document", 2),
    ]
    assert all(row["oracle"] > 0.5 for row in result["rows"])
    monkeypatch.setattr(sys, "argv", [*command, "--suppliers", "40"])
    script.main()
    assert "broken: at most 5% allowed" in capsys.readouterr().out
