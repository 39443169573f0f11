"""SROIE from folder to figures, on made-up receipts and with the smallest of models."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.lab.receipts import write_sroie

TINY = (
    "start=scratch",
    "max_steps=2",
    "model.hidden=24",
    "model.layers=1",
    "model.heads=3",
    "model.intermediate=24",
    "tokenizer.vocabulary=300",
    "tokenizer.invoices=1",
    "window=64",
    "stride=8",
    "threads=1",
    "workers=0",
)


@pytest.mark.torch
@pytest.mark.slow
def test_the_script_goes_from_a_folder_to_figures(root: Path, tmp_path: Path) -> None:
    folder, out = write_sroie(tmp_path / "set"), tmp_path / "out"
    changes = [part for change in TINY for part in ("--set", change)]
    command = [sys.executable, str(root / "scripts" / "sroie.py"), str(folder), "--out", str(out), *changes]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr
    report = json.loads((out / "test.json").read_text(encoding="utf-8"))
    assert set(report["scores"]) == {"strict", "blanks aside", "printed"}
    assert set(report["scores"]["strict"]) == {"company", "date", "address", "total", "all"}
    assert report["receipts"] > 0
    # Everything that the made-up receipts state is printed as stated.
    assert report["best_possible"]["f1"] == 1.0
    assert "| strict |" in done.stdout
    # A second call has everything, and only measures.
    again = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert "| strict |" in again.stdout
    assert "parties" not in again.stdout
