"""What resolving decides for one field, and what speaks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fakta.candidates.search import Candidate
from fakta.fields.base import Value
from fakta.memory import Recollection
from fakta.resolve.evidence import Printed, features
from fakta.resolve.rounding import rounded_sums
from fakta.resolve.scorer import Scorer


@dataclass(slots=True)
class Option:
    """A value that a field may take: all candidates that print it, and the log-odds that it is right.

    Attributes:
        value: canonical.
        candidates: where it stands, the strongest first; empty for a derived value.
        score: log-odds from the evidence so far.
        reasons: what added to the score beyond the candidate's own evidence.
        evidence: the numbers that its own score was computed from, see `fakta.resolve.evidence`.
    """

    value: Value
    candidates: list[Candidate]
    score: float
    reasons: list[str] = field(default_factory=list)
    evidence: Mapping[str, float] = field(default_factory=dict)

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


# From this many places on, one more says nothing.
_MOST_PLACES = 3


def options(
    name: str,
    candidates: Iterable[Candidate],
    scorer: Scorer,
    printed: Printed,
    *,
    elsewhere: Collection[tuple[int, tuple[int, ...]]] = (),
    recalled: Recollection | None = None,
) -> list[Option]:
    """The values that candidates offer for a field, the likeliest first.

    Args:
        name: of the field.
        candidates: of the field's kind.
        scorer: weighs the evidence.
        printed: the document's other values.
        elsewhere: pages and words that read as values of another kind.
        recalled: what earlier invoices of the supplier say.
    """
    by_value: dict[Value, list[tuple[float, Candidate, dict[str, float]]]] = {}
    candidates = list(candidates)
    rounded = rounded_sums({c.value for c in candidates}) if scorer.weighs(name, "rounded") else frozenset()
    for candidate in candidates:
        evidence = features(name, candidate, printed)
        if recalled is not None:
            evidence |= recalled.evidence(name, candidate)
            if "label_rival" in evidence:
                # What the supplier means by its label is known, whatever others mean by it.
                evidence["label_rival"] *= 1.0 - evidence.get("memory_label", 0.0)
        if (candidate.page, candidate.words) in elsewhere:
            # A label of its own outweighs the form of, say, a customer number; a payment reference that is printed
            # like an account is the account.
            label = evidence.get("label", 0.0) if candidate.kind == "identifier" else 0.0
            evidence["reads_as_other"] = 1.0 - max(label, evidence.get("memory_label", 0.0))
        if candidate.value in rounded:
            evidence["rounded"] = 1.0
        by_value.setdefault(candidate.value, []).append((scorer.log_odds(name, evidence), candidate, evidence))
    found = []
    for value, rated in by_value.items():
        rated.sort(key=lambda place: -place[0])
        evidence = rated[0][2]
        places = len({(candidate.page, candidate.words) for _, candidate, _ in rated})
        if places > 1:
            evidence["repeated"] = float(min(places, _MOST_PLACES) - 1)
            total = scorer.log_odds(name, evidence)
        else:
            total = rated[0][0]
        reasons = [reason] if recalled is not None and (reason := recalled.reason(evidence)) else []
        found.append(Option(value, [candidate for _, candidate, _ in rated], total, reasons, evidence))
    return sorted(found, key=lambda option: -option.score)


def choose(name: str, ranked: Sequence[Option], *, floor: float = 0.0) -> Choice:
    """The likeliest option if it reaches the floor (log-odds), else nothing."""
    best = max(ranked, key=lambda option: option.score, default=None)
    return Choice.among(name, best if best is not None and best.score >= floor else None, ranked)
