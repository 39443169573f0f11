"""What people vouch for about one field of one document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fakta_lab.store import StoredEvent


@dataclass(frozen=True, slots=True)
class Label:
    """A field's value as the last person to look at it left it.

    Attributes:
        field: name.
        value: canonical; None = not on the document.
        source: "corrected" where a person changed the extractor's answer, "confirmed" where it was left as it was.
        event: digest of the event that decided.
        doubts: why the value may be wrong, in words without the value; () where nothing speaks against it.
        usable: whether to learn from it; otherwise the field counts as unknown.
    """

    field: str
    value: str | None
    source: Literal["corrected", "confirmed"]
    event: str
    doubts: tuple[str, ...] = ()
    usable: bool = True


def latest(events: Sequence[StoredEvent]) -> dict[str, Label]:
    """For each field that somebody looked at, what the last event about it says.

    Args:
        events: about one document, oldest first.
    """
    labels: dict[str, Label] = {}
    for event in events:
        for name, value in event.correction.confirmed.items():
            labels[name] = Label(name, value, "confirmed", event.digest)
        for name, value in event.correction.corrected.items():
            labels[name] = Label(name, value, "corrected", event.digest)
    return labels
