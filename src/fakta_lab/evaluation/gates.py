"""Gates: what an evaluation has to reach, so that a build fails when accuracy drops.

Floors for any figure of the evaluation's JSON form (`fields.amount_due.f1: 0.98`), ceilings for figures that should be
small (`touchless.error.max: 0.01`), and a baseline that no figure may be significantly worse than (`regressions`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from fakta.errors import ConfigError, GateFailed
from fakta.wording import suggestion, type_name
from fakta_lab.evaluation.documents import DocumentScore, named
from fakta_lab.evaluation.report import Evaluation
from fakta_lab.evaluation.scoring import Counts
from fakta_lab.formats.gates import CEILING, flat, gates_from

# What gives an evaluation the figures that not every evaluation has.
_NEEDS = {
    "shots": "--trained-on says what the model learned from",
    "accepted": "the answers do not say what they accept",
    "touchless": "the answers do not say which documents need a person's look",
    "latency": "the answers do not say how long reading took",
    "anls": "the truth states no text",
}


@dataclass(frozen=True, slots=True)
class GateResult:
    """One figure against its floor or ceiling.

    Attributes:
        figure: dotted path in the evaluation's JSON form.
        floor: smallest value that passes; with `ceiling`, the largest.
        value: what was measured; None where the figure has no value (no accepted values to be right).
        ceiling: whether `floor` is the largest value that passes.
        documents: in which something of that figure is wrong, where a figure tells which.
    """

    figure: str
    floor: float
    value: float | None
    ceiling: bool = False
    documents: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the floor is reached; a figure without a value reaches none, and no ceiling either."""
        if self.value is None:
            return self.ceiling
        return self.value <= self.floor if self.ceiling else self.value >= self.floor

    @property
    def message(self) -> str:
        """What is said about a gate that did not pass."""
        shown = f"{self.figure} {self._shown()} {'>' if self.ceiling else '<'} {self.floor:g}"
        return shown + (f" (wrong in {named(self.documents)})" if self.documents else "")

    def _shown(self) -> str:
        if self.value is None:
            return "(no value)"
        # Rounded away from the limit: a figure just below its floor must not be shown as the floor.
        rounded = math.ceil if self.ceiling else math.floor
        return f"{rounded(self.value * 10_000) / 10_000:.4f}"


@dataclass(frozen=True, slots=True)
class GateFile:
    """What a gate file asks for.

    Attributes:
        gates: floors by figure, and ceilings by figure and `.max`.
        baseline: path of a stored evaluation; None where it names none.
    """

    gates: Mapping[str, float]
    baseline: Path | None = None


def load_gates(path: Path) -> dict[str, float]:
    """Floors by figure from a gate file, see `load_gate_file`; its baseline is left aside."""
    return dict(load_gate_file(path).gates)


def load_gate_file(path: Path) -> GateFile:
    """A YAML file: a mapping of figures to floors, or one under `gates`; nesting replaces the dots.

    Its key `baseline` names a stored evaluation, relative to the file's folder.

    Raises:
        ConfigError: there is no such file, or it holds something else.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such gate file") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid YAML ({str(error).splitlines()[0]})") from None
    baseline = data.pop("baseline", None) if isinstance(data, dict) else None
    if isinstance(data, dict) and isinstance(data.get("gates"), dict):
        data = data["gates"]
    if baseline is None:
        return GateFile(gates_from(data, source=str(path)))
    if not isinstance(baseline, str) or not baseline:
        raise ConfigError(f"{path}: baseline: expected the path of a stored evaluation, found {type_name(baseline)}")
    return GateFile(gates_from(data, source=str(path)) if data else {}, path.parent / baseline)


def measure_gates(evaluation: Evaluation, gates: Mapping[str, float]) -> list[GateResult]:
    """Every gate against what was measured; a `*` stands for every name at its place.

    Raises:
        ConfigError: a gate names a figure that the evaluation does not have.
    """
    if not gates:
        return []
    results = measure_figures(evaluation.to_dict(), gates)
    return [replace(result, documents=_wrong_documents(evaluation, result.figure)) for result in results]


def measure_figures(evaluation: Mapping[str, Any], gates: Mapping[str, float]) -> list[GateResult]:
    """The same for an evaluation's JSON form, or figures by dotted path; it does not tell which documents are wrong.

    Raises:
        ConfigError: a gate names a figure that is not there.
    """
    figures = {
        name: value
        for name, value in flat(evaluation)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool))
    }
    results = []
    for gate, limit in gates.items():
        pattern = gate.removesuffix(CEILING)
        # Not fnmatch over the whole path: a * must not run across dots.
        parts = pattern.split(".")
        names = [name for name in figures if _matches(name.split("."), parts)]
        if not names:
            raise ConfigError(
                f"gate {pattern}: the evaluation has no such figure{_why(pattern) or suggestion(pattern, figures)}"
            )
        results += [GateResult(name, limit, figures[name], ceiling=pattern != gate) for name in names]
    return results


def check_gates(evaluation: Evaluation, gates: Mapping[str, float]) -> list[GateResult]:
    """Every gate against what was measured.

    Raises:
        GateFailed: listing each floor that is not reached and the documents that are wrong there, and each figure that
            is significantly worse than the baseline.
        ConfigError: a gate names a figure that the evaluation does not have.
    """
    results = measure_gates(evaluation, gates)
    check_all(evaluation, results)
    return results


def check_all(evaluation: Evaluation, results: Sequence[GateResult]) -> None:
    """Refuses an evaluation that misses a gate or is worse than its baseline.

    Args:
        evaluation: with its `baseline` where it was compared with one.
        results: of `measure_gates`.

    Raises:
        GateFailed: as `check_gates`.
    """
    messages = []
    failed = [result for result in results if not result.passed]
    if failed:
        shown = ", ".join(result.message for result in failed)
        messages.append(f"{len(failed)} of {len(results)} gates not met: {shown}")
    if evaluation.baseline:
        messages += evaluation.baseline.failures
    if messages:
        raise GateFailed(f"{evaluation.benchmark}: {'; '.join(messages)}")


def _why(pattern: str) -> str:
    """What a figure needs that only some evaluations have; "" for any other."""
    return next((f"; {needs}" for name, needs in _NEEDS.items() if pattern.split(".")[0] == name), "")


def _wrong_documents(evaluation: Evaluation, figure: str) -> tuple[str, ...]:
    """The documents with an error in a figure of a field, a layout or a table; none are named for any other figure."""
    kind, _, rest = figure.partition(".")
    name = rest.partition(".")[0]
    found = ((score.document, _counts(score, kind, name)) for score in evaluation.scores)
    return tuple(document for document, counts in found if counts.fp or counts.fn)


def _counts(score: DocumentScore, kind: str, name: str) -> Counts:
    """What a document contributes to a field's figures, a layout's or a table's; nothing to any other."""
    if kind == "fields":
        return score.fields.get(name, Counts())
    if kind == "layouts":
        return score.counts if score.layout == name else Counts()
    return score.tables[kind].rows if kind in score.tables else Counts()


def _matches(name: list[str], pattern: list[str]) -> bool:
    return len(name) == len(pattern) and all(fnmatchcase(n, p) for n, p in zip(name, pattern, strict=True))
