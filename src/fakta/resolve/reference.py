"""What a payer quotes where the invoice names no reference of its own."""

from __future__ import annotations

from collections.abc import Mapping

from fakta.errors import FieldError
from fakta.fields import payment_reference
from fakta.resolve.choice import Choice, Option

# A Swedish payee asks for an OCR reference or says nothing; both are stated by these accounts and numbers.
_SWEDISH = ("bankgiro", "plusgiro", "supplier_org_number")
_CERTAINTY = 0.5  # log-odds: a custom, not a statement


def number_as_reference(chosen: Mapping[str, Choice]) -> Choice:
    """The payment reference: the stated one, or the invoice number where a foreign invoice states only that.

    A SEPA credit transfer carries a free text for reconciliation (EN 16931 BT-83, remittance information), and where
    an invoice asks for nothing else payers quote its number. Swedish giro payments have OCR references instead, and an
    invoice without one is matched by the sender, so nothing is assumed for them.
    """
    reference = chosen["payment_reference"]
    number = chosen["invoice_number"].option if "invoice_number" in chosen else None
    account = chosen["iban"].option if "iban" in chosen else None
    if reference.option is not None or number is None or account is None or str(account.value).startswith("SE"):
        return reference
    if any(name in chosen and _is_swedish(chosen[name]) for name in _SWEDISH):
        return reference
    try:
        value = payment_reference.parse(str(number.value))
    except FieldError:
        return reference
    option = Option(value, number.candidates, _CERTAINTY, ["no reference stated: payers quote the invoice number"])
    return Choice("payment_reference", option, reference.runner_up, dict(reference.signals))


def _is_swedish(choice: Choice) -> bool:
    """Whether a Swedish account or a Swedish organisation number was chosen."""
    if choice.option is None:
        return False
    return choice.name != "supplier_org_number" or (
        len(str(choice.option.value)) == 10 and str(choice.option.value).isdigit()
    )
