"""Which supplier an invoice is from, by the numbers that only one has.

An identifier is its kind and its value: `org:5599941209`, `bankgiro:54029681`, `name:norrvikbygg`. A Swedish VAT number
counts as the organisation number that it holds. Numbers come first; a name is asked only where the page has no number
that could contradict it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from fakta.candidates.names import name_key
from fakta.candidates.search import Candidate

# Field to kind of identifier.
_FIELDS: Mapping[str, str] = {
    "supplier_org_number": "org",
    "supplier_vat_number": "vat",
    "bankgiro": "bankgiro",
    "plusgiro": "plusgiro",
    "iban": "iban",
    "supplier_name": "name",
}
ACCOUNTS = ("bankgiro", "plusgiro", "iban")
# Letters from which a name tells its bearer.
_TELLING = 4
# A short text that begins with a capital and has no digit.
_MAY_BE_NAME = re.compile(r"[^\W\d_a-zåäöéü][^\d:]{2,59}")
# A label's bond with a number (0-1) from which the number is what the label says.
_SURE_LABEL = 0.5


def identifiers_of(values: Mapping[str, str | None]) -> tuple[str, ...]:
    """The identifiers among a document's values, sorted.

    Args:
        values: canonical, by field; None = not on the document.

    >>> identifiers_of({"supplier_vat_number": "SE559994120901", "supplier_name": "Norrvik Bygg AB", "bankgiro": None})
    ('name:norrvikbygg', 'org:5599941209')
    """
    stated = ((kind, values.get(name)) for name, kind in _FIELDS.items())
    return tuple(sorted({found for kind, value in stated if value and (found := identifier(kind, value))}))


def identifier(kind: str, value: str) -> str:
    """The identifier of a value; "" where it tells nothing.

    Args:
        kind: "org", "vat", "bankgiro", "plusgiro", "iban" or "name".
        value: canonical.
    """
    if kind == "name":
        letters = name_key(value)
        return f"name:{letters}" if len(letters) >= _TELLING else ""
    if kind == "vat" and value.startswith("SE") and len(value) == 14:
        return f"org:{value[2:12]}"
    if kind == "org" and len(value) == 12 and value[:2].isdigit():
        return f"org:{value[2:]}"
    return f"{kind}:{value}"


def kind_of(found: str) -> str:
    """The kind of an identifier."""
    return found.partition(":")[0]


_CANDIDATES: Mapping[str, str] = {
    "org_number": "org",
    "vat_number": "vat",
    "bankgiro": "bankgiro",
    "plusgiro": "plusgiro",
    "iban": "iban",
}


def printed_identifiers(candidates: Iterable[Candidate]) -> dict[str, float]:
    """The numbers on a document's pages that may be a supplier's, each with how much it counts as the sender's, 0-1.

    A number that a label or the model gives to the customer counts nothing.

    Args:
        candidates: of typed search.
    """
    found: dict[str, float] = {}
    for candidate in candidates:
        kind = _CANDIDATES.get(candidate.kind)
        if kind is None:
            continue
        key = identifier(kind, str(candidate.value))
        found[key] = max(found.get(key, 0.0), 0.0 if _is_customers(candidate) else 1.0)
    return found


def stated_accounts(candidates: Iterable[Candidate]) -> set[str]:
    """The accounts that a document surely states: any eight digits may pass for a bankgiro number."""
    return {
        identifier(candidate.kind, str(candidate.value))
        for candidate in candidates
        if candidate.kind in ACCOUNTS
        and all(check.passed for check in candidate.checks)
        and candidate.labels.get(candidate.kind, 0.0) >= _SURE_LABEL
    }


def stated_numbers(candidates: Sequence[Candidate]) -> set[str]:
    """The accounts and the organisation and VAT numbers of the sender that a document surely states."""
    found = stated_accounts(candidates)
    for candidate in candidates:
        if candidate.kind in ("org_number", "vat_number") and candidate.checks and not _is_customers(candidate):
            if all(check.passed for check in candidate.checks) and candidate.labels:
                found.add(identifier(_CANDIDATES[candidate.kind], str(candidate.value)))
    return found


def _is_customers(candidate: Candidate) -> bool:
    labels, model = candidate.labels, candidate.model
    label = labels.get("customer_org_number", 0.0) - labels.get("supplier_org_number", 0.0)
    role = model.get("customer_org_number", 0.0) - model.get("supplier_org_number", 0.0)
    return label > 0.3 or role > 0.5


def printed_names(texts: Iterable[str]) -> set[str]:
    """Identifiers of the names that segments of text may be."""
    return {f"name:{name_key(text)}" for text in texts if _MAY_BE_NAME.fullmatch(text)}
