"""The scripts around stores run: the kill test sees a difference where there is one, the benchmark measures."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Writes whole files; whatever it left half done is overwritten the next time.
SAFE = "mkdir -p {out}; for i in 1 2 3 4 5; do echo $i > {out}/.new; sleep 0.03; mv {out}/.new {out}/$i; done"
# Appends to what is there.
UNSAFE = "mkdir -p {out}; for i in 1 2 3 4 5; do sleep 0.03; echo $i >> {out}/all; done"


def run(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "scripts" / script, *arguments]
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_a_command_that_can_be_killed_passes_the_kill_test(tmp_path: Path) -> None:
    done = run("kill_test.py", "--out", tmp_path / "runs", "--kills", "6", "--", "sh", "-c", SAFE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("6 kills: no difference\n")


def test_a_command_that_cannot_be_killed_fails_it(tmp_path: Path) -> None:
    done = run("kill_test.py", "--out", tmp_path / "runs", "--kills", "6", "--", "sh", "-c", UNSAFE)
    assert done.returncode == 1
    assert re.search(
        r"other than undisturbed after \d kills:\n  expected all sha256 \w{64}, found all sha256", done.stdout
    )


def test_a_command_that_fails_is_shown(tmp_path: Path) -> None:
    done = run("kill_test.py", "--out", tmp_path / "runs", "--", "sh", "-c", "echo no such {out} >&2; exit 3")
    assert done.returncode == 1
    assert done.stderr == f"the command ended with 3:\nno such {tmp_path}/runs/undisturbed\n\n"


@pytest.mark.slow
def test_the_benchmark_measures_every_step(tmp_path: Path) -> None:
    done = run("corrections_benchmark.py", "--events", "30")
    assert (done.returncode, done.stderr) == (0, "")
    steps = [line[:30].strip() for line in done.stdout.splitlines()[1:-1]]
    assert steps == [
        "peer: json.loads, one table",
        "import",
        "import of the same once more",
        "events, read back",
        "events of one document",
        "counts",
    ]
