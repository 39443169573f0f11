"""`costs.yaml`: what mistakes and looks cost, for `fakta tune --costs`.

config = load_config(Path("configs/costs.yaml"), CostsConfig)
config.prices().error("bankgiro", found=True)  # 1500.0
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from fakta.costs import Costs
from fakta_lab.config import ConfigModel

Kronor = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class ReviewCosts(ConfigModel):
    """What a person's look costs.

    Attributes:
        document: opening one document.
        field: looking at one field of an open document.
        typing: typing one value that is missing or wrong.
    """

    document: Kronor
    field: Kronor
    typing: Kronor = 0.0


class SecondReaderCosts(ConfigModel):
    """What asking a second reader costs.

    Attributes:
        document: asking about one document, all fields at once.
    """

    document: Kronor = 0.0


class CostsConfig(ConfigModel):
    """Prices in kronor; see `configs/costs.yaml` for what each means and where its default comes from.

    Attributes:
        currency: of all prices.
        review: a person's look.
        second_reader: another reader's answers.
        wrong: field to what a wrong value costs that is used; "default" for the others.
        missing: field to what a stated value costs that nobody gives; "default" for the others.
    """

    currency: Literal["SEK"] = "SEK"
    review: ReviewCosts
    second_reader: SecondReaderCosts = SecondReaderCosts()
    wrong: dict[str, Kronor]
    missing: dict[str, Kronor] = Field(default_factory=lambda: {"default": 0.0})

    @field_validator("wrong", "missing")
    @classmethod
    def _has_default(cls, prices: dict[str, float]) -> dict[str, float]:
        if "default" not in prices:
            raise ValueError("a price for 'default' is missing, for the fields without one of their own")
        return prices

    def prices(self) -> Costs:
        """The form that the runtime computes with."""
        return Costs.from_dict(self.to_manifest())

    def to_manifest(self) -> dict[str, Any]:
        """The plain form that a manifest stores."""
        return self.model_dump(mode="json")

    def unknown_fields(self, known: frozenset[str]) -> tuple[str, ...]:
        """Names that have a price and are no field, as a slip of the pen makes them."""
        named = dict.fromkeys([*self.wrong, *self.missing])
        return tuple(name for name in named if name != "default" and name not in known)
