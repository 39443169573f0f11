"""A run that is killed again and again ends with the weights of one that never was, bit by bit."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("datasets", reason="needs the lab extra")

from tests.lab.training.tiny_run import generated_pages, same_weights, tiny_config, write_dataset

from fakta_lab.config import save_resolved
from fakta_lab.training import TrainConfig, train

pytestmark = [pytest.mark.torch, pytest.mark.slow]

PATIENCE_S = 300
UNFINISHED = 75


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pages = generated_pages(4)
    parts = {"train": pages, "dev": pages[:2]}
    return write_dataset(tmp_path_factory.mktemp("data") / "data", [], splits=parts)


def recipe(out: Path, dataset: Path, *, workers: int) -> TrainConfig:
    return tiny_config(
        out,
        dataset=dataset,
        replay=0,
        window=128,
        stride=32,
        dropout=0.1,
        workers=workers,
        max_steps=60,
        checkpoint_every=4,
        eval_every=6,
        early_stopping={"metric": "span_f1", "patience": 7},
        keep_best=True,
    )


def started(config_file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "fakta_lab.cli", "train", str(config_file), "--resume"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Waits closely, for what is waited for may be over in milliseconds."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert process.poll() is None, f"ended before it could be disturbed: {process.communicate()[1]}"
        assert time.monotonic() < end
        time.sleep(0.0005)


def steps_of(run: Path) -> int:
    """Steps that were logged, as far as the file can be read right now."""
    path = run / "metrics.jsonl"
    return len(path.read_bytes().splitlines()) if path.exists() else 0


def disturb(run: Path, config_file: Path, when: Callable[[], bool], how: signal.Signals) -> tuple[int, str]:
    process = started(config_file)
    wait_until(when, process)
    process.send_signal(how)
    _, said = process.communicate(timeout=PATIENCE_S)
    return process.returncode, said


def measured(run: Path) -> list[dict[str, Any]]:
    """What a run has recorded, without what depends on the clock."""
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{name: line[name] for name in line if name not in ("minutes", "pages_per_second")} for line in lines]


@pytest.mark.parametrize("workers", [0, 1])
def test_killed_run_ends_where_an_undisturbed_one_ends(tmp_path: Path, dataset: Path, workers: int) -> None:
    whole = train(recipe(tmp_path / "whole", dataset, workers=workers), progress=False)

    run = tmp_path / "killed"
    config = recipe(run, dataset, workers=workers)
    config_file = tmp_path / "killed.yaml"
    save_resolved(config, config_file)
    writing, checkpoints = run / "checkpoints" / ".writing", run / "checkpoints"

    def being_written() -> bool:
        return writing.is_dir() and any(writing.glob("checkpoint-*/*"))

    code, _ = disturb(run, config_file, being_written, signal.SIGKILL)
    assert code == -signal.SIGKILL

    before = steps_of(run)
    delay = random.Random(workers).randint(1, 8)
    code, said = disturb(run, config_file, lambda: steps_of(run) >= before + delay, signal.SIGTERM)
    assert code == UNFINISHED, said
    assert "(SIGTERM); go on with --resume" in said

    # As a failing machine leaves it: the newest checkpoint cut off, and half a line in the record.
    newest = max(checkpoints.glob("checkpoint-*"), key=lambda path: int(path.name.partition("-")[2]))
    with (newest / "optimizer.pt").open("r+b") as file:
        file.truncate(100)
    with (run / "metrics.jsonl").open("a") as file:
        file.write('{"step": 99, "lo')
    begun = time.monotonic()
    code, said = disturb(run, config_file, being_written, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert f"{newest}: optimizer.pt is damaged; the checkpoint before it is taken" in said
    assert time.monotonic() - begun < PATIENCE_S

    last = started(config_file)
    _, said = last.communicate(timeout=PATIENCE_S)
    assert last.returncode == 0, said
    assert same_weights(run, whole.path)
    assert measured(run) == measured(whole.path)
    assert not writing.exists() or not any(writing.iterdir())
