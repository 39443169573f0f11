"""The signals: numbers of 0-1 that say why a document is worth a look."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from fakta.resolve.choice import Choice, Option
from fakta.resolve.scorer import Scorer

# Evidence that comes from the model alone, or only counts where it read the page.
_MODEL_EVIDENCE = frozenset(
    {"model", "model_sure", "model_rival", "model_role", "model_other", "label_and_model", "read_by_model"}
)


def chance_of_error(choice: Choice, *, required: bool) -> float:
    """Probability that what was chosen for a field is wrong, by the scores of the best options.

    The scorer is a conditional logit: an option's share is its exponential among those of all options, choosing none
    having the exponential of 0. The two best options hold nearly all of it.

    Args:
        choice: for the field.
        required: every document states the field, so none is certainly wrong.

    >>> from fakta.resolve.choice import Option
    >>> round(chance_of_error(Choice("due_date", Option("2026-04-15", [], 3.0), runner_up=2.0), required=False), 2)
    0.29
    >>> chance_of_error(Choice("due_date", None, runner_up=0.0), required=False)
    0.5
    """
    if choice.option is None:
        return 1.0 if required else 1.0 - _share(0.0, [choice.runner_up])
    return 1.0 - _share(choice.option.score, [0.0, choice.runner_up])


def disagreement(name: str, options: Sequence[Option], by_hand: Scorer) -> float:
    """How sure labels and model are of two different values for a field: 0 of one mind, 1 each sure of another.

    It is the probability of what the labels, checks and places favour under the hand-set weights, times that of what
    the model favours; 0 where both favour the same, or one has nothing to say.

    Args:
        name: of the field.
        options: that it has.
        by_hand: the hand-set weights. Fitted ones rely on the model, so without it they say little.
    """
    if not options:
        return 0.0
    by_labels = [
        by_hand.log_odds(name, {key: n for key, n in option.evidence.items() if key not in _MODEL_EVIDENCE})
        for option in options
    ]
    by_model = [_own_probability(option) for option in options]
    favoured = max(range(len(options)), key=by_labels.__getitem__)
    read = max(range(len(options)), key=by_model.__getitem__)
    if favoured == read:
        return 0.0
    rival = max(score for i, score in enumerate(by_labels) if i != favoured)
    return by_model[read] * _share(by_labels[favoured], [0.0, rival])


def over_fields(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The weighted mean of a signal over the fields that have one; 0 where none has.

    >>> round(over_fields({"amount_due": 0.9, "iban": 0.3}, {"amount_due": 1.0, "iban": 0.5, "bic": 0.5}), 2)
    0.7
    """
    total = sum(weights[name] for name in values)
    return sum(weights[name] * value for name, value in values.items()) / total if total else 0.0


def money_at_stake(amounts: Sequence[float | None], doubts: Sequence[float]) -> list[float]:
    """How much may go wrong with each document: log amount relative to the pool's largest, times the doubt.

    A logarithm, because an invoice of a million is not worth a thousand times the look of one of a thousand: both take
    a minute. Amounts are taken as printed, whatever the currency.

    Args:
        amounts: of each document; None where none was read.
        doubts: probability that the amount is wrong, 0-1.

    >>> [round(stake, 2) for stake in money_at_stake([99.0, 9_999.0, None, -9_999.0], [1.0, 1.0, 1.0, 0.5])]
    [0.5, 1.0, 0.0, 0.5]
    """
    logs = [math.log1p(abs(amount)) if amount is not None else 0.0 for amount in amounts]
    largest = max(logs, default=0.0)
    return [doubt * log / largest if largest else 0.0 for log, doubt in zip(logs, doubts, strict=True)]


def _own_probability(option: Option) -> float:
    """The model's probability for the field itself: the evidence for a party adds the other party's to it."""
    model, role = option.evidence.get("model", 0.0), option.evidence.get("model_role")
    return model if role is None else max(0.0, (model + role) / 2)


def _share(score: float, others: Iterable[float]) -> float:
    """The exponential of a score among its own and those of others."""
    # Far apart, the exponential would overflow and say no more than this.
    return 1.0 / (1.0 + sum(math.exp(min(other - score, 500.0)) for other in others))
