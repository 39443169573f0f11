"""One replay: a strategy, a pool, budgets; and what the learner then knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fakta.schema import Schema
from fakta_lab.review.replay.case import Case, Question
from fakta_lab.review.replay.learner import Learner
from fakta_lab.review.replay.strategies import Strategy, choose
from fakta_lab.review.sampling.config import SamplingConfig
from fakta_lab.review.sampling.glance import Glance


def replay(
    strategy: Strategy,
    pool: Sequence[Case],
    held_out: Sequence[Case],
    schema: Schema,
    config: SamplingConfig,
    *,
    budgets: Sequence[int],
    seed: int,
) -> list[float]:
    """F1 on the held-out documents after each budget.

    Args:
        strategy: chooses.
        pool: what it may choose from.
        held_out: what is scored.
        schema: of the fields.
        config: of the strategy "combined".
        budgets: corrected documents in all, ascending; 0 is the learner before any correction.
        seed: of what the strategy draws at random.
    """
    by_sha256 = {case.glance.sha256: case for case in pool}
    chosen: list[str] = []
    learner = Learner([])
    needs_kinds = strategy in ("disagreement", "combined")
    curve = []
    for budget in budgets:
        if budget > len(chosen):
            kinds = _of_kinds([by_sha256[sha256] for sha256 in chosen]) if needs_kinds else []
            rest = [as_seen(case, learner, kinds) for sha256, case in by_sha256.items() if sha256 not in chosen]
            corrected = [by_sha256[sha256].glance for sha256 in chosen]
            wanted = budget - len(chosen)
            chosen += choose(strategy, rest, corrected, schema, config, n=wanted, seed=seed * 1000 + budget)
            learner = Learner([by_sha256[sha256] for sha256 in chosen])
        curve.append(learner.score(held_out).f1)
    return curve


def as_seen(case: Case, learner: Learner, kinds: Sequence[Learner]) -> Glance:
    """A case as the sampling would see it with the learner in the model's place.

    Args:
        case: that may be chosen.
        learner: as it is now.
        kinds: learners of one kind of evidence each, whose favourites are compared; without them the case keeps the
            disagreement of labels and model that it came with.
    """
    questions = [question for question in case.questions if question.options]
    wrong = {question.field: 1.0 - float(np.max(learner.shares(question))) for question in questions}
    if not kinds:
        return replace(case.glance, wrong=wrong)
    return replace(case.glance, wrong=wrong, apart={question.field: _apart(question, kinds) for question in questions})


def _apart(question: Question, kinds: Sequence[Learner]) -> float:
    """As `fakta_lab.review.sampling.signals.disagreement`: how sure both are of different options."""
    first, second = (learner.shares(question.by(i))[:-1] for i, learner in enumerate(kinds))
    i, j = int(np.argmax(first)), int(np.argmax(second))
    return 0.0 if i == j else float(first[i] * second[j])


def _of_kinds(corrected: Sequence[Case]) -> list[Learner]:
    """One learner for each kind of evidence that the cases tell apart."""
    if not corrected or not all(question.kinds for case in corrected for question in case.questions):
        return []
    return [
        Learner([replace(case, questions=tuple(q.by(kind) for q in case.questions)) for case in corrected])
        for kind in (0, 1)
    ]
