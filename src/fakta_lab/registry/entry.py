"""One line of a registry's history: who moved an alias to which bundle, when, why, and on which figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

Action = Literal["promote", "rollback", "found"]
# The hash that the first entry follows.
NOTHING_BEFORE = "0" * 64
HASH = "sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change of an alias.

    Attributes:
        number: 1 for the first entry of a history.
        at: when, ISO 8601 with UTC's offset.
        action: "promote", "rollback"; or "found" where the alias pointed elsewhere than the history said: a change was
            stopped half-way, or was made by hand.
        alias: "champion" or "challenger".
        bundle: name of the folder in `bundles/` that it points to since; empty where it points nowhere.
        digest: of that bundle, see `fakta_lab.registry.copies.digest_of`.
        memory: sha256 of its supplier memory, the one file of a copy that an erasure may change; empty without one.
        before: name of the folder that the alias pointed to until then; empty where there was none.
        by: who did it.
        reason: why.
        obstacles: what spoke against it and was overridden with the reason: missing figures, gates that are not met.
        on: the benchmark set that the figures are from; empty where they do not say.
        figures: name to number.
        gates: what was required of them: `figure`, `floor`, whether that is a `ceiling`, `value`, `passed`.
        previous: `sha256` of the entry before, so that the lines form a chain.
        sha256: over all of the above.
    """

    number: int
    at: str
    action: Action
    alias: str
    bundle: str
    digest: str
    memory: str = ""
    before: str = ""
    by: str = ""
    reason: str = ""
    obstacles: tuple[str, ...] = ()
    on: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    gates: tuple[Mapping[str, Any], ...] = ()
    previous: str = NOTHING_BEFORE
    sha256: str = ""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """An entry from its JSON form; keys that a later version added are left out.

        Raises:
            TypeError: it lacks a key.
        """
        known = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        lists = {name: tuple(known.get(name, ())) for name in ("gates", "obstacles")}
        return cls(**known | lists)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {**asdict(self), "gates": [dict(gate) for gate in self.gates], "obstacles": list(self.obstacles)}

    def sealed(self) -> Self:
        """The entry with its hash."""
        return replace(self, sha256=hash_of(self.to_dict()))


def hash_of(data: Mapping[str, Any]) -> str:
    """The sha256 of an entry's JSON form without `sha256`: keys sorted, no spaces, UTF-8."""
    rest = {name: value for name, value in data.items() if name != HASH}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
