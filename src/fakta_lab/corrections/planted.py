"""Mistakes that people make in corrections, planted where the truth is known: to measure what finds them.

Invented, but each of a kind that is seen in practice. The same seed plants the same mistakes.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

Answers = Mapping[str, str | None]
# What a document's labels become, by field; () where the mistake cannot be made there.
Wrong = Mapping[str, str | None]

# Mistakes whose value stands on the document, or was read there: the hardest to find.
ON_PAGE = frozenset(
    {"swapped dates", "net for gross", "customer's for supplier's", "mixed references", "waved through"}
)

DATES = ("invoice_date", "due_date")


def plant_mistakes(
    events: Sequence[Mapping[str, Any]], *, share: float, seed: int, kinds: Collection[str] | None = None
) -> tuple[list[dict[str, Any]], dict[tuple[str, str], str]]:
    """Events of which some labels are wrong, and which.

    Args:
        events: with right labels, one a document, as `simulate_events` makes them.
        share: of the labels, 0-1, at which a mistake is tried.
        seed: of the mistakes.
        kinds: of mistakes that are made, names in `MISTAKES`; None for all.

    Returns:
        The events, and (document, field) to the kind of mistake for each label that is wrong now.
    """
    spoiled: list[dict[str, Any]] = [copy.deepcopy(dict(event)) for event in events]
    truths = [_labels(event) for event in spoiled]
    planted: dict[tuple[str, str], str] = {}
    for event, truth in zip(spoiled, truths, strict=True):
        rng = random.Random(f"{seed}:{event['document']}")
        for name in truth:
            if rng.random() >= share or (event["document"], name) in planted:
                continue
            other = rng.choice(truths)
            possible = {
                kind: wrong
                for kind, make in MISTAKES.items()
                if (wrong := make(name, truth, event, other, rng))
                and any(truth[field] != wrong[field] for field in wrong)
                and (kinds is None or kind in kinds)
            }
            if not possible:
                continue
            kind = rng.choice(sorted(possible))
            for field, value in possible[kind].items():
                _set(event, field, value)
                planted[event["document"], field] = kind
    return spoiled, planted


def _labels(event: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: event["extracted"].get(name) for name in event["confirmed"]} | dict(event["corrected"])


def _set(event: dict[str, Any], field: str, value: str | None) -> None:
    """The field's label becomes this value: left where it is the extractor's answer, else typed in."""
    event["confirmed"] = [name for name in event["confirmed"] if name != field]
    event["corrected"].pop(field, None)
    if event["extracted"].get(field) == value:
        event["confirmed"].append(field)
    else:
        event["corrected"][field] = value


def typo(name: str, truth: Answers, event: Mapping[str, Any], other: Answers, rng: random.Random) -> Wrong:
    """One digit mistyped, or two that stand side by side changed round."""
    value = truth[name] or ""
    places = [i for i, character in enumerate(value) if character.isdigit()]
    if name in DATES or len(places) < 3:
        return {}
    place = rng.choice(places[:-1])
    if rng.random() < 0.4 and place + 1 in places:
        return {name: value[:place] + value[place + 1] + value[place] + value[place + 2 :]}
    digit = rng.choice([digit for digit in "0123456789" if digit != value[place]])
    return {name: value[:place] + digit + value[place + 1 :]}


def swapped_dates(name: str, truth: Answers, event: Mapping[str, Any], other: Answers, rng: random.Random) -> Wrong:
    """The due date as invoice date and the other way round."""
    if name not in DATES or any(truth.get(field) is None for field in DATES):
        return {}
    return {DATES[0]: truth[DATES[1]], DATES[1]: truth[DATES[0]]}


def net_for_gross(name: str, truth: Answers, event: Mapping[str, Any], other: Answers, rng: random.Random) -> Wrong:
    """The total before VAT as the amount due, or the other way round."""
    pair = {"amount_due": "net_amount", "net_amount": "amount_due"}
    return {name: truth[pair[name]]} if name in pair and truth.get(pair[name]) else {}


def customers_number(name: str, truth: Answers, event: Mapping[str, Any], other: Answers, rng: random.Random) -> Wrong:
    """The customer's number or name as the supplier's."""
    counterpart = name.replace("supplier", "customer")
    return {name: truth[counterpart]} if counterpart != name and truth.get(counterpart) else {}


def mixed_references(name: str, truth: Answers, event: Mapping[str, Any], other: Answers, rng: random.Random) -> Wrong:
    """The payment reference as invoice number, or the other way round."""
    pair = {"invoice_number": "payment_reference", "payment_reference": "invoice_number"}
    return {name: truth[pair[name]]} if name in pair and truth.get(pair[name]) else {}


def other_document(name: str, truth: Answers, event: Mapping[str, Any], other: Answers, rng: random.Random) -> Wrong:
    """What another document states."""
    return {name: other[name]} if other.get(name) else {}


def waved_through(name: str, truth: Answers, event: Mapping[str, Any], other: Answers, rng: random.Random) -> Wrong:
    """The extractor's wrong answer, confirmed."""
    return {name: event["extracted"].get(name)} if name in event["corrected"] else {}


def wrongly_missing(name: str, truth: Answers, event: Mapping[str, Any], other: Answers, rng: random.Random) -> Wrong:
    """Said not to be on the document."""
    return {name: None} if truth[name] is not None else {}


MISTAKES: Mapping[str, Callable[[str, Answers, Mapping[str, Any], Answers, random.Random], Wrong]] = {
    "typo": typo,
    "swapped dates": swapped_dates,
    "net for gross": net_for_gross,
    "customer's for supplier's": customers_number,
    "mixed references": mixed_references,
    "other document's": other_document,
    "waved through": waved_through,
    "wrongly missing": wrongly_missing,
}
