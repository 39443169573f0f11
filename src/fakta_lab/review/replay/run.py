"""One replay: a strategy, a pool, budgets; and what the learner then knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from fakta.schema import Schema
from fakta_lab.review.replay.case import Case
from fakta_lab.review.replay.learner import Learner
from fakta_lab.review.replay.strategies import Strategy, choose, doubted
from fakta_lab.review.sampling.config import SamplingConfig
from fakta_lab.review.sampling.glance import Glance

# Field to how far two kinds of evidence are apart about it, as far as a learner can say.
Apart = Callable[[Sequence[Case], Case], dict[str, float]]


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
    curve = []
    for budget in budgets:
        if budget > len(chosen):
            rest = [as_seen(case, learner) for sha256, case in by_sha256.items() if sha256 not in chosen]
            corrected = [by_sha256[sha256].glance for sha256 in chosen]
            wanted = budget - len(chosen)
            chosen += choose(strategy, rest, corrected, schema, config, n=wanted, seed=seed * 1000 + budget)
            learner = Learner([by_sha256[sha256] for sha256 in chosen])
        curve.append(learner.score(held_out).f1)
    return curve


def as_seen(case: Case, learner: Learner) -> Glance:
    """A case as the sampling would see it with the learner in the model's place."""
    wrong = {
        question.field: 1.0 - float(np.max(learner.shares(question))) for question in case.questions if question.options
    }
    return doubted(case.glance, wrong, case.glance.apart)
