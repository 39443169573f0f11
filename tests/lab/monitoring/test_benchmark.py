"""The benchmark of the drift monitor, in small: bounds hold, and larger changes are noticed sooner."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest


def test_the_benchmark_runs_and_its_bounds_hold(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = importlib.util.spec_from_file_location("drift_benchmark", root / "scripts" / "drift_benchmark.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "drift_benchmark", script)
    spec.loader.exec_module(script)
    monkeypatch.setattr(sys, "argv", ["drift_benchmark.py", "--scale", "0.1", "--format", "json"])
    script.main()
    results = json.loads(capsys.readouterr().out)
    allowed = [each for question, outcomes in results.items() if "allowed" in question for each in outcomes]
    assert len(allowed) == 7
    # 5 % are allowed; 10 % of two hundred would come by chance once in five hundred times.
    assert all(each["alarms"] <= 0.1 for each in allowed)
    audits = [
        [each["mean"] for each in outcomes] for question, outcomes in results.items() if "audits until" in question
    ]
    assert len(audits) == 2
    assert all(twice > five > ten > 10 for twice, five, ten in audits)
    warnings = next(outcomes for question, outcomes in results.items() if "documents until" in question)
    assert warnings[2]["alarms"] == 1.0
    assert warnings[2]["mean"] < 20
