"""Work on documents in worker processes that are watched: whatever one document does, the others are not touched."""

from __future__ import annotations

from fakta.batch.attempt import Outcome, attempt
from fakta.batch.limits import Limits
from fakta.batch.pool import run

__all__ = ["Limits", "Outcome", "attempt", "run"]
