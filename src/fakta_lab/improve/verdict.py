"""Whether a new model may take the old one's place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from fakta_lab.evaluation import GateResult
from fakta_lab.improve.figures import Figures

# From few suppliers an interval comes out too narrow; the test does not, so that both have to agree.
LEVEL = 0.05

Outcome = Literal["better", "equal", "worse", "unknown"]
# Why not, as sentences are found by.
Obstacle = Literal["nothing_compared", "too_few", "less_accurate", "field_worse", "dearer", "gate"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparison comes to.

    Attributes:
        outcome: "better" or "worse" where the whole interval is on that side of nought and swapping the two models'
            answers rarely gives as much; else "equal" where the interval's low end is not below minus the tolerance;
            else "unknown", too few documents to tell.
        obstacles: what forbids that it takes the old one's place; empty where nothing does.
        fields: that are significantly worse.
        gates: that are not met, each with its figure.
    """

    outcome: Outcome
    obstacles: tuple[Obstacle, ...] = ()
    fields: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()

    @property
    def may_be_promoted(self) -> bool:
        """Better or equal, no field worse, not dearer, and through every gate."""
        return not self.obstacles

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Verdict:
        """A verdict from its JSON form."""
        return cls(data["outcome"], tuple(data["obstacles"]), tuple(data["fields"]), tuple(data["gates"]))


def judge(figures: Figures, gates: Sequence[GateResult], *, tolerance: float) -> Verdict:
    """The verdict on figures.

    Args:
        figures: of a comparison.
        gates: of the new model.
        tolerance: share of the values by which it may at worst be behind and count as equal, 0-1.
    """
    overall, saving = figures.overall, figures.saving
    outcome: Outcome
    if not overall.values:
        outcome = "unknown"
    elif overall.low > 0 and overall.p < LEVEL:
        outcome = "better"
    elif overall.high < 0 and overall.p < LEVEL:
        outcome = "worse"
    else:
        outcome = "equal" if overall.low >= -tolerance else "unknown"
    fields = tuple(each.field for each in figures.fields if each.significant and each.worse > each.better)
    missed = tuple(replace(each, documents=()).message for each in gates if not each.passed)
    found: dict[Obstacle, bool] = {
        "nothing_compared": not overall.values,
        "too_few": bool(overall.values) and outcome == "unknown",
        "less_accurate": outcome == "worse",
        "field_worse": bool(fields),
        "dearer": saving is not None and saving.high < 0,
        "gate": bool(missed),
    }
    return Verdict(outcome, tuple(name for name, holds in found.items() if holds), fields, missed)
