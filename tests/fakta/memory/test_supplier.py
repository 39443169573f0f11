"""What a supplier's documents say together, and how amounts and titles weigh against it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fakta.documents.model import Box
from fakta.memory.learned import Learned, Sighting
from fakta.memory.likeness import alike, letters_of, may_be_alike
from fakta.memory.memory import Memory
from fakta.memory.supplier import Supplier
from fakta.memory.surroundings import Surroundings
from fakta.resolve.amounts import choose_amounts
from fakta.resolve.choice import Choice, Option
from fakta.resolve.document import choose_document_type

ORG = "org:5599990008"


def taught(form: str = "00000") -> Learned:
    place = Sighting(0, 0, Box(0.6, 0.1, 0.7, 0.11), Surroundings("journalblad", "", "", ""), form)
    return Learned((ORG,), {"invoice_number": (place,)})


def option(value: str, score: float, **evidence: float) -> Option:
    return Option(Decimal(value), [], score, [], evidence)


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [("96574", True, False), ("965741", False, False), ("Slottsgatan 71 B", False, True)],
)
def test_form_of_a_number_speaks_against_what_never_looked_so(text: str, same: bool, other: bool) -> None:
    found = Supplier({"a" * 64: taught(), "b" * 64: taught()}).form("invoice_number", text, is_code=True)
    assert (found.get("memory_form", 0.0) > 0.3, found.get("memory_other_form", 0.0) > 0.5) == (same, other)


def test_supplier_is_asked_anew_once_more_is_known_of_it() -> None:
    memory = Memory()
    memory.add("a" * 64, taught())
    [number] = memory.knows(ORG)
    assert memory.supplier(number) is memory.supplier(number)
    memory.add("b" * 64, taught())
    assert len(memory.supplier(number).documents) == 2
    memory.forget("a" * 64)
    assert list(memory.supplier(number).documents) == ["b" * 64]


def test_only_labels_that_cannot_be_alike_are_left_out() -> None:
    words = "ertkundnr ertkumdnr kundnr ertkundnummer talongnr journalblad räkningsnr rakningsnr sats moms".split()
    for first in words:
        for second in words:
            if alike(first, second):
                assert may_be_alike(first, letters_of(first), second, letters_of(second)), (first, second)


def test_amounts_that_add_up_are_believed_before_the_first_of_a_known_row() -> None:
    choices, sums = choose_amounts(
        {
            "net_amount": [option("946.00", 10.9, memory_label=0.86), option("11988.42", 7.7, memory_label=0.86)],
            "vat_amount": [option("0.00", 8.0, memory_label=0.86), _printed("56.76", 6.9)],
            "amount_due": [option("12045.18", 7.1, memory_label=0.86, form=1.0)],
        }
    )
    assert sums == 1.0
    assert choices["net_amount"].option is not None
    assert choices["net_amount"].option.value == Decimal("11988.42")


def test_known_amount_due_is_believed_where_nothing_adds_up_to_it() -> None:
    due = option("39627.00", 8.1, memory_label=0.86, form=1.0)
    piece = option("39.00", 4.2, memory_label=0.86)
    choices, _ = choose_amounts(
        {
            "net_amount": [option("29256.92", 6.0)],
            "vat_amount": [_printed("6464.73", 6.0)],
            "amount_due": [due, piece, option("35721.65", -3.0)],
        }
    )
    assert choices["amount_due"].option is due


@pytest.mark.parametrize(
    ("net", "expected"), [("17265.20", "invoice"), ("-393.11", "credit_note"), (None, "credit_note")]
)
def test_invoice_that_was_paid_too_much_in_advance_is_no_credit_note(net: str | None, expected: str) -> None:
    chosen = {"amount_due": Choice("amount_due", option("-1.00", 8.0))}
    if net is not None:
        chosen["net_amount"] = Choice("net_amount", option(net, 6.0))
    found = choose_document_type("document_type", [], chosen).option
    assert found is not None
    assert found.value == expected


def _printed(value: str, score: float) -> Option:
    """An amount with a place, as VAT has to have that adds up to nothing."""
    return Option(Decimal(value), [object()], score, [], {"memory_label": 0.86})  # type: ignore[list-item]
