"""Personal data on pages: which words, of what kind, whose."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fakta.typed_page import typed_page
from tests.lab.privacy.measuring import counts
from tests.lab.privacy.numbers import BARE, MARKED, identity_numbers, printed_as

from fakta.documents.model import Document
from fakta.errors import ConfigError
from fakta_lab.privacy import KINDS, found_numbers, mask_document, personal_data
from fakta_lab.privacy.personal_data import printed
from fakta_lab.synth.write import invoices


def sheet(text: str) -> Document:
    """A document of one typed page."""
    return Document(name="faktura.pdf", sha256="0" * 64, pages=(typed_page(text),))


def found(text: str, **options: object) -> list[str]:
    """What is found on a typed page, as it stands there."""
    document = sheet(text)
    findings = personal_data(document, **options)  # type: ignore[arg-type]
    return [printed(document.pages[0], finding)[finding.start : finding.end] for finding in findings]


@settings(max_examples=60)
@given(
    identity_numbers(),
    st.sampled_from(MARKED + BARE),
    st.sampled_from(["", "Personnr: ", "Org.nr ", "Kundnr   ", "Anna Ek, ", "Ert ref.nr: ", "Momsreg.nr   "]),
    st.integers(0, 30),
)
def test_any_number_in_any_form_is_found_and_masked(
    number: tuple[str, str], form: str, before: str, column: int
) -> None:
    text = f"""
    Ek Bygg                                             Faktura
    Fakturadatum 2026-04-15                             Fakturanr 1042

    {" " * column}{before}{printed_as(form, *number)}

    Att betala 1 340,00
    """
    document = sheet(text)
    findings = personal_data(document)
    assert found_numbers(document, findings) == {number[1]}
    masked = mask_document(document, findings)
    assert personal_data(masked) == []
    assert number[1] not in re.sub("[^0-9]", "", "".join(word.text for word in masked.pages[0].words))
    assert "1042" in [word.text for word in masked.pages[0].words]


@pytest.mark.parametrize(
    "text",
    [
        "OCR-nummer: 8112289874",
        "OCR   8112289874",
        "Fakturanr         Datum\n8112289874        2026-04-15",
        "Ordernr 198112289874",
        "Telefon 8112289874",
        "Org.nr 559994-1209   OCR 202601472",
        "# 8112289874 # 1340 00 9 > 54029681#41#",
        "Personnr/Orgnr 559994-1209",
    ],
)
def test_a_label_that_says_otherwise_is_believed(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("OCR 811228-9874", ["811228-9874"]),  # no reference has this form
        ("Kundnr 8112289874", ["8112289874"]),
        ("Er referens 8112289874", ["8112289874"]),
        ("Personnr OCR\n8112289874", ["8112289874"]),
        ("Personnummer 811228-9875", ["811228-9875"]),  # misread
        ("Personnr     Namn\n811228-9875  Anna Ek", ["811228-9875"]),
        ("Ordernr 811228-9875", []),
        ("OCR 8112289874   Personnr 811228-9874", ["8112289874", "811228-9874"]),
        ("OCR 581122898746\nPersonnr 811228-9874", ["8112289874", "811228-9874"]),  # inside a longer reference
    ],
)
def test_what_labels_and_repetition_add(text: str, there: list[str]) -> None:
    assert found(text) == there


def test_a_sole_traders_numbers_are_the_suppliers() -> None:
    known = {"supplier_org_number": None, "supplier_vat_number": "SE811228987401", "payment_reference": None}
    text = """
    Org.nr 811228-9874       Momsreg.nr SE811228987401
    Kundens personnr 640823-3234
    OCR 8112289874
    """
    document = sheet(text)
    assert [(finding.role, finding.start) for finding in personal_data(document, known=known)] == [
        ("supplier", 0), ("supplier", 2), ("person", 0), ("supplier", 0),
    ]  # fmt: skip
    known = {"customer_org_number": "6408233234", "supplier_org_number": "5599941209"}
    assert [finding.role for finding in personal_data(document, known=known)].count("customer") == 1


def test_contacts_on_request() -> None:
    text = "Ring 070-123 45 67 eller 08-123 45 67, skriv till anna.ek@exempel.se"
    assert found(text) == []
    assert found(text, kinds=KINDS) == ["070-123 45 67", "anna.ek@exempel.se"]
    with pytest.raises(ConfigError, match="unknown kind 'telephone'; known are coordination_number, email"):
        found(text, kinds={"telephone"})


def test_kinds_are_kept_apart() -> None:
    text = "Personnr 811228-9874 Samordningsnr 811288-9871"
    assert found(text, kinds={"coordination_number"}) == ["811288-9871"]
    assert [finding.kind for finding in personal_data(sheet(text))] == ["personal_number", "coordination_number"]


@given(identity_numbers(), st.sampled_from(MARKED + BARE))
@settings(max_examples=30)
def test_findings_do_not_show_what_they_found(number: tuple[str, str], form: str) -> None:
    (finding,) = personal_data(sheet(f"Personnr {printed_as(form, *number)}"))
    assert not {number[1], number[1][:6], number[1][6:]} & set(re.findall("[0-9]+", repr(finding)))


def test_few_words_of_generated_invoices_are_taken_for_persons() -> None:
    counted = counts(invoices(count=300, seed="privacy", error_share=0))
    false = sum(number for name, number in counted.items() if name.startswith("false"))
    assert counted["personal"] >= 15
    assert counted["found"] == counted["personal"]
    assert false <= 1, counted
