"""ANLS: how near texts come that are not exactly right.

Average normalized Levenshtein similarity, Biten et al. (2019), Scene Text Visual Question Answering: a text scores 1
minus its edit distance to the truth, divided by the length of the longer of the two; from a distance of 0.5 on it is
another answer and scores 0. Case and the width of blanks do not count. The mean is over values that the truth states:
a value where there is none is a matter of precision, not of this figure.
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from fakta.fields.answers import SPACED_KINDS

THRESHOLD = 0.5
# What a person reads as text; a number that is nearly right is wrong.
TEXT_KINDS = SPACED_KINDS


def anls(truth: str, pred: str | None) -> float:
    """How near a text comes to the truth, 0-1.

    >>> anls("Norra Måleri AB", "NORRA  MÅLERI AB"), anls("Norra Måleri AB", None)
    (1.0, 0.0)
    >>> anls("Norra Måleri AB", "Norra Maleri")  # 4 edits of 15 characters
    0.7333333333333334
    >>> anls("Norra", "Södra")  # 3 edits of 5
    0.0
    """
    if pred is None:
        return 0.0
    distance = Levenshtein.normalized_distance(_folded(truth), _folded(pred))
    return 1.0 - distance if distance < THRESHOLD else 0.0


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
