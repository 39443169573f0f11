"""A learner that takes seconds where fine-tuning takes minutes, so that strategies can be compared over many seeds.

It is a stand-in and no part of the product: a conditional logit over hashed words around each option, places, and, for
invoices, the shipped scorer's log-odds as prior. Like a fine-tuned model it learns a supplier's house words and places
from few corrected documents; unlike one it never reads words that are no option.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from fakta_lab.evaluation.scoring import Counts
from fakta_lab.review.replay.case import Case, Question

Numbers = NDArray[np.float64]

# Slots of the hashed features.
SLOTS = 1 << 16
# How hard the weights are held at 0: the loss, a sum over questions, grows by half of this for each weight of 1.
_STRENGTH = 0.3
_STEPS = 60


class Learner:
    """Weights of features, learned from corrected documents.

    Args:
        cases: corrected; none gives a learner that only knows the options' prior.
    """

    def __init__(self, cases: Sequence[Case]) -> None:
        self._weights: Numbers = np.zeros(SLOTS)
        questions = [question for case in cases for question in case.questions if question.options]
        if questions:
            self._weights = _fitted(questions)

    def shares(self, question: Question) -> Numbers:
        """Probability of each option, and of none at the end."""
        utility = np.zeros(len(question.options) + 1)
        if question.options:
            slots, starts = question.slots
            utility[:-1] = np.add.reduceat(self._weights[slots], starts) + question.prior
        exponentials = np.exp(utility - utility.max())
        shares: Numbers = exponentials / exponentials.sum()
        return shares

    def score(self, cases: Sequence[Case]) -> Counts:
        """Right, wrong and missed values of documents."""
        total = Counts()
        for question in (question for case in cases for question in case.questions):
            chosen = int(np.argmax(self.shares(question)))
            given = chosen < len(question.options)
            if given and chosen in question.right:
                total += Counts(tp=1)
            else:
                total += Counts(fp=int(given), fn=int(question.stated))
        return total


def _fitted(questions: Sequence[Question]) -> Numbers:
    rows = [slots for question in questions for slots in question.options]
    used, columns = np.unique([slot for slots in rows for slot in slots], return_inverse=True)
    evidence = csr_matrix(
        (np.ones(len(columns)), columns, np.cumsum([0, *map(len, rows)])), shape=(len(rows), len(used))
    )
    sizes = np.array([len(question.options) for question in questions])
    starts = np.cumsum([0, *sizes[:-1]])
    right = np.array([i in question.right for question in questions for i in range(len(question.options))], dtype=float)
    prior = np.array([odds for question in questions for odds in question.prior])
    # Where the value is stated and no option holds it, there is nothing to learn: not even that none is right.
    counts = np.array([bool(question.right) or not question.stated for question in questions], dtype=float)

    def loss(weights: Numbers) -> tuple[float, Any]:
        utility = prior + evidence @ weights
        peak = np.maximum(np.maximum.reduceat(utility, starts), 0.0)
        shares = np.exp(utility - np.repeat(peak, sizes))
        none = np.exp(-peak)
        whole = np.add.reduceat(shares, starts) + none
        hit = np.add.reduceat(shares * right, starts)
        chosen = np.where(hit > 0, hit, none)
        residual = (
            shares * right / np.repeat(np.where(hit > 0, hit, 1.0), sizes) - shares / np.repeat(whole, sizes)
        ) * np.repeat(counts, sizes)
        likelihood = float((counts * np.log(np.maximum(chosen, 1e-300) / whole)).sum())
        return -likelihood + 0.5 * _STRENGTH * float(weights @ weights), -(evidence.T @ residual) + _STRENGTH * weights

    fitted = minimize(loss, np.zeros(len(used)), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    weights = np.zeros(SLOTS)
    weights[used] = fitted
    return weights
