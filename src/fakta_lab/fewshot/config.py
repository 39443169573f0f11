"""What of a learning curve can be chosen."""

from __future__ import annotations

from pydantic import field_validator

from fakta_lab.config import ConfigModel

COUNTS = (0, 1, 2, 3, 5, 10)


class CurveConfig(ConfigModel):
    """What is measured.

    Attributes:
        counts: of corrections, ascending. 0, what is read without any, is always measured.
        together: learn from all suppliers' corrections at once, as one model for all of them would, not from each
            supplier's alone.
    """

    counts: tuple[int, ...] = COUNTS
    together: bool = False

    @field_validator("counts")
    @classmethod
    def _ascending(cls, counts: tuple[int, ...]) -> tuple[int, ...]:
        wanted = tuple(sorted({0, *counts}))
        if wanted[0] < 0 or wanted == (0,):
            raise ValueError("give at least one number of corrections above 0, and none below")
        return wanted

    @property
    def most(self) -> int:
        """The largest count: so many documents of a supplier are learned from."""
        return self.counts[-1]
