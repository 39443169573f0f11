"""Mistakes as suppliers and swindlers make them: one wrong value on an otherwise consistent invoice.

What is printed stays the truth; `Facts.error` says which field is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from fakta_lab.synth import identifiers
from fakta_lab.synth.facts import Facts
from fakta_lab.synth.supplier import Supplier

# Tries before an invoice is left as it is: not every mistake fits every invoice.
_TRIES = 4


def plant(facts: Facts, supplier: Supplier, rng: Random, *, first_number: Callable[[], str]) -> None:
    """Makes one mistake, and names its field in `facts.error`; none where none of those that were tried fits.

    Args:
        facts: changed in place.
        supplier: whose invoice it is.
        rng: decides which mistake.
        first_number: the number of the supplier's first invoice, for one that is used twice.
    """
    values = facts.fields
    for _ in range(_TRIES):
        mistake = rng.choice(
            (
                "digit",
                "digit",
                "digit",
                "sum",
                "other_account",
                "no_org_number",
                "other_vat_number",
                "due_before_issue",
                "used_number",
            )
        )
        match mistake:
            case "digit":
                facts.error = _wrong_digit(facts, rng)
            case "sum":
                facts.error = _wrong_sum(facts, rng)
            case "other_account" if "bankgiro" in values:
                values["bankgiro"] = identifiers.bankgiro(rng)
                facts.error = "bankgiro"
            case "no_org_number" if "supplier_org_number" in values:
                del values["supplier_org_number"]
                values.pop("supplier_vat_number", None)
                facts.error = "supplier_org_number"
            case "other_vat_number" if supplier.party.country == "SE" and "supplier_vat_number" in values:
                values["supplier_vat_number"] = f"SE{identifiers.org_number(rng, 'company')}01"
                facts.error = "supplier_vat_number"
            case "due_before_issue" if "due_date" in values:
                issued = values["invoice_date"]
                assert isinstance(issued, date)
                values["due_date"] = issued - timedelta(days=rng.randrange(1, 12))
                facts.error = "due_date"
            case "used_number" if values.get("payment_reference") != values["invoice_number"]:
                number = first_number()
                facts.error = "invoice_number" if number != values["invoice_number"] else ""
                values["invoice_number"] = number
        if facts.error:
            return


def _wrong_digit(facts: Facts, rng: Random) -> str:
    """Changes the check digit of a number, or a digit inside a VAT number."""
    name = rng.choice(("payment_reference", "bankgiro", "supplier_org_number", "supplier_vat_number"))
    value = facts.fields.get(name)
    if not isinstance(value, str) or not value[-3:].isdigit():
        return ""
    if name == "supplier_vat_number":
        facts.fields[name] = value[:6] + str((int(value[6]) + 1) % 10) + value[7:]
    else:
        facts.fields[name] = value[:-1] + str((int(value[-1]) + rng.randrange(1, 10)) % 10)
    return name


def _wrong_sum(facts: Facts, rng: Random) -> str:
    """Makes the VAT or the amount due differ from what it should add up to."""
    name = rng.choice(("vat_amount", "amount_due"))
    value = facts.fields[name]
    assert isinstance(value, Decimal)
    if not value or len(facts.rates) != 1:
        return ""
    facts.fields[name] = value + Decimal(rng.choice((1, 10, 100)))
    return name
