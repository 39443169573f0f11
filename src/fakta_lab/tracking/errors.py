"""What goes wrong with tracking; callers tell of it and go on."""

from __future__ import annotations

from fakta.errors import FaktaError


class TrackingError(FaktaError):
    """The tracking server or database cannot be used now."""
