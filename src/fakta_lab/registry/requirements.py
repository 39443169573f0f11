"""What a bundle must fulfil before an alias is moved to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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


def obstacles(figures: Mapping[str, Any], gates: Sequence[GateResult]) -> list[str]:
    """Why a bundle should not be promoted, in words: it was not measured, or is not good enough.

    Args:
        figures: that were measured.
        gates: what was required of them.
    """
    if not figures:
        return ["there are no figures of it; measure it with --on SET, or give --evaluation FILE"]
    return [gate.message for gate in gates if not gate.passed]


def without_documents(gates: Sequence[GateResult]) -> list[GateResult]:
    """The gates as they are kept: names of files may be names of people."""
    return [replace(gate, documents=()) for gate in gates]
