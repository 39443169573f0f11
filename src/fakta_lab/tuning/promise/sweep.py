"""What changes if the target moves: how much is accepted at each, and how much of it was seen to be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.promise.thresholds import GroupThresholds, Unit, choose_thresholds

TARGETS = (0.95, 0.98, 0.99, 0.995, 0.999)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Examples that thresholds accept.

    Attributes:
        examples: how many there are.
        accepted: how many are accepted.
        right: how many of the accepted are right.
    """

    examples: int = 0
    accepted: int = 0
    right: int = 0

    @property
    def share(self) -> float:
        """Accepted share, 0-1."""
        return self.accepted / self.examples if self.examples else 0.0

    @property
    def precision(self) -> float | None:
        """Share of the accepted that is right; None where nothing is accepted."""
        return self.right / self.accepted if self.accepted else None

    def __add__(self, other: Accepted) -> Accepted:
        return Accepted(self.examples + other.examples, self.accepted + other.accepted, self.right + other.right)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"examples": self.examples, "accepted_share": self.share, "seen_precision": self.precision}


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """What one target brings.

    Attributes:
        target: precision that is promised, 0-1.
        fields: field to what is accepted of it, in the order in which fields were met.
    """

    target: float
    fields: dict[str, Accepted] = field(default_factory=dict)

    @property
    def overall(self) -> Accepted:
        """All fields together."""
        return sum(self.fields.values(), Accepted())

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        fields = {name: accepted.to_dict() for name, accepted in self.fields.items()}
        return {"target": self.target, "overall": self.overall.to_dict(), "fields": fields}


def target_sweep(
    judged: Sequence[Judged],
    targets: Sequence[float] = TARGETS,
    *,
    confidence: float,
    unit: Unit = "supplier",
    seed: int = 0,
) -> list[SweepPoint]:
    """What would be accepted at each target: all examples, decided upon as the runtime would.

    Examples where nothing was found count: that a document states nothing is accepted or looked at like any value.
    The thresholds were chosen on these very examples, so the seen precision flatters a little; the promise does not.

    Args:
        judged: as for `fakta_lab.tuning.promise.thresholds.choose_thresholds`, like `confidence`, `unit` and `seed`.
        targets: precisions to promise, 0-1, for all fields alike.
    """
    points = []
    for target in targets:
        chosen = choose_thresholds(judged, target=target, confidence=confidence, unit=unit, seed=seed)
        points.append(SweepPoint(target, _accepted_fields(chosen, judged)))
    return points


def _accepted_fields(chosen: Mapping[str, GroupThresholds], judged: Sequence[Judged]) -> dict[str, Accepted]:
    """What thresholds accept of each field, decided upon as the runtime would."""
    fields: dict[str, Accepted] = {}
    for example, sure in judged:
        decides = chosen[example.field].for_reading(found=example.found, known=example.known, tenant=example.tenant)
        accepted = decides.threshold is not None and sure >= decides.threshold
        seen = Accepted(1, int(accepted), int(accepted and example.right))
        fields[example.field] = fields.get(example.field, Accepted()) + seen
    return fields
