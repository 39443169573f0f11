"""Copies are found through OCR and stamps; two invoices of one series are never taken for one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lab.dataset.splitting.copies import Known, collection, precision_and_recall

from fakta.documents.model import Box, Document, Page, Word
from fakta_lab.dataset.splitting import duplicates
from fakta_lab.dataset.splitting.duplicates import Candidate, Standing, find_duplicates
from fakta_lab.dataset.splitting.fingerprints import fingerprint, resemblance

SUPPLIERS = 20
TEXT = (
    "Exempel AB Faktura 20418 Fakturadatum 2026-04-15 Förfallodatum 2026-05-15 Kundnummer 88120 Order 77812 "
    "Bankgiro 5402-9681 Hyra lokal 4 500,00 Städning 1 250,00 Netto 5750,00 Moms 25 % 1437,50 Att betala 7187,50"
)


def candidate(
    sha256: str, text: str = TEXT, *, ocr: bool = False, supplier: str = "a", **values: str | None
) -> Candidate:
    return Candidate(sha256, [text.split()], supplier, values, ocr)


@pytest.fixture(scope="module")
def known() -> list[Known]:
    return collection(SUPPLIERS, known=True)


def test_copies_of_corrected_invoices_are_found_and_nothing_else_is(known: list[Known]) -> None:
    precision, recall = precision_and_recall(known)
    assert precision == 1
    assert recall >= 0.99


def test_copies_of_which_nothing_is_known_are_found_by_what_they_print() -> None:
    precision, recall = precision_and_recall(collection(SUPPLIERS, known=False))
    assert precision >= 0.99
    assert recall >= 0.75


def test_a_reminder_stays_but_beside_its_invoice(known: list[Known]) -> None:
    standings = find_duplicates([document.candidate for document in known])
    reminders = [i for i, document in enumerate(known) if document.invoice.endswith("reminder")]
    assert reminders
    for i in reminders:
        supplier = known[i].invoice.partition("/")[0]
        invoice = next(j for j, document in enumerate(known) if document.invoice == f"{supplier}/0")
        assert standings[i].kept == i
        assert standings[i].cluster == standings[invoice].cluster
        assert "same invoice number" in {standings[i].relation, standings[standings[invoice].kept].relation}


def test_the_copy_with_a_text_layer_is_kept_then_the_one_with_most_values(known: list[Known]) -> None:
    candidates = [document.candidate for document in known]
    for i, standing in enumerate(find_duplicates(candidates)):
        if candidates[standing.kept].ocr:
            assert known[i].kind == "scan"
    one, two, three = (
        candidate("1", ocr=True, currency="SEK", iban=None),
        candidate("3"),
        candidate("2", currency="SEK"),
    )
    assert [standing.kept for standing in find_duplicates([one, two, three])] == [2, 2, 2]
    assert [standing.kept for standing in find_duplicates([one, two])] == [1, 1]
    # Of equals the one with the smallest sha256.
    assert [standing.kept for standing in find_duplicates([two, candidate("1")])] == [1, 1]


def test_equal_bytes_are_one_document() -> None:
    short = candidate("1", "Kvitto")
    found = find_duplicates([short, candidate("2", "Kvitto"), replace(short, values={"currency": "SEK"})])
    assert found == [Standing("1", 2, "same bytes"), Standing("2", 1, ""), Standing("1", 2, "")]


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"Exempel AB": "KOPIA Utskriven 2026-06-01 Exempel AB"}, True),
        ({"2026-05-15": "2026-05-15 Ankom 2026-04-20"}, True),
        ({"20418": "20419"}, False),
        ({"20418": "20419", "2026-04-15": "2026-05-15", "2026-05-15": "2026-06-14"}, False),
        ({"4 500,00": "4 600,00", "5750,00": "5850,00", "1437,50": "1462,50", "7187,50": "7312,50"}, False),
        ({"2026-04-15": "15 april 2026"}, True),
        ({"2026-04-15": "15 mars 2026"}, False),
        ({"2026-04-15": "2026-05-15", "2026-05-15": "2026-06-14"}, False),
        ({"20418": "17"}, False),
    ],
)
def test_of_two_text_layers_no_number_may_differ(changes: dict[str, str], same: bool) -> None:
    text = TEXT
    for old, new in changes.items():
        text = text.replace(old, new)
    first, second = find_duplicates([candidate("1"), candidate("2", text)])
    assert (first.kept == second.kept) is same
    assert (first.cluster == second.cluster) is same
    assert second.relation == ("rescan" if same else "")


@pytest.mark.parametrize(("number", "same"), [("17", True), ("18", False)])
def test_a_copy_may_be_printed_later_but_has_the_same_short_number(number: str, same: bool) -> None:
    text = TEXT.replace("20418", "17") + " Utskriven 2026-05-02 09:31"
    again = TEXT.replace("20418", number) + " Utskriven 2026-06-03 14:05:59"
    first, second = find_duplicates([candidate("1", text), candidate("2", again)])
    assert (first.kept == second.kept) is same


def test_misread_words_are_looked_through() -> None:
    scan = TEXT.replace("2026-04-15", "2O26-04-l5").replace("4 500,00", "4500,00").replace("5402-9681", "5402- 9681")
    first, second = find_duplicates([candidate("1"), candidate("2", scan, ocr=True)])
    assert (second.kept, second.relation) == (first.kept, "rescan")
    # In a text layer these are no mistakes of reading.
    found = resemblance(fingerprint([TEXT.split()]), fingerprint([scan.split()]))
    assert found.changed_dates == found.changed_numbers == 0
    assert found.numbers > 0.9


@pytest.mark.parametrize(
    "name", ["invoice_number", "invoice_date", "amount_due", "document_type", "supplier_org_number"]
)
def test_what_people_vouched_for_outweighs_what_is_printed(name: str) -> None:
    found = find_duplicates([candidate("1", **{name: "1"}), candidate("2", **{name: "2"})])
    assert found[0].kept != found[1].kept
    assert found[0].cluster != found[1].cluster
    found = find_duplicates([candidate("1", **{name: "1"}), candidate("2", **{name: "1"}), candidate("3")])
    assert {standing.kept for standing in found} == {0}


def test_a_copy_does_not_join_what_people_told_apart() -> None:
    """The third resembles both; it goes with one of them, and all three stay on one side."""
    found = find_duplicates([candidate("1", amount_due="1"), candidate("2", amount_due="2"), candidate("3")])
    assert len({standing.cluster for standing in found}) == 1
    assert found[0].kept != found[1].kept
    assert found[2].kept in (0, 1)


def test_a_known_number_that_the_other_prints_is_the_same_number() -> None:
    scan = TEXT.replace("2026-04-15", "2026-04-16").replace("88120", "88126").replace("77812", "77872")
    unknown = candidate("2", scan, ocr=True, supplier="b")
    assert [s.kept for s in find_duplicates([candidate("1"), unknown])] == [0, 1]
    assert [s.kept for s in find_duplicates([candidate("1", invoice_number="20418"), unknown])] == [0, 0]
    assert [s.kept for s in find_duplicates([candidate("1", invoice_number="20-419"), unknown])] == [0, 1]


def test_numbers_are_those_of_one_supplier() -> None:
    reminder = "Påminnelse om faktura 20418 betala 7247,50 senast 2026-06-30"
    one = candidate("1", invoice_number="20418")
    assert (
        find_duplicates([one, candidate("2", reminder, invoice_number="020418")])[1].relation == "same invoice number"
    )
    other = find_duplicates([one, candidate("2", reminder, invoice_number="20418", supplier="b")])
    assert other == [Standing("1", 0, ""), Standing("2", 1, "")]


# Few texts and values, so that random documents are copies of each other, and contradict each other.
TEXTS = st.sampled_from([TEXT, TEXT.replace("20418", "20419"), TEXT.replace("15", "16"), "Kvitto", ""])
VALUES = st.fixed_dictionaries(
    {}, optional={"invoice_number": st.sampled_from(["20418", "20419"]), "amount_due": st.sampled_from(["1", "2"])}
)
CANDIDATES = st.lists(
    st.builds(candidate, st.just(""), TEXTS, ocr=st.booleans(), supplier=st.sampled_from("ab")).flatmap(
        lambda made: VALUES.map(lambda values: replace(made, values=values))
    ),
    max_size=8,
).map(lambda made: [replace(each, sha256=str(i)) for i, each in enumerate(made)])


@given(CANDIDATES, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_does_not_matter_and_nothing_known_is_contradicted(documents: list[Candidate], rng: Random) -> None:
    found = find_duplicates(documents)
    order = list(range(len(documents)))
    rng.shuffle(order)
    for i, standing in zip(order, find_duplicates([documents[i] for i in order]), strict=True):
        assert replace(standing, kept=order[standing.kept]) == found[i]
    for i, j in combinations(range(len(documents)), 2):
        if found[i].kept == found[j].kept:
            assert found[i].cluster == found[j].cluster
            for name in ("invoice_number", "amount_due"):
                known = {documents[i].values.get(name), documents[j].values.get(name)} - {None}
                assert len(known) < 2


def test_work_grows_with_the_number_of_documents_only() -> None:
    """An endless series of one supplier, and many copies of one invoice."""
    series = [
        candidate(hashlib.sha256(f"{i}".encode()).hexdigest(), TEXT.replace("20418", str(20418 + i)))
        for i in range(500)
    ]
    copies = [candidate(f"{i:064}", f"{TEXT} {'x' * (4 + i)}") for i in range(100)]
    documents = [*series, *copies]
    prints = {i: fingerprint(document.pages) for i, document in enumerate(documents)}
    order = sorted(prints, key=lambda i: documents[i].sha256)
    assert len(duplicates._pairs(order, prints, [])) < 30 * len(documents)
    found = find_duplicates(documents)
    assert len({standing.kept for standing in found[500:]}) == 1
    assert len({standing.cluster for standing in found[1:500]}) == 499


def test_a_document_as_read() -> None:
    words = tuple(Word(text, Box(0, 0, 1, 1)) for text in ("Faktura", "17"))
    pages = (Page(1, 595, 842, words), Page(2, 595, 842, words[:1], source="ocr"))
    found = Candidate.of(Document("a.pdf", "1", pages), supplier="a", values={"invoice_number": "17"})
    assert found == Candidate("1", [["Faktura", "17"], ["Faktura"]], "a", {"invoice_number": "17"}, ocr=True)
