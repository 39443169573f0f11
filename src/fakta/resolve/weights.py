"""Hand-set weights, in log-odds: how forms are read, before anything is learned.

Labels carry most, check digits are evidence and no veto (real invoices print wrong ones), the model decides where
labels are silent. Features are explained in `fakta.resolve.evidence` and, for names, in `fakta.candidates.parties`.
"""

from __future__ import annotations

from collections.abc import Mapping

Weights = Mapping[str, float]

_TYPED: Weights = {
    "bias": -3.0,
    "label": 5.5,
    "label_rival": -4.0,
    "model": 4.5,
    "model_rival": -1.5,
    # How much better the model likes this party's field than the other party's.
    "model_role": 1.2,
    # With a model every candidate starts a little lower; its probability has to earn it back.
    "read_by_model": -0.4,
    "checks_passed": 0.5,
    "checks_failed": -0.75,
    "form": 0.3,
    "inside": -0.8,
    "repeated": 0.3,
    # A number that reads as a date, an account or money with öre is rarely an invoice number or a payment reference.
    "reads_as_other": -2.5,
}
# Numbers with a form of their own say by themselves what they are, so they need less of a label.
_BY_KIND: Mapping[str, Weights] = {
    "bankgiro": {"bias": -3.2, "checks_passed": 1.2, "checks_failed": -1.8, "form": 1.4},
    "plusgiro": {"bias": -3.8, "checks_passed": 0.8, "checks_failed": -1.2, "form": 1.0},
    "iban": {"bias": -1.0, "checks_passed": 2.5, "checks_failed": -3.75, "label": 3.0},
    "bic": {"bias": -3.2, "checks_passed": 1.2, "checks_failed": -1.8},
    "org_number": {"bias": -2.6, "checks_passed": 1.0, "checks_failed": -1.5, "form": 0.6},
    "vat_number": {"bias": -0.6, "checks_passed": 1.6, "checks_failed": -2.4, "label": 3.0},
    "payment_reference": {"bias": -3.2},
    "identifier": {"checks_passed": 0.0, "checks_failed": 0.0},
    "date": {"bias": -2.6},
    "amount": {"bias": -2.8, "form": 0.6},
}
# That words are a party's name the model knows better than whose: which of two names is whose is a joint choice.
_NAME_MODEL: Weights = {"model": 2.8, "model_role": 1.2, "model_other": -1.2}
_BY_FIELD: Mapping[str, Weights] = {
    "supplier_name": {
        "bias": -3.2,
        "form": 1.3,
        "domain": 3.0,
        "size": 0.9,
        "top": 0.5,
        "right": -0.3,
        "footer": 0.9,
        "first_page": 0.4,
        "own_line": 0.3,
        "address": 0.6,
        "sender_line": 1.8,
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
        "repeated": 0.5,
        # Two lines are mostly a name and what stands under it.
        "two_lines": -2.0,
        **_NAME_MODEL,
    },
    "customer_name": {
        "bias": -3.2,
        "form": 0.7,
        "domain": -3.0,
        "size": -0.6,
        "right": 0.5,
        "top": 0.6,
        "footer": -1.5,
        "first_page": 0.4,
        "own_line": 0.4,
        "address": 1.6,
        "sender_line": -2.5,
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
        "two_lines": -2.5,
        **_NAME_MODEL,
    },
}

# What corrected invoices of the same supplier say (`fakta.memory`): the same for every field, and for fitted weights
# too, which never saw a memory.
MEMORY: Weights = {
    "memory_label": 7.0,
    "memory_place": 3.5,
    "memory_form": 1.0,
    "memory_other_form": -3.0,
    "memory_value": 4.0,
    "memory_other_value": -2.0,
    "memory_rival": -5.0,
    "memory_miss": -2.0,
    "memory_absent": -7.0,
}


# Of a field that no lexicon has labels for the model alone speaks: a half is as likely as not.
_BY_MODEL_ALONE: Weights = {
    "bias": -2.5,
    "model": 5.0,
    "checks_failed": -0.75,
    "inside": -0.8,
    "repeated": 0.3,
    # Before rounding a sum is printed more often, after it it is the one to pay; a model that is sure of another one
    # still has its way.
    "rounded": 2.0,
}


def hand_set(name: str, kind: str, *, labelled: bool = True) -> Weights:
    """The weights for a field of a kind.

    Args:
        name, kind: of the field.
        labelled: whether the lexicon has labels for it; it has none for most fields of own schemas.

    >>> hand_set("due_date", "date")["bias"], hand_set("invoice_date", "date")["label"]
    (-2.6, 5.5)
    >>> hand_set("total", "amount", labelled=False)["bias"]
    -2.5
    """
    if not labelled:
        return _BY_MODEL_ALONE
    return _BY_FIELD.get(name) or {**_TYPED, **_BY_KIND.get(kind, {})}
