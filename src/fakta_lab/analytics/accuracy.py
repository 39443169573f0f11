"""How right the answers are, of documents drawn at random and of those that were looked at for a reason.

The two are never added up. People look at what the model was unsure of, so that what they looked at is worse than the
rest; only documents drawn at random speak for all of them, and only of these an interval means anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fakta_lab.analytics.tally import Judged, Outcome
from fakta_lab.evaluation.intervals import share_interval

# Fewer documents drawn at random say next to nothing: ten without a mistake may still be wrong in one of four.
FEWEST = 10
Chosen = Callable[[Outcome], bool]


def accepted(outcome: Outcome) -> bool:
    """A value that was used without a look."""
    return outcome.read and outcome.accepted


def read(outcome: Outcome) -> bool:
    """A value that was read, used or held."""
    return outcome.read


def held(outcome: Outcome) -> bool:
    """A value that was read and held for a person."""
    return outcome.read and not outcome.accepted


def at_stake(outcome: Outcome) -> bool:
    """A value that was read, or that the document states."""
    return outcome.at_stake


def of_field(name: str, chosen: Chosen) -> Chosen:
    """The same, of one field."""
    return lambda outcome: outcome.field == name and chosen(outcome)


def right_of(documents: Iterable[Judged], chosen: Chosen) -> dict[str, int]:
    """How many of the chosen outcomes there are, how many are right, and in how many documents."""
    n = right = n_documents = 0
    for document in documents:
        own = [outcome.right for outcome in document.outcomes if chosen(outcome)]
        n, right, n_documents = n + len(own), right + sum(own), n_documents + bool(own)
    return {"right": right, "of": n, "documents": n_documents}


def share(documents: Sequence[Judged], chosen: Chosen, *, clustering: float) -> dict[str, Any]:
    """The same as a share, with its 95 % interval for documents like these.

    Args:
        documents: drawn at random.
        chosen: which of their outcomes.
        clustering: how many values say as much as one that is independent of the others, see `clustering`.
    """
    found: dict[str, Any] = right_of(documents, chosen)
    if not found["of"]:
        return {**found, "share": None, "low": None, "high": None}
    low, high = share_interval(found["right"] / clustering, found["of"] / clustering)
    return {**found, "share": _ratio(found["right"], found["of"]), "low": _rounded(low), "high": _rounded(high)}


def clustering(documents: Iterable[Judged], chosen: Chosen) -> float:
    """How many values of these documents say as much as one that is independent of the others; at least 1.

    Mistakes come several to a document: the design effect of a ratio, the variance of the documents' mistakes over the
    variance that as many independent values would have (Rao & Scott 1992, "A simple method for the analysis of
    clustered binary data"). Where nothing is wrong nobody knows, and a document counts as one value.
    """
    counts = [[outcome.right for outcome in document.outcomes if chosen(outcome)] for document in documents]
    sizes = [len(own) for own in counts if own]
    wrong = [len(own) - sum(own) for own in counts if own]
    n, total = sum(sizes), sum(wrong)
    if len(sizes) < 2:
        return float(max(n, 1))
    if total in (0, n):
        return n / len(sizes)
    rate = total / n
    spread = sum((own - rate * size) ** 2 for own, size in zip(wrong, sizes, strict=True))
    effect = len(sizes) / (len(sizes) - 1) * spread / (n * rate * (1 - rate))
    return max(1.0, effect)


def whole_documents(documents: Sequence[Judged]) -> dict[str, Any]:
    """Documents that passed without a person in which nothing is wrong that was used, values or that there is none."""
    passed = [document for document in documents if document.passed and document.outcomes]
    right = sum(all(each.right for each in document.outcomes if each.accepted) for document in passed)
    low, high = share_interval(right, len(passed)) if passed else (None, None)
    return {
        "right": right,
        "of": len(passed),
        "share": _ratio(right, len(passed)),
        "low": _rounded(low),
        "high": _rounded(high),
    }


def missed(documents: Iterable[Judged]) -> dict[str, Any]:
    """Values that documents state and that were not read."""
    stated = [outcome for document in documents for outcome in document.outcomes if outcome.stated]
    n = sum(not outcome.read for outcome in stated)
    return {"missed": n, "of": len(stated), "share": _ratio(n, len(stated))}


def _ratio(part: int, whole: int) -> float | None:
    return _rounded(part / whole) if whole else None


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 5)
