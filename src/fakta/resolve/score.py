"""How much the evidence speaks for a candidate being a field's value, as log-odds.

The weights are set by hand: labels carry most, check digits are evidence and no veto (real invoices print wrong
ones), the model decides where labels are silent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fakta.candidates.search import Candidate


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence is worth, in log-odds.

    Attributes:
        prior: before any evidence.
        label: a label of the field, times its quality.
        rival: a label for something else that belongs to the value better than the field's own.
        model: the model's probability for the field.
        model_rival: the model's highest probability for another field.
        check: each check passed; half of it is taken off for each that failed.
        form: printed in the form that only this kind has (hyphens of a bankgiro number, two decimals of an amount).
        inside: taken off a value that is part of a longer one.
        role: how much better the model likes this party's field than the other party's; see `_COUNTERPARTS`.
    """

    prior: float = -3.0
    label: float = 5.5
    rival: float = 4.0
    model: float = 4.5
    model_rival: float = 1.5
    check: float = 0.5
    form: float = 0.3
    inside: float = 0.8
    role: float = 1.2


DEFAULT = Weights()
# Taken off every candidate when a model read the page; its probability has to earn it back.
_MODEL_SILENT = 0.4
# Numbers with a form of their own say by themselves what they are, so they need less of a label.
BY_KIND: Mapping[str, Weights] = {
    "bankgiro": Weights(prior=-3.2, check=1.2, form=1.4),
    "plusgiro": Weights(prior=-3.8, check=0.8, form=1.0),
    "iban": Weights(prior=-1.0, check=2.5, label=3.0),
    "bic": Weights(prior=-3.2, check=1.2),
    "org_number": Weights(prior=-2.6, check=1.0, form=0.6),
    "vat_number": Weights(prior=-0.6, check=1.6, label=3.0),
    "payment_reference": Weights(prior=-3.2, check=0.5),
    "identifier": Weights(prior=-3.0, check=0.0),
    "date": Weights(prior=-2.6),
    "amount": Weights(prior=-2.8, form=0.6),
}

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


def features(field: str, candidate: Candidate) -> dict[str, float]:
    """The evidence for a candidate as numbers, 0-1 each unless named otherwise; what the verifier sees too."""
    own = candidate.labels.get(field, 0.0)
    compatible = _COMPATIBLE.get(field, frozenset())
    rival = max((q for name, q in candidate.labels.items() if name != field and name not in compatible), default=0.0)
    read = candidate.model
    counterpart, twin = _COUNTERPARTS.get(field, ""), _TABLE_TWINS.get(field, "")
    model = min(1.0, read.get(field, 0.0) + read.get(counterpart, 0.0) + _TWIN_SHARE * read.get(twin, 0.0))
    model_rival = max((p for name, p in read.items() if name not in (field, counterpart, twin)), default=0.0)
    return {
        "label": own,
        "label_rival": max(0.0, rival - own),
        "model": model,
        "model_rival": max(0.0, model_rival - model),
        "model_role": read.get(field, 0.0) - read.get(counterpart, 0.0) if counterpart else 0.0,
        "inside": float(candidate.inside),
        "checks_passed": float(sum(check.passed for check in candidate.checks)),
        "checks_failed": float(sum(not check.passed for check in candidate.checks)),
        "form": own_form(candidate),
    }


def score(field: str, candidate: Candidate, *, has_model: bool) -> float:
    """Log-odds that the candidate is the field's value, from its own evidence alone.

    Args:
        field: name in the schema.
        candidate: of the field's kind.
        has_model: whether a model looked at the page; without one its silence says nothing.
    """
    weights = BY_KIND.get(candidate.kind, DEFAULT)
    seen = features(field, candidate)
    total = weights.prior + weights.label * seen["label"] - weights.rival * seen["label_rival"]
    total += weights.check * (seen["checks_passed"] - 1.5 * seen["checks_failed"])
    total += weights.form * seen["form"] - weights.inside * seen["inside"] + weights.role * seen["model_role"]
    if has_model:
        total += weights.model * seen["model"] - _MODEL_SILENT - weights.model_rival * seen["model_rival"]
    return total


def own_form(candidate: Candidate) -> float:
    """1 when the value is printed in a form that hardly anything else has, else 0."""
    text = candidate.text
    if candidate.kind == "bankgiro":
        return float(len(text) >= 8 and text[-5] in "-–")
    if candidate.kind == "plusgiro":
        return float(len(text) >= 4 and text[-2] in "-–")
    if candidate.kind == "org_number":
        return float(len(text) >= 11 and text[-5] in "-–")
    if candidate.kind == "amount":
        return float(len(text) >= 4 and text.rstrip(" kr-SEK€")[-3:-2] in (",", "."))
    return 0.0
