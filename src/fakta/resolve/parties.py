"""Supplier and customer: their names and numbers, told apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from fakta.candidates.parties import Party
from fakta.candidates.search import Candidate
from fakta.documents.model import Box
from fakta.fields import KINDS
from fakta.fields.base import Value
from fakta.resolve.choice import Choice, Option

# Log-odds that each feature of a name adds, for either role; features are explained in fakta.candidates.parties.
_SUPPLIER = {
    "form": 1.3,
    "domain": 3.0,
    "size": 0.9,
    "top": 0.5,
    "right": -0.3,
    "footer": 0.9,
    "first_page": 0.4,
    "own_line": 0.3,
    "address": 0.6,
    "capitals": 0.6,
    "reference": -3.0,
    "heading_supplier": 3.2,
    "heading_customer": -3.5,
    "heading_delivery": -3.5,
    "near_bankgiro": 0.7,
    "near_supplier_org_number": 0.7,
    "near_supplier_vat_number": 0.6,
    "near_phone": 0.5,
    "near_web": 0.5,
    "near_tax_status": 0.5,
    "near_buyer_reference": -0.6,
    "near_customer_number": -0.6,
}
_CUSTOMER = {
    "form": 0.7,
    "domain": -3.0,
    "size": -0.6,
    "right": 0.5,
    "top": 0.6,
    "footer": -1.5,
    "first_page": 0.4,
    "own_line": 0.4,
    "address": 1.6,
    "capitals": 0.6,
    "department": -1.2,
    "reference": -2.5,
    "heading_customer": 3.4,
    "heading_supplier": -3.5,
    "heading_delivery": -1.0,
    "near_bankgiro": -0.8,
    "near_phone": -0.4,
    "near_web": -0.5,
    "near_tax_status": -1.0,
}
_PRIOR = {"supplier_name": -3.2, "customer_name": -3.2}
# That words are a party's name the model knows better than whose: which of two names is whose is a joint choice.
_MODEL, _MODEL_ROLE, _MODEL_OTHER = 2.8, 1.2, 1.2
_TRIED = 8
# A number within this many line heights below a party's name, in its column, is taken to be that party's.
_BLOCK_REACH = 9.0


def rank_names(name: str, parties: Sequence[Party], *, has_model: bool) -> list[Option]:
    """Options for `supplier_name` or `customer_name`, likeliest first."""
    weights = _SUPPLIER if name == "supplier_name" else _CUSTOMER
    other = "customer_name" if name == "supplier_name" else "supplier_name"
    ranked = []
    for party in parties:
        total = _PRIOR[name] + sum(weight * party.feature(feature) for feature, weight in weights.items())
        if name == "supplier_name":
            total += 0.5 * min(len(party.mentions) - 1, 2)
        if has_model:
            own, rival = party.feature(f"model_{name}"), party.feature(f"model_{other}")
            total += _MODEL * min(own + rival, 1.0) + _MODEL_ROLE * (own - rival)
            total -= _MODEL_OTHER * party.feature("model_other")
        best = party.best
        ranked.append(
            Option(best.value, [best, *(m.candidate for m in party.mentions if m.candidate is not best)], total)
        )
    return sorted(ranked, key=lambda option: -option.score)


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
    supplier_org = sorted(
        [*supplier_org, *(inside for inside in held if inside.value not in printed)], key=lambda option: -option.score
    )
    best: tuple[float, Option | None, Option | None, Option | None] = (-1e9, None, None, None)
    for org, number, other in product([None, *supplier_org[:5]], [None, *vat[:5]], [None, *customer_org[:5]]):
        if org is not None and other is not None and org.value == other.value:
            continue
        total = sum(option.score for option in (org, number, other) if option is not None)
        if org is not None and number is not None:
            total += 2.5 if _holds(number.value, org.value) else -1.0
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
