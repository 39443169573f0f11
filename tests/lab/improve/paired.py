"""Documents read by two models, made by hand."""

from __future__ import annotations

from fakta_lab.improve.pairs import Pair, PairedDocument, Reading

SURE = "+"


def reading(text: str, truth: str | None) -> Reading:
    """A reading from its value: "" for none, "+" in front of one that is accepted."""
    value = text.removeprefix(SURE) or None
    return Reading(value, right=value == truth, accepted=text.startswith(SURE))


def document(name: str, supplier: str, *, known: bool = False, **fields: tuple[str | None, str, str]) -> PairedDocument:
    """A document with its fields: truth, what the old model read, what the new one read (see `reading`)."""
    pairs = tuple(
        Pair(field, truth, reading(old, truth), reading(new, truth)) for field, (truth, old, new) in fields.items()
    )
    return PairedDocument(name, supplier, known, pairs, untouched_old=False, untouched_new=known)


# Of six values four are right with the old model and five with the new one; one more field is on no document.
TWO_SUPPLIERS = (
    document(
        "1.pdf",
        "Norra AB",
        amount_due=("10.00", "10.00", "+10.00"),
        invoice_number=("7", "1", "+7"),
        iban=(None, "", ""),
    ),
    document("2.pdf", "Norra AB", amount_due=("20.00", "20.00", "20.00"), invoice_number=("8", "", "+8")),
    document("3.pdf", "Södra AB", known=True, amount_due=("30.00", "+30.00", "+30.00"), invoice_number=("9", "+9", "")),
)
