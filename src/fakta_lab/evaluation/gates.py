"""Gates: floors that an evaluation has to reach, so that a build fails when accuracy drops."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from fakta.errors import ConfigError, GateFailed
from fakta.wording import suggestion
from fakta_lab.evaluation.report import Evaluation
from fakta_lab.formats.gates import flat, gates_from


@dataclass(frozen=True, slots=True)
class GateResult:
    """One figure against its floor.

    Attributes:
        figure: dotted path in the evaluation's JSON form.
        floor: smallest value that passes.
        value: what was measured; None where the figure has no value (no accepted values to be right).
    """

    figure: str
    floor: float
    value: float | None

    @property
    def passed(self) -> bool:
        """Whether the floor is reached; a figure without a value does not reach any."""
        return self.value is not None and self.value >= self.floor


def load_gates(path: Path) -> dict[str, float]:
    """Floors by figure from a YAML file: a mapping, or a mapping under `gates`; nesting replaces the dots.

    Raises:
        ConfigError: there is no such file, or it holds something else.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such gate file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid YAML ({str(error).splitlines()[0]})") from None
    if isinstance(data, dict) and isinstance(data.get("gates"), dict):
        data = data["gates"]
    return gates_from(data, source=str(path))


def measure_gates(evaluation: Evaluation, gates: Mapping[str, float]) -> list[GateResult]:
    """Every gate against what was measured; a `*` stands for every name at its place.

    Raises:
        ConfigError: a gate names a figure that the evaluation does not have.
    """
    figures = {
        name: value
        for name, value in flat(evaluation.to_dict())
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    }
    results = []
    for pattern, floor in gates.items():
        # Not fnmatch over the whole path: a * must not run across dots.
        parts = pattern.split(".")
        names = [name for name in figures if _matches(name.split("."), parts)]
        if not names:
            raise ConfigError(f"gate {pattern}: the evaluation has no such figure{suggestion(pattern, figures)}")
        results += [GateResult(name, floor, figures[name]) for name in names]
    return results


def check_gates(evaluation: Evaluation, gates: Mapping[str, float]) -> list[GateResult]:
    """Every gate against what was measured.

    Raises:
        GateFailed: listing each floor that is not reached.
        ConfigError: a gate names a figure that the evaluation does not have.
    """
    results = measure_gates(evaluation, gates)
    failed = [result for result in results if not result.passed]
    if failed:
        shown = ", ".join(f"{r.figure} {_shown(r)} < {r.floor:g}" for r in failed)
        raise GateFailed(f"{evaluation.benchmark}: {len(failed)} of {len(results)} gates not met: {shown}")
    return results


def _shown(result: GateResult) -> str:
    if result.value is None:
        return "(no value)"
    # Rounded down: a figure just below its floor must not be shown as the floor.
    return f"{math.floor(result.value * 10_000) / 10_000:.4f}"


def _matches(name: list[str], pattern: list[str]) -> bool:
    return len(name) == len(pattern) and all(fnmatchcase(n, p) for n, p in zip(name, pattern, strict=True))
