"""Values that nobody printed: known from other values, or from what kind of document this is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from fakta.candidates.page import PageView
from fakta.resolve.dates import stated_terms
from fakta.schema import Field


def implied(field: Field, value: str, known: Mapping[str, str | None], views: Iterable[PageView]) -> str:
    """Why a value that stands nowhere is right all the same, in words; "" where nothing says so.

    Args:
        field: of the value.
        value: canonical.
        known: canonical values by field.
        views: the pages, which state terms of payment.
    """
    if field.kind == "document_type":
        return "no title is needed to know it"
    if field.kind == "currency":
        return "no currency is printed, and the amounts are in it"
    if field.kind == "vat_number" and _same_company(value, known.values()):
        return "the organisation number says it"
    if field.kind == "org_number" and any(_same_company(other or "", [value]) for other in known.values()):
        return "the VAT number says it"
    if field.name == "due_date" and _by_terms(value, known.get("invoice_date"), views):
        return "the invoice date and the terms of payment say it"
    if field.kind == "amount":
        return _sum(field.name, value, known)
    return ""


def _same_company(vat_number: str, others: Iterable[str | None]) -> bool:
    return vat_number.startswith("SE") and len(vat_number) == 14 and vat_number[2:12] in others


def _by_terms(value: str, invoice_date: str | None, views: Iterable[PageView]) -> bool:
    if not invoice_date:
        return False
    texts = (segment.text for view in views for line in view.lines for segment in line)
    first = date.fromisoformat(invoice_date)
    return any(first + timedelta(days=days) == date.fromisoformat(value) for days in stated_terms(texts))


def _sum(name: str, value: str, known: Mapping[str, str | None]) -> str:
    """Whether the amount follows from the others: net and VAT and rounding make what is due."""
    amounts = {"amount_due": 1, "net_amount": -1, "vat_amount": -1, "rounding_amount": -1}
    if name not in amounts:
        return ""
    if Decimal(value) == 0:
        return "nothing is added where nothing is printed"
    try:
        rest = sum(sign * Decimal(known.get(other) or "0") for other, sign in amounts.items() if other != name)
    except InvalidOperation:
        return ""
    if not any(known.get(other) for other in amounts if other != name):
        return ""
    return "the other amounts make it" if rest == -amounts[name] * Decimal(value) else ""
