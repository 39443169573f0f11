"""The benchmark of confidences: a tuned bundle against softmax and temperature scaling, and ways to calibrate."""

from __future__ import annotations

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from fakta_lab.synth.write import write_set

SCRIPT = Path(__file__).parents[2] / "scripts" / "verifier_benchmark.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = spec_from_file_location("verifier_benchmark", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def benchmark_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets") / "house-words"
    write_set(folder, count=8, seed=5, profile="demo", suppliers=4)
    return folder


def run(script: ModuleType, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["verifier_benchmark.py", *arguments, "--workers", "1"])
    script.main()


def test_figures_of_a_set(
    script: ModuleType, benchmark_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(script, str(benchmark_dir), "--rounds", "20", "--format", "json", monkeypatch=monkeypatch)
    [row] = json.loads(capsys.readouterr().out)
    assert row["set"] == "house-words"
    assert row["values"] > 100
    assert set(row["scores"]) == {"verifier", "softmax", "temperature"}
    assert row["scores"]["verifier"]["aurc"]["value"] <= row["scores"]["softmax"]["aurc"]["value"]
    run(script, str(benchmark_dir), "--rounds", "20", monkeypatch=monkeypatch)
    assert "house-words" in capsys.readouterr().out


def test_calibrations_fitted_on_one_set_and_scored_on_another(
    script: ModuleType, benchmark_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [str(benchmark_dir), "--fit-on", str(benchmark_dir), "--format", "json"]
    run(script, *arguments, monkeypatch=monkeypatch)
    rows = json.loads(capsys.readouterr().out)
    assert {row["calibration"] for row in rows} == {"none", "beta", "isotonic", "Venn-Abers"}
    assert all(0 <= row["brier"] <= 1 for row in rows)
