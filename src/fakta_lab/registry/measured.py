"""The figures of a bundle that is to be promoted: measured now, handed in, or those it was promoted with before."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fakta.bundle import Bundle
from fakta.errors import ConfigError, InputError
from fakta.extract import Extractor
from fakta_lab import evaluation as scoring
from fakta_lab.evaluation import GateFile, GateResult
from fakta_lab.registry.copies import digest_of, folder_name
from fakta_lab.registry.registry import GATES, Registry
from fakta_lab.registry.requirements import obstacles

_PRINTS_ONE = "fakta evaluate SET --model BUNDLE --format json prints one"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a bundle reaches.

    Attributes:
        figures: JSON form of an evaluation, or figures by dotted path; empty where there are none.
        gates: what was required of them.
        against: what else speaks against it, without names of documents.
    """

    figures: Mapping[str, Any] = field(default_factory=dict)
    gates: Sequence[GateResult] = ()
    against: Sequence[str] = ()

    @property
    def obstacles(self) -> list[str]:
        """Why it should not be promoted; empty where nothing speaks against it."""
        return [*obstacles(self.figures, self.gates), *self.against]


def measured(
    registry: Registry,
    bundle: Path,
    *,
    on: Path | None = None,
    evaluation: Path | None = None,
    gate: Path | None = None,
    progress: Progress | None = None,
) -> Measured:
    """The figures of a bundle against what is required.

    Args:
        registry: its `gates.yaml` counts where `gate` is not given, and its history where neither `on` nor
            `evaluation` is.
        bundle: a folder or a zip.
        on: benchmark set to measure it on; its own gates count where there are no others.
        evaluation: JSON form of an `Evaluation` of this bundle.
        gate: gate file.
        progress: called with documents read and documents in all.

    Raises:
        ConfigError: the gates name figures that there are not.
        InputError: the evaluation is none, or was not compared with the baseline that the gates name; or the set cannot
            be used.
    """
    own = registry.path / GATES
    asked = scoring.load_gate_file(gate or own) if gate is not None or own.is_file() else None
    if on is not None:
        return _measured_now(bundle, on, asked, progress)
    if evaluation is not None:
        return _handed_in(evaluation, asked or GateFile({}))
    loaded = Bundle.load(bundle)
    known = registry.promotion_of(folder_name(loaded.name, digest_of(loaded.manifest)))
    if known is None or not known.figures:
        return Measured()
    figures = {"benchmark": known.on, **known.figures}
    if asked is None:  # what spoke against it then still does
        return Measured(figures, against=known.obstacles)
    try:
        return Measured(figures, scoring.measure_figures(known.figures, asked.gates))
    except ConfigError as error:  # names of layouts, for one, are not kept
        raise ConfigError(f"{error} among those of its last promotion; measure it with --on or --evaluation") from None


def _measured_now(bundle: Path, on: Path, asked: GateFile | None, progress: Progress | None) -> Measured:
    benchmark = scoring.Benchmark.load(on)
    asked = asked or GateFile(benchmark.gates)
    result = scoring.evaluate(benchmark, extractor=Extractor.load(bundle), progress=progress)
    worse: list[str] = []
    if asked.baseline is not None:
        compared = scoring.compare_with_baseline(result, scoring.Baseline.load(asked.baseline))
        worse = [each.figure for each in compared.figures if not each.passed]
    return Measured(result.to_dict(), scoring.measure_gates(result, asked.gates), _worse(worse))


def _handed_in(path: Path, asked: GateFile) -> Measured:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); {_PRINTS_ONE}") from None
    except ValueError as error:
        raise InputError(f"{path}: no evaluation, not valid JSON ({error}); {_PRINTS_ONE}") from None
    if not isinstance(data, dict) or "micro" not in data:
        raise InputError(f"{path}: no evaluation; {_PRINTS_ONE}")
    if asked.baseline and "baseline" not in data:
        raise InputError(
            f"{path}: was not compared with the baseline {asked.baseline}; fakta evaluate --baseline does that, or "
            "measure here with --on"
        )
    compared = data.get("baseline", {}).get("figures", ())
    worse = [each["figure"] for each in compared if each["worse"]]
    return Measured(data, scoring.measure_figures(data, asked.gates), _worse(worse))


def _worse(figures: Sequence[str]) -> list[str]:
    return [f"{figure} is significantly worse than the baseline" for figure in figures]
