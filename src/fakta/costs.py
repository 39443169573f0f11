"""What mistakes and looks cost, in kronor, and what to expect of each next step for one document.

The prices come from `fakta tune --costs` and stand in the manifest as plain JSON:

```json
{"review": {"document": 15, "field": 1.5, "typing": 2.5}, "second_reader": {"document": 0.5},
 "wrong": {"default": 50, "bankgiro": 2000}, "missing": {"default": 20}}
```

A person opens a document once and then looks at each of its held fields; whoever opened it is taken to get these
right. A held field of a document that nobody opens is left empty.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fakta.errors import BundleError


@dataclass(frozen=True, slots=True)
class Costs:
    """Prices, in kronor.

    Attributes:
        document: a person opens one document.
        field: that person looks at one field of it.
        typing: that person types one value that is missing or wrong.
        second_reader: another reader is asked about one document.
        wrong: field to what a wrong value costs that is used; "default" for all others.
        missing: field to what a stated value costs that nobody gives; "default" for all others.
    """

    document: float
    field: float
    typing: float
    second_reader: float
    wrong: Mapping[str, float]
    missing: Mapping[str, float]

    def error(self, name: str, *, found: bool) -> float:
        """What it costs to use a wrong answer: a value, or that there is none."""
        prices = self.wrong if found else self.missing
        return prices.get(name, prices["default"])

    def left(self, name: str) -> float:
        """What it costs to leave a stated value empty."""
        return self.error(name, found=False)

    @classmethod
    def from_dict(cls, data: Any, *, where: str = "manifest.json: cascade.costs") -> Costs:
        """The prices from their plain form.

        Raises:
            BundleError: one is missing, or is no amount.
        """
        try:
            return cls(
                **{key: _price(data["review"][key]) for key in ("document", "field", "typing")},
                second_reader=_price(data["second_reader"]["document"]),
                wrong={str(name): _price(price) for name, price in {"default": None, **data["wrong"]}.items()},
                missing={str(name): _price(price) for name, price in {"default": None, **data["missing"]}.items()},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{where}: damaged ({type(error).__name__}: {error}); tune the bundle again") from None


@dataclass(frozen=True, slots=True)
class Rates:
    """How a second reader does on what is held of one field, 0-1.

    Attributes:
        if_right: it agrees where the first reader is right.
        if_wrong: it agrees where the first reader is wrong, that is, both make the same mistake.
        right: its own answer is right.
    """

    if_right: float
    if_wrong: float
    right: float

    def agrees(self, confidence: float) -> float:
        """Probability that it will agree with an answer of that confidence.

        >>> round(Rates(if_right=0.9, if_wrong=0.1, right=0.9).agrees(0.5), 6)
        0.5
        """
        return confidence * self.if_right + (1 - confidence) * self.if_wrong

    def after_agreement(self, confidence: float) -> float:
        """Probability that an answer is right which had that confidence before the second reader agreed.

        >>> round(Rates(if_right=0.9, if_wrong=0.1, right=0.9).after_agreement(0.5), 6)
        0.9
        """
        agrees = self.agrees(confidence)
        return confidence * self.if_right / agrees if agrees > 0 else confidence


@dataclass(frozen=True, slots=True)
class Answer:
    """What the costs of a document need to know about one of its fields.

    Attributes:
        name: of the field.
        found: whether a value was read.
        confidence: probability that this is right.
        accepted: whether it is used without a look.
        opens: whether a person has to open the document if it is held.
        rates: of the second reader; None where nothing is known about it.
        settles: whether the second reader's agreement would make it accepted.
    """

    name: str
    found: bool
    confidence: float
    accepted: bool
    opens: bool
    rates: Rates | None = None
    settles: bool = False


def as_it_stands(answers: Iterable[Answer], costs: Costs) -> float:
    """Expected cost of a document on which nobody spends another look.

    Accepted answers are used, and so are held ones that should have opened the document; other held ones are left
    empty.
    """
    total = 0.0
    for answer in answers:
        wrong = 1 - answer.confidence
        if answer.accepted or answer.opens or not answer.found:
            total += wrong * costs.error(answer.name, found=answer.found)
        else:
            total += costs.left(answer.name)
    return total


def after_review(answers: Iterable[Answer], costs: Costs) -> float:
    """Expected cost of a document that a person opens and whose held fields that person looks at.

    >>> costs = Costs(document=10, field=1, typing=4, second_reader=1, wrong={"default": 100}, missing={"default": 50})
    >>> held = Answer("amount_due", found=True, confidence=0.5, accepted=False, opens=True)
    >>> after_review([held], costs), as_it_stands([held], costs)  # 10 + 1 + half of 4; half of 100
    (13.0, 50.0)
    """
    total = costs.document
    for answer in answers:
        wrong = 1 - answer.confidence
        if answer.accepted:
            total += wrong * costs.error(answer.name, found=answer.found)
        else:
            total += costs.field + wrong * costs.typing
    return total


def after_trusting(answers: Iterable[Answer], costs: Costs) -> float:
    """Expected cost of a document whose held fields take the second reader's answers, whatever these are."""
    total = costs.second_reader
    for answer in answers:
        if answer.accepted:
            total += (1 - answer.confidence) * costs.error(answer.name, found=answer.found)
        else:
            right = answer.rates.right if answer.rates else 0.0
            total += (1 - right) * costs.error(answer.name, found=True)
    return total


def after_comparing(answers: Iterable[Answer], costs: Costs) -> float:
    """Expected cost of a document whose held fields are accepted where the second reader agrees.

    A person opens it if one that has to open it is still held; that the second reader agrees is taken to be independent
    from field to field.
    """
    total, stays_closed = costs.second_reader, 1.0
    held = []
    for answer in answers:
        wrong = 1 - answer.confidence
        if answer.accepted:
            total += wrong * costs.error(answer.name, found=answer.found)
            continue
        agrees = answer.rates.agrees(answer.confidence) if answer.rates and answer.settles else 0.0
        wrongly = wrong * answer.rates.if_wrong if answer.rates and answer.settles else 0.0
        total += wrongly * costs.error(answer.name, found=answer.found)
        held.append((answer, agrees, wrong - wrongly))
        if answer.opens:
            stays_closed *= agrees
    opened = 1 - stays_closed
    total += opened * costs.document
    for answer, agrees, wrong in held:
        looked = (1 - agrees) * costs.field + wrong * costs.typing
        if answer.opens:
            total += looked  # unsettled means opened
        else:
            left = costs.left(answer.name) * ((1 - agrees) if answer.found else wrong)
            total += opened * looked + (1 - opened) * left
    return total


def _price(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{value!r} is no price in kronor")
    return float(value)
