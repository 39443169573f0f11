"""The evidence for a candidate as named numbers: labels, model, checks, form, place, and what else the document prints.

What each number is worth is not said here: a `Scorer` weighs them, and the verifier sees the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from fakta.candidates.search import Candidate
from fakta.fields.base import Value

# Labels that may stand beside a field's own without contradicting it: a number can be invoice number and payment
# reference at once, and an account label names whichever account form follows.
_COMPATIBLE: Mapping[str, frozenset[str]] = {
    "invoice_number": frozenset({"payment_reference"}),
    "payment_reference": frozenset({"invoice_number", "buyer_reference"}),
    "bankgiro": frozenset({"plusgiro", "iban", "bank_account", "payment_reference"}),
    "plusgiro": frozenset({"bankgiro", "iban", "bank_account"}),
    "iban": frozenset({"bankgiro", "plusgiro", "bank_account", "bic"}),
    "bic": frozenset({"iban", "bank_account"}),
    "supplier_org_number": frozenset({"supplier_vat_number", "tax_status", "customer_org_number"}),
    "customer_org_number": frozenset({"supplier_org_number"}),
    "supplier_vat_number": frozenset({"supplier_org_number", "tax_status"}),
    "invoice_date": frozenset({"invoice_number"}),
    "due_date": frozenset({"terms", "amount_due"}),
    "amount_due": frozenset({"due_date", "currency"}),
    "net_amount": frozenset({"vat_amount", "amount_due"}),
    "vat_amount": frozenset({"net_amount", "vat_rate", "amount_due"}),
}

_NONE: frozenset[str] = frozenset()
# The model knows an org number better than whose it is, so that is weighed apart.
_COUNTERPARTS: Mapping[str, str] = {
    "supplier_org_number": "customer_org_number",
    "customer_org_number": "supplier_org_number",
}
# An amount of the VAT table may also be the total: with a single rate it is.
_TABLE_TWINS: Mapping[str, str] = {
    "vat_amount": "vat_breakdown.tax_amount",
    "net_amount": "vat_breakdown.taxable_amount",
}
_TWIN_SHARE = 0.6
# Above this, label and model are as good as sure; the last stretch is weighed on its own.
_SURE = 0.8
# VAT rates in Sweden (domain rule A6) and the neighbours', in per mille.
_RATES = (250, 120, 60, 190, 200, 70, 150, 240, 255, 140, 100, 55)
# Payment terms in days that agreements and systems use (rule B1 of the cross-field checks).
TERMS = frozenset({0, 5, 8, 10, 14, 15, 20, 21, 25, 28, 30, 31, 45, 60, 90})


@dataclass(frozen=True)
class Printed:
    """What a document prints elsewhere, for the agreement of one value with others.

    Attributes:
        amounts: distinct amounts with two decimals, in öre, none negative.
        days: distinct dates.
        pages: how many.
        read_by_model: whether a model looked at the pages; without one its silence says nothing.
    """

    amounts: frozenset[int]
    days: frozenset[date]
    pages: int
    read_by_model: bool
    _agreements: dict[Value, dict[str, float]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _whatever_field: dict[Candidate, dict[str, float]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(cls, candidates: Iterable[Candidate], *, pages: int, read_by_model: bool) -> Printed:
        """The printed amounts and dates of a document's candidates."""
        amounts, days = set(), set()
        for candidate in candidates:
            if isinstance(candidate.value, Decimal) and own_form(candidate):
                amounts.add(abs(int(candidate.value * 100)))
            elif isinstance(candidate.value, date):
                days.add(candidate.value)
        return cls(frozenset(amounts - {0}), frozenset(days), pages, read_by_model)

    def whatever_field(self, candidate: Candidate) -> dict[str, float]:
        """The evidence that is the same for every field of the candidate's kind; computed once."""
        if candidate not in self._whatever_field:
            found = {
                "inside": float(candidate.inside),
                "checks_passed": float(sum(check.passed for check in candidate.checks)),
                "checks_failed": float(sum(not check.passed for check in candidate.checks)),
                "form": own_form(candidate),
                "top": float(candidate.box.top < 0.35),
                "bottom": float(candidate.box.top > 0.8),
                "right": float(candidate.box.left > 0.5),
                "first_page": float(candidate.page == 0),
                "last_page": float(candidate.page == self.pages - 1 and self.pages > 1),
                "alone": float(len(candidate.text) >= len(candidate.segment.text) - 1),
                "read_by_model": float(self.read_by_model),
            }
            found |= self._agreement(candidate.value)
            self._whatever_field[candidate] = {feature: number for feature, number in found.items() if number}
        return self._whatever_field[candidate]

    def _agreement(self, value: Value) -> dict[str, float]:
        """How other printed values go with this one; nothing for kinds of which nothing is to be expected."""
        if value not in self._agreements:
            if isinstance(value, Decimal):
                self._agreements[value] = _amount_agreement(abs(int(value * 100)), self.amounts)
            elif isinstance(value, date):
                self._agreements[value] = _date_agreement(value, self.days)
            else:
                return {}
        return self._agreements[value]


def features(name: str, candidate: Candidate, printed: Printed) -> dict[str, float]:
    """The evidence for a candidate being a field's value; what is 0 is left out.

    Args:
        name: of the field.
        candidate: of the field's kind.
        printed: the document's other values.

    Returns:
        Numbers of 0-1, but for the counts of checks (0-3) and `larger` (up to 2).
    """
    # Asked for hundreds of candidates a page, so nothing is computed that is 0 anyway.
    labels, read = candidate.labels, candidate.model
    found: dict[str, float] = {}
    own = 0.0
    if labels:
        own = labels.get(name, 0.0)
        if own:
            found["label"] = own
            if own > _SURE:
                found["label_sure"] = (own - _SURE) / (1.0 - _SURE)
        compatible = _COMPATIBLE.get(name, _NONE)
        rival = max([q for label, q in labels.items() if label != name and label not in compatible], default=0.0)
        if rival > own:
            found["label_rival"] = rival - own
    if read:
        counterpart, twin = _COUNTERPARTS.get(name, ""), _TABLE_TWINS.get(name, "")
        mine = read.get(name, 0.0)
        model = min(1.0, mine + read.get(counterpart, 0.0) + _TWIN_SHARE * read.get(twin, 0.0))
        if model:
            found["model"] = model
            if model > _SURE:
                found["model_sure"] = (model - _SURE) / (1.0 - _SURE)
        rival = max([p for field, p in read.items() if field not in (name, counterpart, twin)], default=0.0)
        if rival > model:
            found["model_rival"] = rival - model
        if counterpart and mine != read.get(counterpart, 0.0):
            found["model_role"] = mine - read.get(counterpart, 0.0)
        if own and model:
            found["label_and_model"] = own * model
    found |= printed.whatever_field(candidate)
    return found


def own_form(candidate: Candidate) -> float:
    """1 when the value is printed in a form that hardly anything else has, else 0."""
    text = candidate.text
    if candidate.kind == "bankgiro":
        return float(len(text) >= 8 and text[-5] in "-–")
    if candidate.kind == "plusgiro":
        return float(len(text) >= 4 and text[-2] in "-–")
    if candidate.kind == "org_number":
        return float((len(text) >= 11 and text[-5] in "-–") or text.startswith("HR"))
    if candidate.kind == "amount":
        return float(len(text) >= 4 and text.rstrip(" kr-SEK€")[-3:-2] in (",", "."))
    return 0.0


def _amount_agreement(ore: int, amounts: frozenset[int]) -> dict[str, float]:
    """Whether other printed amounts make this one a sum with VAT, without, or the VAT itself, at some usual rate."""
    if not ore:
        return {}
    bases = (_near(ore * 1000 / (1000 + rate), amounts) for rate in _RATES)
    return {
        "gross_of_printed": float(any(base is not None and _near(ore - base, amounts) is not None for base in bases)),
        "net_of_printed": float(any(_near(ore * rate / 1000, amounts) for rate in _RATES)),
        "tax_of_printed": float(any(_near(ore * 1000 / rate, amounts) is not None for rate in _RATES)),
        "largest": float(all(ore >= other for other in amounts)),
    }


def _near(ore: float, amounts: frozenset[int]) -> int | None:
    """The printed amount within an öre, None where there is none."""
    nearest = round(ore)
    if nearest in amounts:
        return nearest
    if nearest - 1 in amounts:
        return nearest - 1
    return nearest + 1 if nearest + 1 in amounts else None


def _date_agreement(day: date, days: frozenset[date]) -> dict[str, float]:
    """Whether another date stands a usual payment term later or earlier, and whether this is the first or last."""
    later = any(day + timedelta(days=term) in days for term in TERMS if term)
    earlier = any(day - timedelta(days=term) in days for term in TERMS if term)
    return {
        "term_later": float(later),
        "term_earlier": float(earlier),
        "latest": float(len(days) > 1 and day == max(days)),
        "earliest": float(len(days) > 1 and day == min(days)),
    }
