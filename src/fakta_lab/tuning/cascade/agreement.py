"""What a second reader's word is worth: how often it agrees, how often both are wrong, what may be promised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakta.costs import Costs, Rates
from fakta_lab.evaluation.intervals import exact_low
from fakta_lab.tuning.cascade.documents import JudgedDocument, SecondAnswer, trial_of
from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.promise.bounds import examples_needed
from fakta_lab.tuning.promise.thresholds import one_per_supplier

# (field, whether a value was read): the two are different questions.
Asked = tuple[str, bool]
Answered = tuple[Judged, SecondAnswer | None]

# A rate is drawn towards what holds more generally as if that had been seen so many times: a field's held examples
# towards all of its examples, and these towards all fields.
PRIOR = 10.0
# Before anything is seen: two readers share one mistake in ten, and a second reader is right nine times in ten. A few
# dozen answers outweigh it.
SAME_MISTAKE = 0.1
RIGHT = 0.9


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """What agreement of both readers is worth for one field, where a value was held or where none was.

    Attributes:
        agree: whether it may be accepted.
        rates: of the second reader.
        examples: held answers that both readers agree on; one of each supplier where a promise is asked for.
        right: how many of these are right.
        lower_bound: the exact bound on their precision; None where no promise is asked for.
        reason: why it may not be accepted; "" where it may.
    """

    agree: bool
    rates: Rates
    examples: int
    right: int
    lower_bound: float | None = None
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The entry of a manifest, see `fakta.cascade`."""
        return {
            "agree": self.agree,
            "agrees_if_right": self.rates.if_right,
            "agrees_if_wrong": self.rates.if_wrong,
            "second_right": self.rates.right,
            "examples": self.examples,
            "right": self.right,
            "lower_bound": self.lower_bound,
            "reason": self.reason,
        }


Agreement = Mapping[Asked, FieldAgreement]


def promised_agreement(
    documents: Sequence[JudgedDocument],
    accepts: Callable[[Judged], bool],
    *,
    target: float,
    confidence: float,
    seed: int = 0,
) -> dict[Asked, FieldAgreement]:
    """Where agreement may be accepted because enough of what both readers agree on is right.

    It is measured on held answers only, one of each supplier. The threshold that holds them was chosen on the same
    documents, in the direction that puts mistakes among the held ones, so the bound errs on the safe side.

    Args:
        documents: with a second reader's answers.
        accepts: whether an answer is accepted without it.
        target: precision to promise, 0-1.
        confidence: how sure the promise has to be, 0-1.
        seed: says which document of a supplier is counted.
    """
    needed = examples_needed(target, confidence=confidence)
    result = {}
    for key, rates, held in _measured(documents, accepts):
        agreed = one_per_supplier([trial_of(each) for each, answer in held if _agrees(answer)], seed=seed)
        n, k = len(agreed), sum(trial.right for trial in agreed)
        bound = exact_low(k, n, level=confidence)
        # The bound at the fewest possible examples is the target itself up to rounding.
        agree = n >= needed and bound >= target - 1e-12
        reason = ""
        if not agree:
            reason = f"{n} examples, {needed} needed" if n < needed else f"{n - k} of {n} examples wrong"
        result[key] = FieldAgreement(agree, rates, n, k, bound, reason and f"cannot be promised: {reason}")
    return result


def cheap_agreement(
    documents: Sequence[JudgedDocument],
    accepts: Callable[[Judged], bool],
    *,
    costs: Costs,
    required: frozenset[str],
) -> dict[Asked, FieldAgreement]:
    """Where accepting what both readers agree on is expected to cost less than a person's look at it.

    Args:
        documents: with a second reader's answers.
        accepts: whether an answer is accepted without it.
        costs: prices.
        required: fields for which a person opens the document.
    """
    result = {}
    for key, rates, held in _measured(documents, accepts):
        name, found = key
        agreed = [each for each, answer in held if _agrees(answer)]
        right = sum(each.example.right for each in agreed)
        # Without a single example nothing is known, and a field without any is not worth a rule.
        expected = sum(rates.after_agreement(each.confidence) for each in agreed) / len(agreed) if agreed else 0.0
        precision = (right + PRIOR * expected) / (len(agreed) + PRIOR)
        mistake = (1 - precision) * costs.error(name, found=found)
        look = costs.field + (costs.document if name in required else 0.0)
        agree = mistake < look
        reason = "" if agree else f"expected mistakes cost {mistake:.2f} kr, a look {look:.2f} kr"
        result[key] = FieldAgreement(agree, rates, len(agreed), right, None, reason)
    return result


def cascade_section(policy: str, agreement: Agreement, *, costs: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the manifest stores under `cascade`; `fakta.cascade` reads it.

    Args:
        policy: "person", "trust", "agree" or "routed".
        agreement: of each field; none without a second reader.
        costs: prices in their plain form; None where thresholds keep a promise.
    """
    fields: dict[str, dict[str, Any]] = {}
    for (name, found), entry in agreement.items():
        if found:
            absent = {"absent": fields[name]["absent"]} if name in fields else {}
            fields[name] = {**entry.to_dict(), **absent}
        else:
            fields.setdefault(name, {"agree": False, "reason": "no value was held"})["absent"] = entry.to_dict()
    return {"policy": policy, "costs": costs, "fields": fields}


def _measured(
    documents: Iterable[JudgedDocument], accepts: Callable[[Judged], bool]
) -> Iterable[tuple[Asked, Rates, list[Answered]]]:
    """Of each field and kind of answer the second reader's rates on held answers, and these."""
    answered: dict[Asked, list[Answered]] = {}
    for document in documents:
        if document.second is not None:
            for each in document.fields:
                key = each.example.field, each.example.found
                answered.setdefault(key, []).append((each, document.answer(each.example.field)))
    overall = _rates([pair for pairs in answered.values() for pair in pairs], Rates(RIGHT, SAME_MISTAKE, RIGHT))
    for key, pairs in answered.items():
        held = [(each, answer) for each, answer in pairs if not accepts(each)]
        yield key, _rates(held, _rates(pairs, overall)), held


def _rates(pairs: Sequence[Answered], prior: Rates) -> Rates:
    """Rates among these answers, drawn towards the prior."""

    def drawn(outcomes: list[bool], towards: float) -> float:
        return (sum(outcomes) + PRIOR * towards) / (len(outcomes) + PRIOR)

    return Rates(
        drawn([_agrees(answer) for each, answer in pairs if each.example.right], prior.if_right),
        drawn([_agrees(answer) for each, answer in pairs if not each.example.right], prior.if_wrong),
        drawn([answer.right for _, answer in pairs if answer is not None], prior.right),
    )


def _agrees(answer: SecondAnswer | None) -> bool:
    """Whether the second reader confirms; what it does not answer it does not confirm."""
    return answer is not None and answer.agrees
