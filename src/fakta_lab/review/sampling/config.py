"""What can be set for choosing documents."""

from __future__ import annotations

from pydantic import Field, model_validator

from fakta_lab.config import ConfigModel


class SamplingConfig(ConfigModel):
    """Settings of `fakta corrections sample`.

    Attributes:
        uncertainty, disagreement, money: weights of the signals in a document's score; only their ratio counts.
        floor: score that every document has at least, so that layouts which are read without doubt are not left out
            for good.
        optional_weight: how much a field that the schema does not require counts beside one that it does.
        money_field: amount that says how much is at stake; a schema without it has no money signal.
        learned: share of the mistakes in documents of a layout that one corrected document of it is taken to cure.
        crowding: 0 counts every document that a choice would help; 1 counts layouts, however many documents they have.
        compared: corrected documents that new ones are compared with, at most; which ones is drawn by their sha256.
    """

    uncertainty: float = Field(default=1.0, ge=0)
    disagreement: float = Field(default=0.5, ge=0)
    money: float = Field(default=0.25, ge=0)
    floor: float = Field(default=0.02, ge=0, le=1)
    optional_weight: float = Field(default=0.5, ge=0, le=1)
    money_field: str = "amount_due"
    learned: float = Field(default=1.0, gt=0, le=1)
    crowding: float = Field(default=0.5, ge=0, le=1)
    compared: int = Field(default=1000, ge=0)

    @model_validator(mode="after")
    def _some_signal(self) -> SamplingConfig:
        if not self.uncertainty + self.disagreement + self.money + self.floor:
            raise ValueError("all weights are 0, so no document would be worth more than another")
        return self
