"""What can be set for a generated benchmark set."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from fakta_lab.config import ConfigModel
from fakta_lab.synth.invoice import ERROR_SHARE
from fakta_lab.synth.supplier import ENGLISH_SHARE, Profile


class SynthConfig(ConfigModel):
    """Settings of `fakta synth`: the arguments of `write_set`, or of `write_families` with the renderer "typst".

    Attributes:
        renderer: "blocks" for the generator that models learn from, "typst" for the held-out families, which are for
            measuring only and know no setting below but `count` and `seed`.
        families: names of held-out families, or the group they belong to: "first", "second", or "all" for both.
        count: of invoices.
        seed: the same seed and settings give the same files.
        profile: "train" for ordinary suppliers, "demo" for suppliers with house words and odd layouts.
        suppliers: how many suppliers share the invoices; None for a new supplier each.
        first_turn: which of each supplier's invoices comes first.
        english_share: probability that a supplier writes English (profile "train").
        error_share: probability that an invoice has a planted mistake.
    """

    renderer: Literal["blocks", "typst"] = "blocks"
    families: Literal["first", "second", "all"] | tuple[str, ...] = "all"
    count: int = Field(default=100, ge=1)
    seed: int = 0
    profile: Profile = "train"
    suppliers: int | None = Field(default=None, ge=1)
    first_turn: int = Field(default=0, ge=0)
    english_share: float = Field(default=ENGLISH_SHARE, ge=0, le=1)
    error_share: float = Field(default=ERROR_SHARE, ge=0, le=1)

    def for_blocks(self) -> dict[str, Any]:
        """The arguments of `write_set`."""
        return self.model_dump(exclude={"renderer", "families"})
