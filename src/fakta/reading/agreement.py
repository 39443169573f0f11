"""Whether the values of a document agree with each other, when there is one value a field and nothing to choose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from fakta.fields.base import Check, Value

_TOLERANCE = Decimal("0.01")


def agreement(values: Mapping[str, Value]) -> tuple[dict[str, dict[str, float]], tuple[Check, ...]]:
    """Facts across fields for each of them (feature to 0-1), and the checks that could be made.

    Args:
        values: of the fields that were found.

    >>> signals, checks = agreement({"net_amount": Decimal(80), "vat_amount": Decimal(20), "amount_due": Decimal(100)})
    >>> signals["vat_amount"], checks[0].passed, checks[0].detail
    ({'sums': 1.0}, True, '80.00 + 20.00 = 100.00')
    """
    signals: dict[str, dict[str, float]] = {}
    checks = []
    for signal, names, check in (_sums(values), _dates(values), _numbers(values)):
        if check is None:
            continue
        checks.append(check)
        for name in names:
            signals.setdefault(name, {})[signal] = float(check.passed)
    return signals, tuple(checks)


# A fact's name for the verifier, the fields that it is about, and the check; None where it could not be made.
_Fact = tuple[str, tuple[str, ...], Check | None]


def _sums(values: Mapping[str, Value]) -> _Fact:
    names = ("net_amount", "vat_amount", "rounding_amount", "amount_due")
    net, vat, rounding, due = (values.get(name) for name in names)
    if not (isinstance(net, Decimal) and isinstance(vat, Decimal) and isinstance(due, Decimal)):
        return "sums", (), None
    parts = [net, vat, *([rounding] if isinstance(rounding, Decimal) else [])]
    passed = abs(sum(parts) - due) <= _TOLERANCE
    shown = " + ".join(f"{part:.2f}" for part in parts)
    check = Check("sums", passed, f"{shown} {'=' if passed else '!='} {due:.2f}")
    return "sums", tuple(name for name in names if name in values), check


def _dates(values: Mapping[str, Value]) -> _Fact:
    names = ("invoice_date", "due_date")
    first, second = (values.get(name) for name in names)
    if not (isinstance(first, date) and isinstance(second, date)):
        return "dates_in_order", (), None
    days = (second - first).days
    return "dates_in_order", names, Check("dates in order", days >= 0, f"due {days} days after the invoice date")


def _numbers(values: Mapping[str, Value]) -> _Fact:
    names = ("supplier_org_number", "supplier_vat_number")
    org, vat = (values.get(name) for name in names)
    if not (isinstance(org, str) and isinstance(vat, str) and vat.startswith("SE")):
        return "numbers_agree", (), None
    return "numbers_agree", names, Check("VAT number holds org number", vat[2:12] == org, "")
