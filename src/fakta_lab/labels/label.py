"""What people vouch for about one field of one document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from fakta_lab.labels.doubts import Doubt


@dataclass(frozen=True, slots=True)
class Label:
    """A field's value as the people who looked at it left it.

    Attributes:
        field: name.
        value: canonical; None = not on the document.
        source: "corrected" where a person changed the extractor's answer, "confirmed" where it was left as it was.
        event: digest of the event that decided.
        doubts: why the value may be wrong, each once; () where nothing speaks against it.
        usable: whether to learn from it; otherwise the field counts as unknown.
    """

    field: str
    value: str | None
    source: Literal["corrected", "confirmed"]
    event: str
    doubts: tuple[Doubt, ...] = ()
    usable: bool = True

    def doubted(self, *doubts: Doubt) -> Label:
        """The same label with more doubts."""
        return replace(self, doubts=tuple(dict.fromkeys((*self.doubts, *doubts))))
