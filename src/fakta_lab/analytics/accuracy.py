"""How right the answers are, of documents drawn at random and of those that were looked at for a reason.

The two are never added up. People look at what the model was unsure of, so that what they looked at is worse than the
rest; only documents drawn at random speak for all of them, and only of these an interval means anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from fakta_lab.analytics.tally import Judged, Outcome
from fakta_lab.evaluation.intervals import Draws, interval_of, precision_of, share_interval

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


def share(documents: Sequence[Judged], chosen: Chosen) -> dict[str, Any]:
    """The same as a share, with its interval for documents like these.

    Mistakes come several to a document, so whole documents are drawn anew; where nothing is wrong at all, the interval
    is that of as many documents without a mistake.
    """
    table = [_right_and_wrong(document, chosen) for document in documents]
    counted = [row for row in table if row[0] + row[1]]
    found: dict[str, Any] = right_of(documents, chosen)
    drawn = Draws(len(counted))
    array = np.array(counted, dtype=np.float64).reshape(-1, 3)
    low, high = interval_of(precision_of, array, drawn, drawn.sums(array)) if counted else (None, None)
    return {**found, "share": _ratio(found["right"], found["of"]), "low": _rounded(low), "high": _rounded(high)}


def whole_documents(documents: Sequence[Judged]) -> dict[str, Any]:
    """Documents that passed without a person in which nothing is wrong that was used: values, and that there is none."""
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


def _right_and_wrong(document: Judged, chosen: Chosen) -> tuple[int, int, int]:
    own = [outcome.right for outcome in document.outcomes if chosen(outcome)]
    return sum(own), len(own) - sum(own), 0


def _ratio(part: int, whole: int) -> float | None:
    return _rounded(part / whole) if whole else None


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 5)
