"""Which doubts keep a label out of training, and when the statistical rules speak."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field, field_serializer

from fakta_lab.config import ConfigModel
from fakta_lab.labels.doubts import Doubt


class LabelPolicy(ConfigModel):
    """How labels are judged. The defaults leave out what is no answer at all and keep what is merely odd.

    A real invoice may print a wrong check digit or a sum that is off by an öre, and what stands on the page is what a
    model has to read: such a label is doubted, shown for review, and learned from.

    Attributes:
        unusable: doubts that keep a label out of training; its field then counts as unknown.
        stamp_events: from how many events on a person's habit of confirming is judged.
        stamp_probability: how rarely someone who looks as closely as the others would correct as little by chance;
            shared among the people who are judged.
        stamp_share: of the others' correction rate below which a person's own is far below it.
        stamp_seconds: events of a person that follow each other within fewer seconds cannot have been read.
        supplier_documents: from how many other documents on a supplier's habits say something about one.
    """

    unusable: frozenset[Doubt] = frozenset({Doubt.disputed, Doubt.unshown, Doubt.rubber_stamp})
    stamp_events: int = Field(default=20, ge=2)
    stamp_probability: float = Field(default=0.001, gt=0, lt=1)
    stamp_share: float = Field(default=0.2, ge=0, lt=1)
    stamp_seconds: float = Field(default=3.0, ge=0)
    supplier_documents: int = Field(default=4, ge=2)

    @field_serializer("unusable")
    def _sorted(self, unusable: Iterable[Doubt]) -> list[str]:
        # A set's own order differs from run to run, and what says how a dataset was made must not.
        return sorted(unusable)
