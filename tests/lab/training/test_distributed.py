"""Two processes learn from a batch what one process learns from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")

from tests.lab.training.tiny_run import tiny_config, weights  # noqa: E402

from fakta.errors import ConfigError  # noqa: E402
from fakta_lab.config import save_resolved  # noqa: E402
from fakta_lab.training import train  # noqa: E402
from fakta_lab.training.execute import _check_batch  # noqa: E402
from fakta_lab.training.processes import Processes  # noqa: E402
from fakta_lab.training.stream import Mixture, Share  # noqa: E402

pytestmark = pytest.mark.torch

# Sums are taken in another order, and parts are padded to other lengths; Adam makes a little more of it each step. A
# weight moves by 3e-3 a step; of single ones, whose gradients are nothing but rounding, Adam makes steps as large.
LOSS_TOLERANCE = 1e-4
WEIGHT_TOLERANCE = 1e-5


class Numbers:
    """Batches of numbers, each its own."""

    def __init__(self, batch_size: int, *, begin: int) -> None:
        self.batch_size = batch_size
        self._begin = begin

    def batches(self, *, first: int, step: int, share: Share):
        number = first
        while True:
            begin = self._begin + number * self.batch_size
            yield list(share.of(range(begin, begin + self.batch_size)))
            number += step


@pytest.mark.parametrize(("sizes", "parts"), [((5,), 2), ((3, 4), 3), ((1, 1), 2), ((2, 1, 4), 4)])
def test_shares_make_up_the_batch_and_are_about_equally_large(sizes: tuple[int, ...], parts: int) -> None:
    mixture = Mixture([Numbers(size, begin=1000 * i) for i, size in enumerate(sizes)])
    whole = next(mixture.batches(first=3, step=1, share=Share(0, 1)))
    shares = [next(mixture.batches(first=3, step=1, share=Share(part, parts))) for part in range(parts)]
    assert sorted(example for share in shares for example in share) == sorted(whole)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_a_batch_must_have_something_for_every_part() -> None:
    config = tiny_config(Path("run"), batch_size=4, gradient_accumulation=2)
    _check_batch(config, Processes(0, 2))
    with pytest.raises(
        ConfigError, match=r"batch_size = 4: 3 processes with gradient_accumulation = 2 need 6 examples"
    ):
        _check_batch(config, Processes(0, 3))


def launched(arguments: list[str], *, processes: int) -> None:
    """Runs `fakta train` as accelerate starts it on a machine with several GPUs, but on the CPU."""
    launcher = ["--multi_gpu", "--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "accelerate.commands.launch", *launcher),
            *("--num_processes", str(processes), "--main_process_port", "0", "-m", "fakta_lab.cli", "train"),
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("run written to") == 1


def losses(run: Path) -> list[float]:
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [line["loss"] for line in lines if "loss" in line]


@pytest.mark.slow
def test_two_processes_learn_what_one_learns(tmp_path: Path) -> None:
    # An odd batch, so that the processes have unequal shares of it; accumulated in two steps.
    changes = {"batch_size": 5, "gradient_accumulation": 2, "eval_every": 4, "max_steps": 8, "checkpoint_every": 4}
    one = train(tiny_config(tmp_path / "one", **changes), progress=False)
    two = tmp_path / "two"
    save_resolved(tiny_config(two, **changes), tmp_path / "two.yaml")
    launched([str(tmp_path / "two.yaml")], processes=2)
    assert losses(two) == pytest.approx(losses(one.path), abs=LOSS_TOLERANCE)
    ones, twos = weights(one.path), weights(two)
    apart = torch.cat([(ones[name] - twos[name]).abs().flatten() for name in ones])
    assert apart.mean() < WEIGHT_TOLERANCE
    assert {"rng_state_0.pth", "rng_state_1.pth", "complete.json"} <= {
        path.name for path in (two / "checkpoints" / "checkpoint-4").iterdir()
    }
