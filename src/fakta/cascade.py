"""What comes after a reading: accept it, ask a second reader, or ask a person.

```python
policy = CascadePolicy.from_manifest(extractor.bundle.manifest)
extraction = extractor.extract(path)
if route(extraction, policy).step == "second_reader":
    extraction = settle(extraction, ask_gpt4(path), policy)
if extraction.needs_review:
    queue_for_a_person(extraction)
```

Which fields may be accepted because two readers agree, and how often each is right, was measured by `fakta tune
--second-reader` and stands in the manifest:

```json
{"cascade": {"policy": "routed", "costs": {…}, "fields": {
  "amount_due": {"agree": true, "agrees_if_right": 0.93, "agrees_if_wrong": 0.02, "second_right": 0.9,
                 "examples": 412, "right": 411, "lower_bound": 0.9885, "reason": "",
                 "absent": {"agree": false, "reason": "cannot be promised: 3 examples, 299 needed"}}}}}
```

A second reader's answers come from outside: whatever they hold, they are compared, never trusted to be well formed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from fakta.costs import Answer, Costs, Rates, after_comparing, after_review, after_trusting, as_it_stands
from fakta.errors import BundleError, FieldError
from fakta.extraction import ExtractedField, Extraction
from fakta.fields.answers import same, value_of
from fakta.fields.base import Value, canonical
from fakta.schema import Schema

Step = Literal["accept", "second_reader", "review"]
PolicyName = Literal["person", "trust", "agree", "routed"]
_WHERE = "manifest.json: cascade"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a second reader's word is worth for one field.

    Attributes:
        agree: whether an answer is accepted because both readers agree.
        reason: why not; "" where it is.
        rates: how the second reader does on what is held; None where it was not measured.
    """

    agree: bool = False
    reason: str = "agreement was not measured"
    rates: Rates | None = None


@dataclass(frozen=True, slots=True)
class CascadePolicy:
    """What happens to documents that cannot be accepted as they were read.

    Attributes:
        policy: "person": a person looks; "trust": the second reader's answers are used; "agree": what both agree on is
            accepted, and a person looks at the rest; "routed": the same, but the second reader is asked only where that
            is expected to cost less than the person.
        required: fields that have to be accepted, or a person opens the document.
        kinds: field to kind.
        values, absent: field to rule, where a value was read and where none was.
        costs: prices; None where the thresholds keep a promise rather than a budget.
    """

    policy: PolicyName
    required: frozenset[str]
    kinds: Mapping[str, str]
    values: Mapping[str, Rule] = field(default_factory=dict)
    absent: Mapping[str, Rule] = field(default_factory=dict)
    costs: Costs | None = None

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> CascadePolicy:
        """The policy of a bundle; one that was tuned without a second reader leaves everything to a person.

        Args:
            manifest: of a loaded bundle.

        Raises:
            BundleError: its cascade is damaged.
        """
        schema = Schema.from_dict(manifest["schema"], source="manifest.json: schema")
        required = frozenset(name for name, spec in schema.fields.items() if spec.required)
        kinds = {name: spec.kind for name, spec in schema.fields.items()}
        cascade = manifest.get("cascade")
        if cascade is None:
            return cls("person", required, kinds)
        fields = cascade.get("fields", {}) if isinstance(cascade, Mapping) else None
        if not isinstance(fields, Mapping):
            raise BundleError(f"{_WHERE}: expected an object with policy and fields; tune the bundle again")
        policy = cascade.get("policy")
        if policy not in get_args(PolicyName):
            known = ", ".join(get_args(PolicyName))
            raise BundleError(f"{_WHERE}.policy: {policy!r} is none of {known}; tune the bundle again")
        values = {name: _rule(entry, f"{_WHERE}.fields.{name}") for name, entry in fields.items()}
        absent = {
            name: _rule(entry["absent"], f"{_WHERE}.fields.{name}.absent")
            for name, entry in fields.items()
            if "absent" in entry
        }
        costs = Costs.from_dict(cascade["costs"]) if cascade.get("costs") is not None else None
        return cls(policy, required, kinds, values, absent, costs)

    def rule(self, name: str, *, found: bool) -> Rule:
        """What agreement is worth for a field of which a value was read, or none was."""
        return (self.values if found else self.absent).get(name, Rule())


@dataclass(frozen=True, slots=True)
class Route:
    """What to do with a document next.

    Attributes:
        step: "accept", "second_reader" or "review".
        costs: each step to what it is expected to cost in all, in kronor, mistakes included ("accept": if the document
            were used as it stands); empty where the bundle was tuned without costs.
        reason: why this step, in words.
    """

    step: Step
    costs: Mapping[str, float]
    reason: str


def route(extraction: Extraction, policy: CascadePolicy) -> Route:
    """What to do with a document next. Nothing held is ever accepted here, however little that might cost."""
    answers = [_answer(extracted, policy) for extracted in extraction.fields.values()]
    costs = _expected(answers, policy)
    if not extraction.needs_review:
        return Route("accept", costs, "nothing that is required is held")
    held = [answer for answer in answers if answer.opens and not answer.accepted]
    if policy.policy == "person" or not held:
        return Route("review", costs, "held, and a second reader is not to be asked" if held else "held as a whole")
    if policy.policy == "trust":
        return Route("second_reader", costs, "held, and the second reader is trusted")
    unsettled = [answer.name for answer in held if not answer.settles]
    if unsettled:
        return Route("review", costs, f"agreement would not be enough for {', '.join(unsettled)}")
    if policy.policy == "agree" or not costs:
        return Route("second_reader", costs, f"agreement would be enough for {', '.join(each.name for each in held)}")
    step: Step = "second_reader" if costs["second_reader"] < costs["review"] else "review"
    compared = f"expected cost {costs['second_reader']:.2f} kr with a second reader, {costs['review']:.2f} kr without"
    return Route(step, costs, compared)


def settle(extraction: Extraction, answers: Any, policy: CascadePolicy, *, fill: bool = True) -> Extraction:
    """The extraction after a second reader was asked; accepted fields stay as they are.

    Args:
        extraction: what was read first.
        answers: field to value, canonical or as printed, or to an object with `value`; or an object with such `fields`.
            A field that is left out was not answered, null says that the document does not state it. Anything else
            counts as a disagreement.
        policy: of the bundle that read first.
        fill: take the second reader's value where nothing was found; it is accepted only by the policy "trust".
    """
    given = _answers_in(answers)
    fields = {name: _settled(one, given, policy, fill=fill) for name, one in extraction.fields.items()}
    gained = any(fields[name].accepted and not before.accepted for name, before in extraction.fields.items())
    held = any(name in policy.required and not extracted.accepted for name, extracted in fields.items())
    return replace(extraction, fields=fields, needs_review=extraction.needs_review and (held or not gained))


def _settled(
    extracted: ExtractedField, given: Mapping[str, Any] | None, policy: CascadePolicy, *, fill: bool
) -> ExtractedField:
    if extracted.accepted or extracted.name not in policy.kinds:
        return extracted
    if given is None:
        return _with_reason(extracted, "second reader gave no usable answer")
    if extracted.name not in given:
        return _with_reason(extracted, "second reader did not answer")
    answer = given[extracted.name]
    kind = policy.kinds[extracted.name]
    try:
        second = value_of(answer["value"] if isinstance(answer, Mapping) and "value" in answer else answer, kind)
    except FieldError:
        return _with_reason(extracted, f"second reader's answer is no {kind}")
    rule = policy.rule(extracted.name, found=extracted.value is not None)
    agrees = same(extracted.value, second, kind)
    if policy.policy == "trust":
        reason = "second reader agrees" if agrees else "second reader's answer"
        taken = extracted if agrees else _replaced(extracted, second)
        confidence = rule.rates.right if rule.rates else extracted.confidence
        if agrees and rule.rates:
            confidence = rule.rates.after_agreement(extracted.confidence)
        return replace(_with_reason(taken, reason), confidence=confidence, accepted=True)
    if agrees and rule.agree and policy.policy != "person":
        confidence = rule.rates.after_agreement(extracted.confidence) if rule.rates else extracted.confidence
        return replace(_with_reason(extracted, "second reader agrees"), confidence=confidence, accepted=True)
    if agrees:
        return _with_reason(extracted, f"second reader agrees, which is not enough: {rule.reason or 'by policy'}")
    if extracted.value is None and second is not None and fill:
        confidence = rule.rates.right if rule.rates else 0.0
        return replace(_with_reason(_replaced(extracted, second), "found by second reader only"), confidence=confidence)
    return _with_reason(extracted, "second reader disagrees")


def _replaced(extracted: ExtractedField, value: Value | None) -> ExtractedField:
    """The field with another reader's value, of which nobody knows where it stands."""
    return replace(extracted, value=value, text="" if value is None else canonical(value), page=None, box=None)


def _with_reason(extracted: ExtractedField, reason: str) -> ExtractedField:
    return replace(extracted, reasons=(*extracted.reasons, reason))


def _answers_in(answers: Any) -> Mapping[str, Any] | None:
    """Field to answer, or None where there is nothing of that kind."""
    if isinstance(answers, Mapping) and isinstance(answers.get("fields"), Mapping):
        answers = answers["fields"]
    return answers if isinstance(answers, Mapping) else None


def _answer(extracted: ExtractedField, policy: CascadePolicy) -> Answer:
    found = extracted.value is not None
    rule = policy.rule(extracted.name, found=found)
    return Answer(
        extracted.name,
        found=found,
        confidence=extracted.confidence,
        accepted=extracted.accepted,
        opens=extracted.name in policy.required,
        rates=rule.rates,
        settles=rule.agree,
    )


def _expected(answers: list[Answer], policy: CascadePolicy) -> dict[str, float]:
    """Each step to its expected cost; the second reader's only where the policy would ask it."""
    if policy.costs is None:
        return {}
    expected = {"accept": as_it_stands(answers, policy.costs), "review": after_review(answers, policy.costs)}
    if policy.policy == "trust":
        expected["second_reader"] = after_trusting(answers, policy.costs)
    elif policy.policy != "person":
        expected["second_reader"] = after_comparing(answers, policy.costs)
    return expected


def _rule(entry: Any, where: str) -> Rule:
    try:
        rates = None
        if entry.get("agrees_if_right") is not None:
            rates = Rates(*(_share(entry[key]) for key in ("agrees_if_right", "agrees_if_wrong", "second_right")))
        if not isinstance(entry["agree"], bool):
            raise TypeError("agree has to be true or false")
        return Rule(entry["agree"], str(entry.get("reason") or ""), rates)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BundleError(f"{where}: damaged ({type(error).__name__}: {error}); tune the bundle again") from None


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not (math.isfinite(value) and 0 <= value <= 1):
        raise ValueError(f"{value!r} is no share")
    return float(value)
