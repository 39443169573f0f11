"""What can be set for a generated benchmark set."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from fakta_lab.config import ConfigModel
from fakta_lab.synth.invoice import ERROR_SHARE
from fakta_lab.synth.scan import Severity
from fakta_lab.synth.supplier import LANGUAGE_SHARES, Profile


class SynthConfig(ConfigModel):
    """Settings of `fakta synth`: the arguments of `write_set`, or of `write_families` with the renderer "typst".

    Attributes:
        renderer: "blocks" for the generator that models learn from, "typst" for the held-out families, which are for
            measuring only and know no setting below but `count`, `seed`, `suppliers` and `scan`.
        families: names of held-out families, or the group they belong to: "first", "second", or "all" for both.
        count: of invoices.
        seed: the same seed and settings give the same files.
        profile: "train" for ordinary suppliers, "demo" for suppliers with house words and odd layouts.
        suppliers: how many suppliers share the invoices; None for a new supplier each.
        first_turn: which of each supplier's invoices comes first.
        languages: how likely a supplier writes which language (profile "train"); {"sv": 1} for Swedish alone.
        error_share: probability that an invoice has a planted mistake.
        scan: how badly the pages are scanned ("light", "office", "phone", "fax"); None for PDFs with text.
    """

    renderer: Literal["blocks", "typst"] = "blocks"
    families: Literal["first", "second", "all"] | tuple[str, ...] = "all"
    count: int = Field(default=100, ge=1)
    seed: int = 0
    profile: Profile = "train"
    suppliers: int | None = Field(default=None, ge=1)
    first_turn: int = Field(default=0, ge=0)
    languages: dict[str, float] = Field(default_factory=lambda: dict(LANGUAGE_SHARES), min_length=1)
    error_share: float = Field(default=ERROR_SHARE, ge=0, le=1)
    scan: Severity | None = None

    @field_validator("languages")
    @classmethod
    def _known(cls, shares: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(shares) - set(LANGUAGE_SHARES))
        if unknown:
            raise ValueError(f"no language {unknown[0]!r}; known are {', '.join(LANGUAGE_SHARES)}")
        if min(shares.values()) < 0 or not sum(shares.values()):
            raise ValueError("shares are 0 or more, and not all 0")
        return shares

    def for_blocks(self) -> dict[str, Any]:
        """The arguments of `write_set`."""
        return self.model_dump(exclude={"renderer", "families"})
