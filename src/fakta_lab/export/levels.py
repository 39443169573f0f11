"""Three levels at which a bundle can be equal to its weights: numbers, values, decisions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakta.errors import GateFailed

# Documents that a message names; the figures count all.
NAMED = 3


@dataclass(frozen=True, slots=True)
class LogitLevel:
    """How far the outputs of graph and model lie apart.

    Attributes:
        differences: output to its largest difference.
        output: the first, in the order of computation, that differs more than it may; else the one that differs most.
        place: where it does: document, page, and shape or step.
        tolerance: that no difference may exceed.
        agreement: share, 0-1, of the words that get the same label, or of the tokens that are written alike.
        unit: "words" or "tokens".
    """

    differences: Mapping[str, float]
    output: str
    place: str
    tolerance: float
    agreement: float
    unit: str

    @property
    def difference(self) -> float:
        """Of that output."""
        return self.differences[self.output]

    @property
    def failure(self) -> str:
        """What is wrong, "" if nothing is."""
        if not self.difference <= self.tolerance:  # also true for NaN
            return (
                f"output {self.output!r} of the graph differs from the model by {self.difference:.2g} on {self.place}, "
                f"tolerance {self.tolerance:g}"
            )
        if self.agreement < 1:
            return (
                f"{1 - self.agreement:.2%} of the {self.unit} come out otherwise from the graph than from the model, "
                f"though outputs differ by at most {self.difference:.2g}"
            )
        return ""

    def check(self) -> None:
        """Raises GateFailed where the graph is not the model."""
        if self.failure:
            raise GateFailed(f"parity: {self.failure}")

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "differences": dict(self.differences),
            "output": self.output,
            "place": self.place,
            "tolerance": self.tolerance,
            "agreement": self.agreement,
        }


def logit_level(
    found: Sequence[tuple[str, str, float]], *, tolerance: float, agreement: float, unit: str
) -> LogitLevel:
    """Sums up differences.

    Args:
        found: output, place and difference, in the order of computation, at least one; a difference that is no number
            is the largest of all.
        tolerance, agreement, unit: see `LogitLevel`.
    """
    worst: dict[str, tuple[str, float]] = {}
    for output, place, difference in found:
        if output not in worst or _size(difference) > _size(worst[output][1]):
            worst[output] = place, difference
    # What differs first makes everything behind it differ.
    beyond = (name for name in worst if _size(worst[name][1]) > tolerance)
    output = next(beyond, None) or max(worst, key=lambda name: _size(worst[name][1]))
    differences = {name: difference for name, (_, difference) in worst.items()}
    return LogitLevel(differences, output, worst[output][0], tolerance, agreement, unit)


@dataclass(frozen=True, slots=True)
class EqualLevel:
    """What is the same or not, document by document.

    Attributes:
        name: "values" or "decisions".
        documents: that were compared.
        compared: values or decisions, over all documents.
        differing: document to the names of what differs in it; documents without a difference are not in it.
    """

    name: str
    documents: int
    compared: int
    differing: Mapping[str, tuple[str, ...]]

    @property
    def differences(self) -> int:
        """How many differ."""
        return sum(map(len, self.differing.values()))

    @property
    def failure(self) -> str:
        """What is wrong, "" if nothing is. It names documents and fields, never what stands in them."""
        if not self.differing:
            return ""
        first = "; ".join(f"{name}: {', '.join(parts)}" for name, parts in list(self.differing.items())[:NAMED])
        more = len(self.differing) - NAMED
        return (
            f"{self.differences} of {self.compared} {self.name} differ, in {len(self.differing)} of {self.documents} "
            f"documents: {first}{f'; and {more} more' if more > 0 else ''}"
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON form: counts and names."""
        return {
            "documents": self.documents,
            "compared": self.compared,
            "different": self.differences,
            "differing": {name: list(parts) for name, parts in self.differing.items()},
        }


@dataclass(frozen=True, slots=True)
class Parity:
    """A bundle against the weights that it was made of.

    Attributes:
        logits: the numbers; they have to be equal where the graph computes with the same weights.
        values, decisions: what readers get; they always have to be equal.
        decided_by: the thresholds of the last level, in words.
        same_weights: False for graphs with 8-bit integers, which compute other numbers by design.
    """

    logits: LogitLevel
    values: EqualLevel
    decisions: EqualLevel
    decided_by: str
    same_weights: bool = True

    @property
    def failures(self) -> list[str]:
        """What is wrong, level by level."""
        numbers = self.logits.failure if self.same_weights else ""
        return [failure for failure in (numbers, self.values.failure, self.decisions.failure) if failure]

    def check(self) -> None:
        """Passes where all levels hold.

        Raises:
            GateFailed: naming all that does not.
        """
        if self.failures:
            raise GateFailed(f"parity: {'; '.join(self.failures)}")

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; it holds names of fields, and no values."""
        return {
            "passed": not self.failures,
            "same_weights": self.same_weights,
            "logits": self.logits.to_dict(),
            "values": self.values.to_dict(),
            "decisions": {**self.decisions.to_dict(), "decided_by": self.decided_by},
        }

    def figures(self) -> dict[str, Any]:
        """What the manifest keeps of it."""
        return {
            "documents": self.values.documents,
            "values": self.values.compared,
            "values_different": self.values.differences,
            "decisions": self.decisions.compared,
            "decisions_different": self.decisions.differences,
            "decided_by": self.decided_by,
        }


def _size(difference: float) -> float:
    return math.inf if math.isnan(difference) else difference
