"""Supplier and customer: their names and numbers, told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from fakta.candidates.parties import Party
from fakta.candidates.search import Candidate
from fakta.documents.model import Box
from fakta.fields import KINDS
from fakta.fields.base import Value
from fakta.memory import Recollection
from fakta.memory.propose import places_of
from fakta.resolve.choice import Choice, Option
from fakta.resolve.scorer import Scorer

_COUNTERPART = {"supplier_name": "customer_name", "customer_name": "supplier_name"}
# From this many mentions on, one more says nothing.
_MOST_MENTIONS = 3
_TRIED = 8
# Log-odds of the name that the supplier has on all its earlier invoices, if they are endless many.
_KNOWN_NAME = 6.0
# A number within this many line heights below a party's name, in its column, is taken to be that party's.
_BLOCK_REACH = 9.0


def rank_names(
    name: str, parties: Sequence[Party], scorer: Scorer, *, recalled: Recollection | None = None
) -> list[Option]:
    """Options for `supplier_name` or `customer_name`, likeliest first."""
    ranked = []
    for party in parties:
        evidence = _evidence(name, party)
        reasons: list[str] = []
        if recalled is not None:
            evidence |= _remembered(name, party, scorer, recalled)
            reasons += filter(None, [recalled.reason(evidence)])
        best = party.best
        places = [best, *(mention.candidate for mention in party.mentions if mention.candidate is not best)]
        ranked.append(Option(best.value, places, scorer.log_odds(name, evidence), reasons, evidence))
    if recalled is not None and name == "supplier_name":
        ranked += _known_name(name, ranked, recalled)
    return sorted(ranked, key=lambda option: -option.score)


def _known_name(name: str, ranked: Sequence[Option], recalled: Recollection) -> Iterator[Option]:
    """The name of all earlier invoices, where it stands in running text or, as on all of them, in a logo alone."""
    value, trust = recalled.supplier.constant(name)
    if not value or any(option.value == value for option in ranked):
        return
    evidence = {"memory_value": trust}
    places = places_of(recalled, value)
    if places:
        yield Option(value, places, _KNOWN_NAME * trust, [recalled.reason(evidence)], evidence)
    elif recalled.supplier.is_unprinted(name):
        yield Option(value, [], _KNOWN_NAME * trust, [f"{recalled.reason(evidence)}, which print it nowhere"], evidence)


def _remembered(name: str, party: Party, scorer: Scorer, recalled: Recollection) -> dict[str, float]:
    """What earlier invoices say of the mention for which they say most."""
    each = [recalled.evidence(name, mention.candidate) for mention in party.mentions]
    return max(each, key=lambda evidence: scorer.log_odds(name, evidence))


def _evidence(name: str, party: Party) -> dict[str, float]:
    """The strongest of each feature over all mentions, and how the model likes this role better than the other."""
    found = {feature: party.feature(feature) for mention in party.mentions for feature in mention.features}
    own, rival = found.pop(f"model_{name}", 0.0), found.pop(f"model_{_COUNTERPART[name]}", 0.0)
    found |= {
        "model": min(own + rival, 1.0),
        "model_role": own - rival,
        "repeated": float(min(len(party.mentions), _MOST_MENTIONS) - 1),
    }
    return {feature: number for feature, number in found.items() if number}


def choose_names(supplier: Sequence[Option], customer: Sequence[Option]) -> dict[str, Choice]:
    """The likeliest supplier and customer that are not the same party."""
    best: tuple[float, Option | None, Option | None] = (-1e9, None, None)
    for first, second in product([None, *supplier[:_TRIED]], [None, *customer[:_TRIED]]):
        if first is not None and second is not None and first.value == second.value:
            continue
        total = (first.score if first else -0.5) + (second.score if second else 0.0)
        if total > best[0]:
            best = (total, first, second)
    return {
        name: Choice.among(name, option, ranked)
        for name, option, ranked in (("supplier_name", best[1], supplier), ("customer_name", best[2], customer))
    }


def choose_numbers(
    supplier_org: Sequence[Option],
    customer_org: Sequence[Option],
    vat: Sequence[Option],
    customer: Choice,
    *,
    line_height: float,
) -> dict[str, Choice]:
    """Org numbers and VAT number: a Swedish VAT number holds the org number, and the customer's stand at its name."""
    block = customer.option.best if customer.option else None
    for ranked, sign in ((supplier_org, -1.0), (customer_org, 1.0), (vat, -1.0)):
        for option in ranked:
            if block is not None and any(_in_block(block, place, line_height) for place in option.candidates):
                option.score += sign * 3.0
                if sign > 0:
                    option.reasons.append("stands with the customer's name")
    printed = {option.value for option in supplier_org}
    held = [inside for option in vat[:3] if (inside := _held_org_number(option)) is not None]
    held = [inside for inside in held if inside.value not in printed]
    derived = {id(inside) for inside in held}
    supplier_org = sorted([*supplier_org, *held], key=lambda option: -option.score)
    best: tuple[float, Option | None, Option | None, Option | None] = (-1e9, None, None, None)
    for org, number, other in product([None, *supplier_org[:5]], [None, *vat[:5]], [None, *customer_org[:5]]):
        if org is not None and other is not None and org.value == other.value:
            continue
        # A number that is read out of another one is no evidence of its own.
        total = sum(option.score for option in (org, number, other) if option is not None and id(option) not in derived)
        if org is not None and number is not None:
            total += (0.1 if id(org) in derived else 2.5) if _holds(number.value, org.value) else -1.0
        if other is not None and number is not None and _holds(number.value, other.value):
            total -= 4.0
        if total > best[0]:
            best = (total, org, number, other)
    _, org, number, other = best
    agree = 0.5
    if org is not None and number is not None:
        agree = float(_holds(number.value, org.value))
        if agree:
            org.reasons.append("agrees with the VAT number")
            number.reasons.append("agrees with the org number")
    return {
        name: Choice.among(name, option, ranked, {"numbers_agree": agree})
        for name, option, ranked in (
            ("supplier_org_number", org, supplier_org),
            ("supplier_vat_number", number, vat),
            ("customer_org_number", other, customer_org),
        )
    }


def _held_org_number(vat_number: Option) -> Option | None:
    """The org number inside a Swedish VAT number (SE + org number + 01): printed there, if nowhere else."""
    digits = str(vat_number.value)[2:12]
    if not str(vat_number.value).startswith("SE") or not all(
        check.passed for check in KINDS["org_number"].check(digits)
    ):
        return None
    return Option(digits, vat_number.candidates, vat_number.score - 0.5, ["part of the VAT number"])


def _holds(vat_number: Value, org_number: Value) -> bool:
    return str(org_number) in str(vat_number)


def _in_block(name: Candidate, number: Candidate, line_height: float) -> bool:
    if name.page != number.page:
        return False
    return _beside(name.box, number.box) and -0.5 < (number.box.top - name.box.bottom) / line_height < _BLOCK_REACH


def _beside(name: Box, number: Box) -> bool:
    return name.left - 0.03 <= number.left <= max(name.right, name.left + 0.3)
