"""Which fact stands in which block: one supplier's plan, the same for all its invoices."""

from __future__ import annotations

from dataclasses import dataclass

from fakta_lab.synth import distractors
from fakta_lab.synth.keyed import Keyed

# Where a fact may stand, with the probability that a supplier prints it there. A fact may stand in several places.
_PLACES: dict[str, dict[str, float]] = {
    "invoice_number": {"meta": 0.93, "payment": 0.06, "slip": 0.2},
    "invoice_date": {"meta": 0.97, "recipient": 0.01},
    "due_date": {"meta": 0.6, "refs": 0.2, "payment": 0.42, "slip": 0.8, "totals": 0.03},
    "customer_number": {"meta": 0.45, "refs": 0.13, "recipient": 0.08},
    "payment_reference": {"meta": 0.4, "payment": 0.55, "slip": 0.85, "refs": 0.06},
    "invoice_or_ocr": {"payment": 0.12, "meta": 0.05},
    "number_and_date": {"meta": 0.025},
    "customer_name": {"refs": 0.03, "meta": 0.02},
    "supplier_name": {"ids": 0.25},
    "currency": {"meta": 0.12, "refs": 0.05, "payment": 0.03, "totals": 0.04},
    "amount_due": {"totals": 0.97, "payment": 0.4, "meta": 0.12, "slip": 0.9},
    "buyer_reference": {"refs": 0.55, "meta": 0.17, "recipient": 0.05},
    "purchase_order": {"refs": 0.33, "meta": 0.12},
    "contract_reference": {"refs": 0.14, "meta": 0.04},
    "customer_org_number": {"refs": 0.08, "meta": 0.05, "recipient": 0.14},
    "customer_vat_number": {"refs": 0.06, "recipient": 0.08, "meta": 0.02},
    "supplier_org_number": {"footer": 0.6, "sender": 0.17, "ids": 0.2, "payment": 0.04, "meta": 0.02},
    "supplier_vat_number": {"footer": 0.57, "sender": 0.15, "ids": 0.2, "payment": 0.02, "meta": 0.01},
    "org_and_vat": {"footer": 0.04, "sender": 0.01},
    "bankgiro": {"payment": 0.6, "footer": 0.42, "slip": 0.9, "sender": 0.06, "meta": 0.04},
    "plusgiro": {"payment": 0.55, "footer": 0.45, "slip": 0.4, "sender": 0.05, "meta": 0.03},
    "iban": {"payment": 0.6, "footer": 0.45, "sender": 0.03},
    "bic": {"payment": 0.6, "footer": 0.45, "sender": 0.03},
    "swish": {"payment": 0.5, "footer": 0.5},
    "bank_account": {"payment": 0.5, "footer": 0.5},
    "our_reference": {"refs": 0.55, "meta": 0.1},
    "our_order": {"refs": 0.14, "meta": 0.08},
    "delivery_date": {"refs": 0.12, "meta": 0.06},
    "order_date": {"refs": 0.08, "meta": 0.04},
    "print_date": {"meta": 0.03, "footer": 0.02},
    "period": {"refs": 0.06, "meta": 0.04},
    "terms": {"refs": 0.42, "meta": 0.14, "payment": 0.1},
    "interest": {"refs": 0.25, "payment": 0.1, "meta": 0.04},
    "delivery_terms": {"refs": 0.14},
    "delivery_method": {"refs": 0.12},
    "delivery_note": {"refs": 0.08, "meta": 0.03},
    "project": {"refs": 0.14, "meta": 0.05},
    "mark": {"refs": 0.11},
    "gln": {"recipient": 0.03, "refs": 0.03, "footer": 0.02},
    "meter": {"refs": 0.04, "meta": 0.02},
    "plate": {"refs": 0.03},
    "case": {"refs": 0.05, "meta": 0.02},
    "supplier_number": {"refs": 0.04},
    "original_invoice": {"refs": 0.03},
    "credit_limit": {"refs": 0.02},
    "customer_seat": {"recipient": 0.03, "refs": 0.02},
    "weight": {"refs": 0.03},
    "phone": {"footer": 0.55, "sender": 0.35, "contact": 0.2},
    "fax": {"footer": 0.08, "sender": 0.03},
    "mobile": {"footer": 0.08, "sender": 0.08},
    "email": {"footer": 0.5, "sender": 0.3, "contact": 0.2},
    "web": {"footer": 0.45, "sender": 0.2, "contact": 0.1},
    "seat": {"footer": 0.25, "ids": 0.1},
    **distractors.PLACES,
}
_RANK = {key: rank for rank, key in enumerate(_PLACES)}
# Of these, at least one place is taken by most suppliers even where the draws above gave none.
_EXPECTED = {
    "due_date": ("meta", 0.6),
    "bankgiro": ("payment", 0.9),
    "plusgiro": ("payment", 0.9),
    "iban": ("payment", 0.9),
    "bic": ("payment", 0.9),
    "invoice_number": ("meta", 0.6),
}


@dataclass(frozen=True)
class Plan:
    """Places with the keys of what stands there, in printing order."""

    places: dict[str, list[str]]
    slip: str
    footer: bool
    name_places: tuple[str, ...]

    def at(self, place: str) -> list[str]:
        """What stands in a place."""
        return self.places.get(place, [])


def make_plan(keys: Keyed) -> Plan:
    """The plan of the supplier that these keys belong to."""
    has_slip = keys.weighted("slip", {"": 80, "bankgiro": 16, "plusgiro": 4})
    has_footer = keys.chance("footer", 0.86)
    has_ids = keys.chance("ids", 0.16)
    has_contact = keys.chance("contact", 0.12)
    has_sender = keys.chance("sender", 0.72)
    gone = {
        "slip": not has_slip,
        "footer": not has_footer,
        "ids": not has_ids,
        "contact": not has_contact,
        "sender": not has_sender,
    }
    places: dict[str, list[str]] = {}
    for key, shares in _PLACES.items():
        taken = []
        for place, share in shares.items():
            if gone.get(place):
                continue
            # The ids block exists to hold the numbers.
            if keys.chance(f"place.{key}.{place}", 0.85 if place == "ids" else share):
                taken.append(place)
        if not taken and key in _EXPECTED and keys.chance(f"expected.{key}", _EXPECTED[key][1]):
            taken = [_EXPECTED[key][0]]
        if not taken and key in ("supplier_org_number", "supplier_vat_number") and keys.chance(f"expected.{key}", 0.75):
            taken = ["footer" if has_footer else "sender" if has_sender else "meta"]
        for place in taken:
            places.setdefault(place, []).append(key)
    for place, entries in places.items():
        places[place] = _ordered(keys, place, entries)
    where = keys.weighted(
        "name_places",
        {
            ("logo",): 22,
            ("logo", "sender"): 18,
            ("sender",): 22,
            ("footer",): 9,
            ("logo", "footer"): 9,
            ("sender", "footer"): 10,
            ("sender", "payment"): 5,
            ("footer", "payment"): 3,
            ("logo", "sender", "footer"): 2,
            ("brand",): 5,
        },
    )
    if not has_footer and not {"logo", "sender", "brand"} & set(where):
        where = ("sender",)
    return Plan(places, has_slip, has_footer, where)


def _ordered(keys: Keyed, place: str, entries: list[str]) -> list[str]:
    """Usual order with some neighbours swapped, or any order."""
    if keys.chance(f"order.{place}", 0.45):
        return keys.shuffled(f"shuffle.{place}", entries)
    return sorted(entries, key=lambda key: _RANK[key] + keys.between(f"drift.{place}.{key}", 0, 5))
