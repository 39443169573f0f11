"""A batch of documents to look at, each with its signals and the reasons in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from fakta.schema import Schema
from fakta_lab.review.sampling.audit import audit_size, draw
from fakta_lab.review.sampling.config import SamplingConfig
from fakta_lab.review.sampling.cover import Cover, Step
from fakta_lab.review.sampling.glance import Glance
from fakta_lab.review.sampling.layouts import Signature, likeness
from fakta_lab.review.sampling.signals import money_at_stake, over_fields

# From here on a signal is given as a reason, and so many fields are named.
_TELLING = 0.5
_NAMED = 3
_NEW_LAYOUT, _MANY_ALIKE = 0.8, 5.0


@dataclass(frozen=True)
class Pick:
    """A document to look at next.

    Attributes:
        document: path or name.
        sha256: of its bytes.
        selection: "audit" where it was drawn at random, else "sample"; goes into the correction event as `selection`.
        score: weighted mean of uncertainty, disagreement and money, 0-1.
        signals: uncertainty, disagreement, novelty, money; each 0-1.
        reasons: why this one, in words and without values.
    """

    document: str
    sha256: str
    selection: Literal["audit", "sample"]
    score: float
    signals: Mapping[str, float]
    reasons: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The plain form, numbers rounded for people."""
        return {
            "document": self.document,
            "sha256": self.sha256,
            "selection": self.selection,
            "score": round(self.score, 4),
            "signals": {name: round(value, 4) for name, value in self.signals.items()},
            "reasons": list(self.reasons),
        }


def choose_batch(
    glances: Sequence[Glance],
    schema: Schema,
    config: SamplingConfig,
    *,
    n: int,
    audit: float = 0.1,
    seed: int = 0,
    corrected: Sequence[Signature] = (),
) -> list[Pick]:
    """The documents to look at next: those drawn at random first, then the others, the most helpful first.

    The random ones come first so that a batch that is given up half-way has them, and the others are chosen in
    knowledge of them.

    Args:
        glances: of the pool, each document once, in any order.
        schema: of the fields.
        config: weights.
        n: documents wanted; fewer where the pool has fewer.
        audit: share drawn at random, 0-1; at least one document unless it is 0.
        seed: of the draw; see `draw`.
        corrected: layouts of documents that were corrected before.
    """
    pool = sorted(glances, key=lambda glance: glance.sha256)
    if not pool:
        return []
    signals = signals_of(pool, schema, config)
    scores = [_score(each, config) for each in signals]
    layouts = [glance.layout for glance in pool]
    cover = Cover(
        np.maximum(scores, config.floor),
        likeness(layouts, layouts),
        likeness(layouts, corrected),
        learned=config.learned,
        crowding=config.crowding,
    )
    position = {glance.sha256: i for i, glance in enumerate(pool)}
    drawn = draw(position, count=min(audit_size(n, audit), len(pool)), seed=seed)

    def pick(step: Step, selection: Literal["audit", "sample"]) -> Pick:
        glance, found = pool[step.index], {**signals[step.index], "novelty": step.novelty}
        reasons = ("drawn at random",) if selection == "audit" else tuple(_reasons(glance, found, step))
        return Pick(glance.name, glance.sha256, selection, scores[step.index], found, reasons)

    picks = [pick(cover.take(position[sha256]), "audit") for sha256 in drawn]
    return picks + [pick(step, "sample") for step in cover.best(n - len(picks))]


def signals_of(pool: Sequence[Glance], schema: Schema, config: SamplingConfig) -> list[dict[str, float]]:
    """Uncertainty, disagreement and money of each document, 0-1."""
    weights = {field.name: 1.0 if field.required else config.optional_weight for field in schema.fields.values()}
    money = money_at_stake(
        [glance.amounts.get(config.money_field) for glance in pool],
        [glance.wrong.get(config.money_field, 0.0) for glance in pool],
    )
    return [
        {
            "uncertainty": over_fields(glance.wrong, weights),
            "disagreement": over_fields(glance.apart, weights),
            "money": stake,
        }
        for glance, stake in zip(pool, money, strict=True)
    ]


def _score(signals: Mapping[str, float], config: SamplingConfig) -> float:
    weights = {"uncertainty": config.uncertainty, "disagreement": config.disagreement, "money": config.money}
    total = sum(weights.values())
    return sum(weight * signals[name] for name, weight in weights.items()) / total if total else 0.0


def _reasons(glance: Glance, signals: Mapping[str, float], step: Step) -> Iterator[str]:
    if glance.missing:
        yield f"not found: {_listed(dict.fromkeys(glance.missing, 1.0))}"
    unsure = {name: doubt for name, doubt in glance.wrong.items() if doubt >= _TELLING and name not in glance.missing}
    if unsure:
        yield f"unsure about {_listed(unsure)}"
    apart = {name: distance for name, distance in glance.apart.items() if distance >= _TELLING}
    if apart:
        yield f"model and labels disagree about {_listed(apart)}"
    if signals["money"] >= _TELLING:
        yield "much money on a doubtful amount"
    if step.novelty >= _NEW_LAYOUT:
        yield "no similar layout corrected or chosen yet"
    if step.like >= _MANY_ALIKE:
        yield f"about {step.like:.0f} documents look like it"
    elif not (glance.missing or unsure or apart or step.novelty >= _NEW_LAYOUT):
        yield "the most helpful of what is left"


def _listed(fields: Mapping[str, float]) -> str:
    """The fields with the largest values, in words."""
    names = sorted(fields, key=lambda name: (-fields[name], name))
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
