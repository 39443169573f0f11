"""Reading with a memory: house words, what is never stated, and when a memory is left aside."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.fakta.memory.corrected import (
    HOUSE,
    INVOICES,
    NEW_FORM,
    OWN,
    STRANGER,
    key,
    learned,
    memory_of,
    read,
    values,
)

from fakta.memory import Memory
from fakta.resolve.resolver import Resolution

NEXT = INVOICES[3]
SAID = {
    "invoice_number": "82417",
    "customer_number": "K1776",
    "due_date": "2026-03-09",
    "net_amount": "5200.00",
    "vat_amount": "1300.00",
    "amount_due": "6500.00",
}


def same(first: Resolution, second: Resolution) -> bool:
    """Whether two readings agree in values, scores and reasons."""

    def told(resolution: Resolution) -> list[object]:
        return [
            (
                name,
                choice.option and (choice.option.value, choice.option.score, choice.option.reasons),
                choice.runner_up,
            )
            for name, choice in resolution.choices.items()
        ]

    return told(first) == told(second)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_house_words_are_known_after_the_first_correction(count: int) -> None:
    sheet = HOUSE.format(**NEXT)
    without, within = values(read(sheet, None)), values(read(sheet, memory_of(count)))
    assert {name: within.get(name) for name in SAID} == SAID
    assert {name: without.get(name) for name in SAID} != SAID


def test_the_reason_says_where_it_was_learned() -> None:
    option = read(HOUSE.format(**NEXT), memory_of(3)).choices["customer_number"].option
    assert option is not None
    assert "as on 3 earlier invoices of this supplier" in option.reasons
    assert option.evidence["memory_label"] > 0.8
    assert option.evidence["memory_form"] > 0.8


def test_more_documents_that_agree_say_more() -> None:
    scores = []
    for count in (1, 2, 3):
        option = read(HOUSE.format(**NEXT), memory_of(count)).choices["customer_number"].option
        assert option is not None
        scores.append(option.score)
    assert scores == sorted(scores)
    assert scores[0] < scores[1] < scores[2]


def test_documents_that_disagree_say_less() -> None:
    agreeing = memory_of(2)
    quarrelling = memory_of(2)
    [*_, last] = INVOICES[:3]
    moved = learned(last)
    agreeing.add(key(2), moved)
    # The third document had the customer's number where the others have the invoice's.
    swapped = {**moved.places, "customer_number": moved.places["invoice_number"]}
    quarrelling.add(key(2), replace(moved, places=swapped))
    first, second = (
        read(HOUSE.format(**NEXT), memory).choices["customer_number"].option for memory in (agreeing, quarrelling)
    )
    assert first is not None
    assert second is not None
    assert first.value == second.value == "K1776"
    assert second.evidence["memory_label"] < first.evidence["memory_label"]


def test_a_supplier_that_nobody_corrected_is_read_as_without_memory() -> None:
    sheet = STRANGER.format(**NEXT)
    assert same(read(sheet, memory_of(3)), read(sheet, None))


def test_a_new_layout_is_read_as_well_as_without_memory() -> None:
    sheet = NEW_FORM.format(**NEXT)
    within = values(read(sheet, memory_of(3)))
    assert {name: within.get(name) for name in SAID} == SAID
    without = values(read(sheet, None))
    assert {name: within.get(name) for name in without} == without


def test_one_corrected_invoice_of_the_new_layout_is_enough_to_know_both() -> None:
    memory = memory_of(2)
    memory.add(key(2), learned(INVOICES[2], sheet=NEW_FORM))
    for sheet in (HOUSE, NEW_FORM):
        within = values(read(sheet.format(**NEXT), memory))
        assert {name: within.get(name) for name in SAID} == SAID


def test_what_a_supplier_never_states_is_not_guessed() -> None:
    sheet = HOUSE.format(**NEXT)
    assert values(read(sheet, None))["invoice_date"] == "2026-01-02"
    assert "invoice_date" not in values(read(sheet, memory_of(3, absent=["invoice_date"])))


def test_a_number_given_to_the_customer_finds_no_supplier() -> None:
    # The known supplier buys from a stranger, which prints its customer's number.
    sheet = STRANGER.format(**NEXT).replace("590 38 Kisa", "Ert org.nr 559999-0008")
    assert same(read(sheet, memory_of(3)), read(sheet, None))


def test_two_suppliers_numbers_on_one_page_are_no_evidence_for_either() -> None:
    memory = memory_of(2)
    other = {"supplier_name": "Söderäng El AB", "supplier_org_number": "5599941209", "bankgiro": "54029681"}
    memory.add(key(9), learned(INVOICES[2], own=other))
    sheet = HOUSE.format(**NEXT).replace("Momsreg.nr SE559999000801", "Bankgiro 5402-9681   Org.nr 559994-1209")
    assert same(read(sheet, memory), read(sheet, None))


def test_an_account_that_is_not_the_suppliers_makes_its_number_doubtful() -> None:
    sheet = HOUSE.format(**NEXT).replace("Bankgiro 5997-4105", "Bankgiro 5402-9681")
    assert same(read(sheet, memory_of(3)), read(sheet, None))


def test_a_name_finds_a_supplier_where_the_page_has_no_number_against_it() -> None:
    own = {"supplier_name": "Norrvik Bygg AB"}
    memory = memory_of(3, own=own)
    foot = "Bankgiro 5997-4105      Org.nr 559999-0008      Momsreg.nr SE559999000801"
    assert values(read(HOUSE.format(**NEXT).replace(foot, ""), memory))["customer_number"] == "K1776"
    memory = memory_of(3)
    other = HOUSE.format(**NEXT).replace(foot, "Bankgiro 5402-9681      Org.nr 559994-1209")
    assert same(read(other, memory), read(other, None))


def test_a_name_that_no_page_prints_is_given_as_on_earlier_invoices() -> None:
    sheet = HOUSE.replace("    Norrvik Bygg AB\n", "    \n")
    memory = Memory()
    for number, invoice in enumerate(INVOICES[:3]):
        memory.add(key(number), replace(learned(invoice, sheet=sheet), unprinted=frozenset({"supplier_name"})))
    choice = read(sheet.format(**NEXT), memory).choices["supplier_name"]
    assert choice.option is not None
    assert choice.option.value == "Norrvik Bygg AB"
    assert choice.option.best is None
    assert "as on 3 earlier invoices of this supplier, which print it nowhere" in choice.option.reasons


def test_an_account_is_never_given_unprinted() -> None:
    foot = "Bankgiro 5997-4105      "
    memory = memory_of(3)
    assert "bankgiro" not in values(read(HOUSE.format(**NEXT).replace(foot, ""), memory))


def test_an_empty_memory_changes_nothing() -> None:
    sheet = HOUSE.format(**NEXT)
    assert same(read(sheet, Memory()), read(sheet, None))
    assert OWN["bankgiro"] == values(read(sheet, None))["bankgiro"]
