"""Whether 8-bit integers may ship: measured candidates, and the choice among them.

A candidate ships where it is faster on the same inputs, keeps enough labels, and reads every document of the set as
the float graph does: all values and all decisions equal. Which one is fastest depends on the processor, so the choice
is made where the export runs, and its figures stay in the manifest.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter
from typing import Any

from fakta.bundle import Bundle
from fakta.documents import Document
from fakta.extract import Extractor
from fakta_lab.export.held import with_graphs
from fakta_lab.export.levels import EqualLevel
from fakta_lab.export.outcomes import Outcomes, compared_decisions, compared_values, outcomes

# Times the float graph's: below this, what is gained is within what a shared machine's measurements vary by.
MIN_SPEEDUP = 1.1
# Each input runs so often on each graph, in turn.
ROUNDS = 5

Graphs = Mapping[str, bytes]
Runs = Sequence[Callable[[], object]]


class Quantize(StrEnum):
    """Which candidates are tried."""

    none = "none"
    auto = "auto"
    dynamic = "dynamic"
    static = "static"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The candidates' names."""
        return {"none": (), "auto": ("dynamic", "static")}.get(self.value, (self.value,))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Graphs with 8-bit integers.

    Attributes:
        kind: "dynamic" or "static".
        graphs: file name to content, ready to ship.
    """

    kind: str
    graphs: Graphs


@dataclass(frozen=True, slots=True)
class Measured:
    """What a candidate was measured to be.

    Attributes:
        candidate: that was measured.
        speedup: time of the float graph over its own, the median over inputs and rounds.
        agreement: share, 0-1, of labels or tokens that are as the trained weights have them.
        values, decisions: compared with the trained weights' reading of the set.
        refused: why it may not ship, "" if it may.
    """

    candidate: Candidate
    speedup: float
    agreement: float
    values: EqualLevel
    decisions: EqualLevel
    refused: str

    def to_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "speedup": round(self.speedup, 3),
            "agreement": self.agreement,
            "values_different": self.values.differences,
            "decisions_different": self.decisions.differences,
            "bytes": sum(map(len, self.candidate.graphs.values())),
            "refused": self.refused,
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """Which graphs ship, and what that rests on.

    Attributes:
        shipped: the fastest candidate that may; None where the float graphs do.
        why: in words.
        measured: every candidate.
        float_bytes: size of the float graphs.
        decided_by: the thresholds that decisions were compared with, in words.
    """

    shipped: Candidate | None
    why: str
    measured: tuple[Measured, ...]
    float_bytes: int
    decided_by: str

    def to_dict(self) -> dict[str, Any]:
        """For the manifest."""
        first = self.measured[0]
        return {
            "shipped": self.shipped.kind if self.shipped else "float16",
            "why": self.why,
            "documents": first.values.documents,
            "values": first.values.compared,
            "decisions": first.decisions.compared,
            "decided_by": self.decided_by,
            "float16_bytes": self.float_bytes,
            "candidates": {one.candidate.kind: one.to_dict() for one in self.measured},
        }


def choose(
    bundle: Bundle,
    graphs: Graphs,
    candidates: Sequence[Candidate],
    *,
    documents: Sequence[Document],
    reference: Outcomes,
    runs: Callable[[Graphs], Runs],
    agreement: Callable[[Graphs], float],
    min_agreement: float,
) -> Choice:
    """Measures candidates and picks the fastest of those that change nothing.

    Args:
        bundle: with the float graphs.
        graphs: the float graphs, as they would ship.
        candidates: at least one.
        documents: of the set.
        reference: how the trained weights read them.
        runs: graphs to one function an input, the same inputs whatever the graphs.
        agreement: graphs to the share, 0-1, of labels or tokens that they leave alone.
        min_agreement: share that is needed.
    """
    measured = []
    decided_by = ""
    for candidate in candidates:
        made = outcomes(Extractor(with_graphs(bundle, candidate.graphs)), documents)
        values = compared_values(reference, made)
        decisions, decided_by = compared_decisions(reference, made)
        ratio, share = speedup(runs(graphs), runs(candidate.graphs)), agreement(candidate.graphs)
        refused = _refused(ratio, share, values, decisions, min_agreement=min_agreement)
        measured.append(Measured(candidate, ratio, share, values, decisions, refused))
    able = [one for one in measured if not one.refused]
    best = max(able, key=lambda one: one.speedup, default=None)
    if best is None:
        why = "; ".join(f"{one.candidate.kind}: {one.refused}" for one in measured)
    else:
        why = f"{best.speedup:.2f} times as fast as float16, and reads every document alike"
    size = sum(map(len, graphs.values()))
    return Choice(best.candidate if best else None, why, tuple(measured), size, decided_by)


def speedup(ones: Runs, others: Runs, *, rounds: int = ROUNDS) -> float:
    """How many times as fast the others are: the median ratio of runs on the same input, one right after the other.

    What else the machine does slows both of a pair; which of the two goes first alternates.
    """
    for run in (ones[0], others[0]):
        run()
    ratios = []
    for number in range(rounds):
        for one, other in zip(ones, others, strict=True):
            if number % 2:
                second, first = _seconds(other), _seconds(one)
            else:
                first, second = _seconds(one), _seconds(other)
            ratios.append(first / second)
    return statistics.median(ratios)


def _seconds(run: Callable[[], object]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start


def _refused(ratio: float, agreement: float, values: EqualLevel, decisions: EqualLevel, *, min_agreement: float) -> str:
    reasons = []
    if ratio < MIN_SPEEDUP:
        reasons.append(f"{ratio:.2f} times as fast, {MIN_SPEEDUP:.2f} are needed")
    if agreement < min_agreement:
        reasons.append(f"keeps {agreement:.2%} of the labels, {min_agreement:.2%} are needed")
    reasons += [
        f"changes {level.differences} of {level.compared} {level.name}"
        for level in (values, decisions)
        if level.differing
    ]
    return ", ".join(reasons)
