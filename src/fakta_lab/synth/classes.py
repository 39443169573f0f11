"""Kinds of documents: the invoice, and what arrives with invoices and is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from fakta_lab.synth.material import load_yaml

# Who deals with whom, and over which accounts, is the same on every document.
_PARTIES = frozenset(
    (
        "supplier_name",
        "supplier_org_number",
        "supplier_vat_number",
        "customer_name",
        "customer_org_number",
        "customer_number",
        "buyer_reference",
        "purchase_order",
        "contract_reference",
        "currency",
        "bankgiro",
        "plusgiro",
        "iban",
        "bic",
    )
)


@dataclass(frozen=True)
class DocumentClass:
    """What one kind of document prints, and what of it counts as fields of an invoice.

    Attributes:
        name: "invoice", or a key of `classes.yaml`.
        body: "lines" as on an invoice, "goods" without prices, "open" invoices, "wages", or "text".
        sums, payment: whether it has totals and instructions for payment.
        kept: fields that carry labels; None for all of them.
        dropped: what it does not print.
    """

    name: str
    body: str = "lines"
    sums: bool = True
    payment: bool = True
    kept: frozenset[str] | None = None
    dropped: frozenset[str] = field(default_factory=frozenset)

    def keeps(self, name: str) -> bool:
        """Whether the field, or the column `<table>.<column>`, carries its label."""
        return self.kept is None or name in self.kept

    def texts(self, language: str) -> dict[str, Any]:
        """Titles, labels and texts in that language, what it lacks in English; empty for an invoice."""
        data = load_yaml("classes")
        return {**data["en"].get(self.name, {}), **data.get(language, {}).get(self.name, {})}


INVOICE = DocumentClass("invoice")


@cache
def document_class(name: str) -> DocumentClass:
    """The kind of document of that name in `classes.yaml`."""
    entry = load_yaml("classes")["classes"][name]
    return DocumentClass(
        name=name,
        body=entry["body"],
        sums=entry.get("sums", False),
        payment=entry.get("payment", False),
        # A customer number in a payroll is none.
        kept=(_PARTIES | set(entry.get("kept", ()))) - ({"customer_number"} if name == "wages" else set()),
        dropped=frozenset(entry["dropped"]),
    )


def other_document(rng: Random) -> DocumentClass:
    """One that is no invoice."""
    classes = load_yaml("classes")["classes"]
    names = list(classes)
    return document_class(rng.choices(names, [classes[name]["weight"] for name in names])[0])
