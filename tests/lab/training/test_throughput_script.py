"""The script that times training runs, and times the same work on both sides."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("torch", reason="needs the lab extra")

from tests.lab.training.tiny_run import tiny_config

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def script(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("training_benchmark", root / "scripts" / "training_benchmark.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["training_benchmark"] = module
    spec.loader.exec_module(module)
    return module


def test_both_sides_are_timed_round_by_round(script: ModuleType, tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "run", eval_invoices=0, gradient_accumulation=2, precision="bfloat16")
    figures = script.measured(config, steps=2, warm_up=1, rounds=2)
    assert (len(figures["trainer"]), len(figures["bare"])) == (2, 2)
    assert figures["ratio"] > 0
    assert figures["device"] in script.table(figures).title
