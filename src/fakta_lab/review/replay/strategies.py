"""The strategies that a replay compares, all through the functions that `fakta corrections sample` calls."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Literal, get_args

from fakta.schema import Schema
from fakta_lab.review.sampling.batch import choose_batch, signals_of
from fakta_lab.review.sampling.config import SamplingConfig
from fakta_lab.review.sampling.glance import Glance

Strategy = Literal["random", "uncertainty", "disagreement", "diversity", "combined"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
# What `fakta corrections sample` draws at random by default: the combined strategy pays for its audit.
AUDIT = 0.1


def choose(
    strategy: Strategy,
    pool: Sequence[Glance],
    corrected: Sequence[Glance],
    schema: Schema,
    config: SamplingConfig,
    *,
    n: int,
    seed: int,
) -> list[str]:
    """The sha256 of the documents that a strategy would have corrected next.

    Args:
        strategy: which.
        pool: what may be chosen, with the doubts of the learner as it is now.
        corrected: what was chosen before.
        schema: of the fields.
        config: weights of "combined".
        n: how many.
        seed: of what is drawn at random.
    """
    ordered = sorted(pool, key=lambda glance: glance.sha256)
    if strategy == "random":
        return [glance.sha256 for glance in Random(seed).sample(ordered, min(n, len(ordered)))]
    if strategy in ("uncertainty", "disagreement"):
        signals = signals_of(ordered, schema, config)
        # A signal that is silent everywhere, as before the first correction, must not lean on the order.
        tie = Random(seed)
        ranked = sorted(zip(ordered, signals, strict=True), key=lambda pair: (-pair[1][strategy], tie.random()))
        return [glance.sha256 for glance, _ in ranked[:n]]
    if strategy == "diversity":
        config = config.model_copy(update={"uncertainty": 0.0, "disagreement": 0.0, "money": 0.0, "floor": 1.0})
    audit = AUDIT if strategy == "combined" else 0.0
    layouts = [glance.layout for glance in corrected]
    picks = choose_batch(ordered, schema, config, n=n, audit=audit, seed=seed, corrected=layouts)
    return [pick.sha256 for pick in picks]
