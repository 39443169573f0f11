"""What documents cost under different policies, from everything to a person to trusting a reader alone.

rows = compare(documents, costs=costs, required=required, choose=rules_by_cost(...), seed=0)
rows[0].policy, rows[0].per_thousand  # the cheapest first

Every policy is played through on documents whose truth is known, with rules that were chosen on other suppliers'
documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from fakta.cascade import PolicyName
from fakta.costs import Answer, Costs, after_comparing, after_review
from fakta.verify import Verifier
from fakta_lab.tuning.cascade.agreement import Agreement
from fakta_lab.tuning.cascade.documents import JudgedDocument, SecondAnswer, is_stated
from fakta_lab.tuning.examples import Judged
from fakta_lab.tuning.fit import supplier_folds

RESAMPLES = 1000
INTERVAL = 0.95

POLICIES: Mapping[str, str] = {
    "all_person": "everything to a person",
    "all_second": "everything to the second reader, trusted",
    "all_second_reviewed": "everything to the second reader, a person looks at every document",
    "all_fakta": "fakta alone, trusted",
    "person": "fakta; what is held to a person",
    "trust": "fakta; what is held to the second reader, trusted",
    "agree": "fakta; what is held to the second reader, where they differ to a person",
    "routed": "fakta; what is held to the second reader or at once to a person, whichever is expected to cost less",
}
# Those that the runtime can carry out, see `fakta.cascade`.
CASCADES: tuple[PolicyName, ...] = ("person", "trust", "agree", "routed")
WITHOUT_SECOND = ("all_person", "all_fakta", "person")


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about documents.

    Attributes:
        accepts: whether an answer is used without another look.
        agreement: where both readers' agreement is enough; empty without a second reader.
        thresholds: what `accepts` goes by, as the manifest stores it; empty where it stands there already.
    """

    accepts: Callable[[Judged], bool]
    agreement: Agreement = field(default_factory=dict)
    thresholds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


# The rules for "person", "trust" or "agree", chosen on documents of other suppliers than those that they are tried on.
Choose = Callable[[Sequence[JudgedDocument], str], Rules]


def accepted_by(thresholds: Mapping[str, Mapping[str, Any]]) -> Callable[[Judged], bool]:
    """Whether an answer is accepted by thresholds, decided as the runtime does.

    Args:
        thresholds: as a manifest stores them: field to group to entry.
    """
    verifier = Verifier(thresholds=thresholds)

    def accepts(judged: Judged) -> bool:
        example = judged.example
        return verifier.decide(
            example.field,
            judged.confidence,
            found=example.found,
            known_supplier=example.known,
            tenant=example.tenant,
        ).accepted

    return accepts


class Spent(NamedTuple):
    """What one document cost, in kronor, and what became of it.

    Attributes:
        mistakes: wrong values that were used, stated values that nobody gave.
        review: a person's time.
        second_reader: its price.
        values: how many ended up in use, right or wrong.
        wrong: how many of these are wrong.
        missing: stated values that nobody gave.
        touched: whether a person opened it.
        asked: whether the second reader was asked.
    """

    mistakes: float = 0.0
    review: float = 0.0
    second_reader: float = 0.0
    values: int = 0
    wrong: int = 0
    missing: int = 0
    touched: bool = False
    asked: bool = False

    @property
    def total(self) -> float:
        """All of it, in kronor."""
        return self.mistakes + self.review + self.second_reader


@dataclass(frozen=True, slots=True)
class PolicyCost:
    """What a policy costs.

    Attributes:
        policy: a key of `POLICIES`.
        documents, suppliers: it was played through on.
        per_thousand: kronor for a thousand invoices.
        low, high: 95 % interval of that, by resampling suppliers.
        mistakes, review, second_reader: its parts.
        error_rate: share of the values that end up in use that are wrong, 0-1.
        missing_rate: share of the stated values that nobody gives, 0-1.
        untouched: share of the documents that no person opened.
        asked: share of the documents that the second reader was asked about.
    """

    policy: str
    documents: int
    suppliers: int
    per_thousand: float
    low: float
    high: float
    mistakes: float
    review: float
    second_reader: float
    error_rate: float
    missing_rate: float
    untouched: float
    asked: float

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"description": POLICIES[self.policy]} | {name: getattr(self, name) for name in self.__slots__}


def spend(document: JudgedDocument, policy: str, rules: Rules, *, costs: Costs, required: frozenset[str]) -> Spent:
    """What a policy does with one document and what that costs.

    Args:
        document: with the second reader's answers where the policy asks it.
        policy: a key of `POLICIES`.
        rules: see `Rules`; only a cascade uses them.
        costs: prices.
        required: fields that have to be accepted, or a person opens the document.
    """
    if policy == "all_person":
        return _typed(document, costs)
    if policy == "all_second":
        return _second_trusted(document, costs)
    if policy == "all_second_reviewed":
        return _second_reviewed(document, costs)
    if policy == "all_fakta":
        return _summed([_used(each, costs) for each in document.fields])
    return _cascade(document, policy, rules, costs, required)


def compare(
    documents: Sequence[JudgedDocument],
    *,
    costs: Costs,
    required: frozenset[str],
    choose: Choose,
    seed: int,
) -> list[PolicyCost]:
    """Each policy's cost, the cheapest first.

    Rules are chosen on four fifths of the suppliers and tried on the last fifth, in turn. Where a second reader's
    answers were logged for some documents, all policies are compared on these.

    Args:
        documents: whose truth is known.
        costs: prices.
        required: fields that have to be accepted, or a person opens the document.
        choose: gives the rules.
        seed: of the folds and of the resampling.

    Raises:
        ValueError: there are no documents.
    """
    if not documents:
        raise ValueError("no documents to compare policies on")
    logged = [document for document in documents if document.second is not None]
    compared = logged or documents
    policies = [policy for policy in POLICIES if logged or policy in WITHOUT_SECOND]
    spent: dict[str, list[Spent]] = {policy: [Spent()] * len(compared) for policy in policies}
    folds = supplier_folds([document.fields[0].example for document in compared], seed=seed)
    for fold in sorted(set(folds)):
        rest = [document for document, f in zip(compared, folds, strict=True) if f != fold]
        # Whether the second reader is asked at once or only where it is worth it, the rules are the same.
        chosen: dict[str, Rules] = {
            policy: choose(rest, policy) for policy in CASCADES if policy in policies and policy != "routed"
        }
        if "agree" in chosen:
            chosen["routed"] = chosen["agree"]
        for policy in policies:
            rules = chosen.get(policy, Rules(lambda _: True))
            for i, document in enumerate(compared):
                if folds[i] == fold:
                    spent[policy][i] = spend(document, policy, rules, costs=costs, required=required)
    rows = [_policy_cost(policy, compared, spent[policy], seed=seed) for policy in policies]
    return sorted(rows, key=lambda row: row.per_thousand)


def _typed(document: JudgedDocument, costs: Costs) -> Spent:
    stated = sum(is_stated(each.example) for each in document.fields)
    review = costs.document + len(document.fields) * costs.field + stated * costs.typing
    return Spent(review=review, values=stated, touched=True)


def _second_trusted(document: JudgedDocument, costs: Costs) -> Spent:
    outcomes = [_outcome(each, document.answer(each.example.field), costs) for each in document.fields]
    return _summed([*outcomes, Spent(second_reader=costs.second_reader, asked=True)])


def _second_reviewed(document: JudgedDocument, costs: Costs) -> Spent:
    answers = ((each, document.answer(each.example.field)) for each in document.fields)
    typed = sum(not answer.right if answer else is_stated(each.example) for each, answer in answers)
    review = costs.document + len(document.fields) * costs.field + typed * costs.typing
    stated = sum(is_stated(each.example) for each in document.fields)
    return Spent(review=review, second_reader=costs.second_reader, values=stated, touched=True, asked=True)


def _used(each: Judged, costs: Costs) -> Spent:
    """One of fakta's answers, used as it is."""
    return _outcome(each, SecondAnswer(agrees=True, right=each.example.right, found=each.example.found), costs)


def _outcome(each: Judged, answer: SecondAnswer | None, costs: Costs) -> Spent:
    """Somebody's answer about a field, used as it is; what was not answered stays empty."""
    found = answer is not None and answer.found
    right = answer.right if answer else not is_stated(each.example)
    mistakes = 0.0 if right else costs.error(each.example.field, found=found)
    return Spent(mistakes, values=int(found), wrong=int(found and not right), missing=int(not found and not right))


def _cascade(document: JudgedDocument, policy: str, rules: Rules, costs: Costs, required: frozenset[str]) -> Spent:
    parts = [_used(each, costs) for each in document.fields if rules.accepts(each)]
    held = [each for each in document.fields if not rules.accepts(each)]
    opens = any(each.example.field in required for each in held)
    if opens and asks(document, policy, rules, costs=costs, required=required):
        settled = [(each, _settled(document, each, policy, rules)) for each in held]
        parts.append(Spent(second_reader=costs.second_reader, asked=True))
        parts += [_outcome(each, answer, costs) for each, answer in settled if answer is not None]
        held = [each for each, answer in settled if answer is None]
        opens = any(each.example.field in required for each in held)
    if opens:
        parts.append(Spent(review=costs.document, touched=True))
    for each in held:
        stated = is_stated(each.example)
        if opens:
            looked = costs.field + costs.typing * (not each.example.right)
            parts.append(Spent(review=looked, values=int(stated)))
        elif stated:
            parts.append(Spent(costs.left(each.example.field), missing=1))
    return _summed(parts)


def asks(document: JudgedDocument, policy: str, rules: Rules, *, costs: Costs, required: frozenset[str]) -> bool:
    """Whether the second reader is asked about a document that has to be opened otherwise; as `fakta.cascade.route`."""
    if policy in ("person", "trust"):
        return policy == "trust"
    answers = []
    for each in document.fields:
        name = each.example.field
        entry = rules.agreement.get((name, each.example.found))
        answers.append(
            Answer(
                name,
                found=each.example.found,
                confidence=each.confidence,
                accepted=rules.accepts(each),
                opens=name in required,
                rates=entry.rates if entry else None,
                settles=entry is not None and entry.agree,
            )
        )
    if any(answer.opens and not answer.accepted and not answer.settles for answer in answers):
        return False
    return policy == "agree" or after_comparing(answers, costs) < after_review(answers, costs)


def _settled(document: JudgedDocument, each: Judged, policy: str, rules: Rules) -> SecondAnswer | None:
    """The answer that is accepted after asking; None if the field stays held."""
    answer = document.answer(each.example.field)
    if policy == "trust" or answer is None:
        return answer
    entry = rules.agreement.get((each.example.field, each.example.found))
    return answer if answer.agrees and entry is not None and entry.agree else None


def _summed(parts: Sequence[Spent]) -> Spent:
    # With a beginning: nothing comes of a document whose answers are all held and all say that nothing is there.
    columns = zip(Spent(), *parts, strict=True)
    mistakes, review, second_reader, values, wrong, missing, touched, asked = map(sum, columns)
    return Spent(mistakes, review, second_reader, values, wrong, missing, bool(touched), bool(asked))


def _policy_cost(policy: str, documents: Sequence[JudgedDocument], spent: Sequence[Spent], *, seed: int) -> PolicyCost:
    n = len(documents)
    low, high = supplier_interval(
        [document.supplier for document in documents], [1000 * each.total for each in spent], seed=seed
    )
    stated = sum(is_stated(each.example) for document in documents for each in document.fields)
    return PolicyCost(
        policy,
        documents=n,
        suppliers=len({document.supplier for document in documents}),
        per_thousand=1000 * sum(each.total for each in spent) / n,
        low=low,
        high=high,
        mistakes=1000 * sum(each.mistakes for each in spent) / n,
        review=1000 * sum(each.review for each in spent) / n,
        second_reader=1000 * sum(each.second_reader for each in spent) / n,
        error_rate=sum(each.wrong for each in spent) / max(1, sum(each.values for each in spent)),
        missing_rate=sum(each.missing for each in spent) / max(1, stated),
        untouched=sum(not each.touched for each in spent) / n,
        asked=sum(each.asked for each in spent) / n,
    )


def supplier_interval(suppliers: Sequence[str], values: Sequence[float], *, seed: int) -> tuple[float, float]:
    """The 95 % interval of the mean value of a document, by resampling suppliers with all their documents.

    >>> supplier_interval(["a", "a", "b"], [3.0, 3.0, 3.0], seed=0)
    (3.0, 3.0)
    """
    names, index = np.unique(suppliers, return_inverse=True)
    sums = np.bincount(index, weights=values)
    counts = np.bincount(index).astype(float)
    draws = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=RESAMPLES)
    means = (draws @ sums) / (draws @ counts)
    low, high = np.quantile(means, [(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    return float(low), float(high)
