"""What a document's labels say about each other: check digits, sums, dates and numbers that have to fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from fakta.errors import FieldError
from fakta.fields import KINDS, from_canonical
from fakta.schema import Schema
from fakta_lab.labels.doubts import Doubt
from fakta_lab.labels.label import Label

# Checks that nearly every right value passes. A name may lack a legal form, a reference its length digit, and a foreign
# organisation number has rules of its own.
DECISIVE = frozenset({"luhn", "mod97", "country_format", "check_digit", "country"})
AMOUNTS = ("net_amount", "vat_amount", "rounding_amount", "amount_due")
DATES = ("invoice_date", "due_date")
CENT = Decimal("0.01")
# Where nobody said how much was rounded: to whole kronor at most this much, and the least.
MOST_ROUNDED = Decimal("0.50")


def contradictions(labels: Mapping[str, Label], schema: Schema) -> Iterator[tuple[str, Doubt]]:
    """Field names with what speaks against their labels; for a relation that does not hold, each field in it.

    Nothing is said of fields without a label, nor of values that are labelled as not on the document.

    Args:
        labels: of one document.
        schema: says of which kind each field is.
    """
    stated = {name: label.value for name, label in labels.items() if label.value is not None}
    for name, value in stated.items():
        if name in schema.fields and _fails(name, value, schema.fields[name].kind, stated):
            yield name, Doubt.check_fails
    kinds = {name: field.kind for name, field in schema.fields.items()}
    amounts = {name: value for name, value in stated.items() if kinds.get(name) == "amount"}
    days = {name: value for name, value in stated.items() if kinds.get(name) == "date"}
    for doubt, names in (
        (Doubt.sums_differ, _sums(labels, amounts)),
        (Doubt.due_before_invoice, _dates(days)),
        (Doubt.same_party, _parties(stated)),
        (Doubt.vat_number_differs, _vat_number(stated)),
    ):
        yield from ((name, doubt) for name in names)


def _fails(name: str, value: str, kind: str, stated: Mapping[str, str]) -> bool:
    if kind == "payment_reference" and _digits(value) == _digits(stated.get("invoice_number", "")):
        return False  # a supplier without an agreement on references asks for the invoice number
    try:
        checks = KINDS[kind].check(from_canonical(kind, value))
    except FieldError:
        return True
    return any(not check.passed for check in checks if check.name in DECISIVE)


def _sums(labels: Mapping[str, Label], stated: Mapping[str, str]) -> tuple[str, ...]:
    if any(name not in stated for name in AMOUNTS if name != "rounding_amount"):
        return ()
    net, vat, due = (Decimal(stated[name]) for name in AMOUNTS if name != "rounding_amount")
    rounding = Decimal(stated.get("rounding_amount", "0"))
    allowed = CENT if "rounding_amount" in labels else MOST_ROUNDED
    if abs(net + vat + rounding - due) <= allowed:
        return ()
    return tuple(name for name in AMOUNTS if name in stated)


def _dates(stated: Mapping[str, str]) -> tuple[str, ...]:
    if any(name not in stated for name in DATES):
        return ()
    issued, due = (date.fromisoformat(stated[name]) for name in DATES)
    return DATES if due < issued else ()


def _parties(stated: Mapping[str, str]) -> tuple[str, ...]:
    numbers = ("supplier_org_number", "customer_org_number")
    same = numbers[0] in stated and stated[numbers[0]] == stated.get(numbers[1])
    return numbers if same else ()


def _vat_number(stated: Mapping[str, str]) -> tuple[str, ...]:
    org, vat = stated.get("supplier_org_number", ""), stated.get("supplier_vat_number", "")
    # Abroad the two numbers need not have anything to do with each other.
    if not org or not vat.startswith("SE") or vat[2:12] == org:
        return ()
    return "supplier_org_number", "supplier_vat_number"


def _digits(value: str) -> str:
    return "".join(filter(str.isdigit, value))
