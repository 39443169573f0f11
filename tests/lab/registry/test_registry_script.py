"""Readers never see half a bundle, and kills leave none: a short run of the benchmark, and its control."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/registry_benchmark.py", *arguments]
    environment = {"PYTHONPATH": "src", "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env=environment)


def test_readers_see_whole_bundles_and_kills_leave_no_half_ones(root: Path) -> None:
    done = run(root, "--swaps", "30", "--readers", "8", "--kills", "8")
    assert (done.returncode, done.stderr) == (0, "")
    swapped, killed = done.stdout.splitlines()
    counted = re.fullmatch(
        r"30 swaps in [\d.]+ s under 8 readers: (\d+) whole bundles loaded, (\d) different ones, "
        r"0 mixed, missing or damaged",
        swapped,
    )
    assert counted is not None
    assert int(counted[1]) >= 8
    assert int(counted[2]) >= 2
    assert killed.startswith("8 kills: ")
    assert killed.endswith("; 0 faults")


def test_the_benchmark_sees_what_copying_does(root: Path) -> None:
    done = run(root, "--swaps", "30", "--readers", "2", "--kills", "0", "--by-copying")
    assert done.returncode == 1
    assert "0 mixed, missing or damaged" not in done.stdout.splitlines()[0].split(", ")
