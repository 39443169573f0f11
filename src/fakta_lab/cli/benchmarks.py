"""Benchmark sets for commands: loaded, and what a person should know of them told on stderr."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fakta_lab.cli.console import notice

if TYPE_CHECKING:
    from fakta_lab.formats.benchmark import Benchmark


def load_benchmark(path: Path) -> Benchmark:
    """The set at a path, one of the project's own or a public one, with its notices printed.

    Raises:
        DatasetError: there is none, or its truth cannot be used.
        ConfigError: a gate in its `benchmark.yaml` is no floor.
    """
    from fakta_lab.formats.benchmark import Benchmark

    benchmark = Benchmark.load(path)
    for line in benchmark.notices:
        notice(line)
    return benchmark
