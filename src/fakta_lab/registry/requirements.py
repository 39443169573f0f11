"""What a bundle must fulfil before an alias is moved to it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from fakta.bundle import Bundle
from fakta.errors import GateFailed
from fakta_lab.evaluation import GateResult
from fakta_lab.formats.licence import is_non_commercial
from fakta_lab.formats.retraining import MARK


def check_bundle(bundle: Bundle, *, allow_non_commercial: bool) -> None:
    """Refuses a bundle that must not be used; no reason helps against that.

    Raises:
        GateFailed: its licence forbids commercial use, or documents that it learned from were erased since.
    """
    if is_non_commercial(bundle.license) and not allow_non_commercial:
        raise GateFailed(
            f"{bundle.name}: its weights are under {bundle.license}, which forbids commercial use; promote with "
            "--allow-non-commercial if that is what you want"
        )
    erased = (bundle.manifest.get(MARK) or {}).get("documents", 0)
    if erased:
        raise GateFailed(f"{bundle.name}: learned from {erased} documents that were erased since; train it anew")


def check_figures(name: str, figures: Mapping[str, Any], gates: Sequence[GateResult]) -> None:
    """Refuses a bundle that was not measured, or not good enough.

    Args:
        name: of the bundle.
        figures: that were measured.
        gates: what was required of them.

    Raises:
        GateFailed: saying which figure.
    """
    if not figures:
        raise GateFailed(
            f"{name}: not promoted, for there are no figures of it; measure it with --on SET, or give --evaluation FILE"
        )
    failed = [gate for gate in gates if not gate.passed]
    if failed:
        shown = ", ".join(f"{gate.figure} {_shown(gate.value)} < {gate.floor:g}" for gate in failed)
        raise GateFailed(f"{name}: not promoted, {len(failed)} of {len(gates)} gates not met: {shown}")


def _shown(value: float | None) -> str:
    # Rounded down: a figure just below its floor must not be shown as the floor.
    return "(no value)" if value is None else f"{math.floor(value * 10_000) / 10_000:.4f}"
