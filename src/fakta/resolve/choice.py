"""What resolving decides for one field, and what speaks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fakta.candidates.search import Candidate
from fakta.fields.base import Value
from fakta.resolve import score as scoring


@dataclass(slots=True)
class Option:
    """A value that a field may take: all candidates that print it, and the log-odds that it is right.

    Attributes:
        value: canonical.
        candidates: where it stands, the strongest first; empty for a derived value.
        score: log-odds from the evidence so far.
        reasons: what added to the score beyond the candidate's own evidence.
    """

    value: Value
    candidates: list[Candidate]
    score: float
    reasons: list[str] = field(default_factory=list)

    @property
    def best(self) -> Candidate | None:
        """The strongest candidate."""
        return self.candidates[0] if self.candidates else None


@dataclass(slots=True)
class Choice:
    """The decision for one field.

    Attributes:
        name: of the field.
        option: what was chosen; None where the document does not state the field.
        runner_up: log-odds of the best other value, -10 where there is none.
        signals: facts from across the document, for the verifier ("sums", "slip", ...), 0-1 each.
    """

    name: str
    option: Option | None
    runner_up: float = -10.0
    signals: dict[str, float] = field(default_factory=dict)

    @classmethod
    def among(
        cls, name: str, option: Option | None, ranked: Sequence[Option], signals: dict[str, float] | None = None
    ) -> Choice:
        """The choice of an option, or of none, out of those that were ranked."""
        others = (other.score for other in ranked if option is None or other.value != option.value)
        return cls(name, option, max(others, default=-10.0), dict(signals or {}))


def options(name: str, candidates: Iterable[Candidate], *, has_model: bool) -> list[Option]:
    """The values that candidates offer for a field, the likeliest first.

    A value that stands on the page more than once is a little likelier than its best single place.
    """
    by_value: dict[Value, list[tuple[float, Candidate]]] = {}
    for candidate in candidates:
        rated = (scoring.score(name, candidate, has_model=has_model), candidate)
        by_value.setdefault(candidate.value, []).append(rated)
    found = []
    for value, rated_places in by_value.items():
        rated_places.sort(key=lambda pair: -pair[0])
        places = {(candidate.page, candidate.words) for _, candidate in rated_places}
        total = rated_places[0][0] + 0.3 * min(len(places) - 1, 2)
        found.append(Option(value, [candidate for _, candidate in rated_places], total))
    return sorted(found, key=lambda option: -option.score)


def choose(name: str, ranked: Sequence[Option], *, floor: float = 0.0) -> Choice:
    """The likeliest option if it reaches the floor (log-odds), else nothing."""
    best = max(ranked, key=lambda option: option.score, default=None)
    return Choice.among(name, best if best is not None and best.score >= floor else None, ranked)
