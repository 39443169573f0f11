"""Kinds of fields: one module each, which finds, parses, checks and formats values of its kind.

>>> KINDS["bankgiro"].parse("5402-9681")
'54029681'
>>> [match.text for match in KINDS["date"].find("Förfaller 2026-05-15")]
['2026-05-15']
>>> canonical(KINDS["amount"].parse("12 450:-"))
'12450.00'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from fakta.errors import SchemaError
from fakta.fields import (
    amount,
    bankgiro,
    bic,
    currency,
    dates,
    document_type,
    iban,
    identifier,
    name,
    org_number,
    payment_reference,
    percent,
    plusgiro,
    quantity,
    text,
    vat_number,
)
from fakta.fields.base import Check, Kind, Match, Value, canonical
from fakta.fields.printed import refusal

__all__ = ["DECIMAL_KINDS", "KINDS", "Check", "Kind", "Match", "Value", "canonical", "from_canonical"]

_MODULES = {
    "identifier": identifier,
    "text": text,
    "name": name,
    "date": dates,
    "amount": amount,
    "percent": percent,
    "quantity": quantity,
    "currency": currency,
    "document_type": document_type,
    "org_number": org_number,
    "vat_number": vat_number,
    "bankgiro": bankgiro,
    "plusgiro": plusgiro,
    "iban": iban,
    "bic": bic,
    "payment_reference": payment_reference,
}
# Kinds whose values are numbers.
DECIMAL_KINDS = ("amount", "percent", "quantity")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind: Kind(kind, module.find, module.parse, module.check, module.format) for kind, module in _MODULES.items()}
)


def from_canonical(kind: str, written: str) -> Value:
    """The value whose canonical form is given, as truth files and results have it.

    Args:
        kind: a key of `KINDS`.
        written: what `canonical` gives for the value.

    Raises:
        FormatError: the text is not in canonical form.
        SchemaError: no such kind.

    >>> from_canonical("amount", "12450.00"), from_canonical("date", "2026-04-15")
    (Decimal('12450.00'), datetime.date(2026, 4, 15))
    >>> from_canonical("amount", "12 450,00")
    Traceback (most recent call last):
        ...
    fakta.errors.FormatError: '12 450,00' is no canonical amount: expected a decimal number such as 12450.00
    """
    if kind not in KINDS:
        raise SchemaError(f"unknown kind {kind!r}: known are {', '.join(KINDS)}")
    if kind in DECIMAL_KINDS:
        if not _DECIMAL.fullmatch(written):
            raise refusal(written, f"canonical {kind}", expected="a decimal number such as 12450.00")
        return Decimal(written)
    if kind == "date":
        try:
            return date.fromisoformat(written)
        except ValueError:
            raise refusal(written, "canonical date", expected="a day such as 2026-04-15") from None
    return written
