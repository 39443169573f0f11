"""Values to word labels: on typed pages whose right answer can be seen, and on generated pages with known labels."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.fakta.typed_page import typed_page

from fakta.documents.model import Box, Document, Page, Word
from fakta.schema import invoice_schema
from fakta_lab.dataset.alignment.align import AlignedDocument, align
from fakta_lab.synth import generate

SCHEMA = invoice_schema()
NOTHING: dict[str, str | None] = dict.fromkeys(SCHEMA.fields)


def aligned(values: dict[str, str | None], *sheets: str) -> tuple[AlignedDocument, list[Page]]:
    pages = [typed_page(sheet, number=i + 1) for i, sheet in enumerate(sheets)]
    return align(Document("a.pdf", "0" * 64, tuple(pages)), values, schema=SCHEMA), pages


def labelled(values: dict[str, str | None], *sheets: str) -> dict[str, list[str]]:
    """Label to the words that carry it, all values known unless they are left out."""
    result, pages = aligned(values, *sheets)
    words: dict[str, list[str]] = {}
    for page, labels in zip(pages, result.labels, strict=True):
        for word, label in zip(page.words, labels, strict=True):
            words.setdefault(label, []).append(word.text)
    return words


def test_values_are_found_as_they_are_printed() -> None:
    words = labelled(
        NOTHING
        | {"invoice_number": "F-1042", "due_date": "2026-05-15", "amount_due": "12450.00", "bankgiro": "54029681"},
        """
        Fakturanr: F-1042         Förfallodatum: 15 maj 2026
        Att betala                12 450,00 kr
        Bankgiro                  5402-9681
        """,
    )
    assert words["B-invoice_number"] == ["F-1042"]
    assert words["B-due_date"] + words["I-due_date"] == ["15", "maj", "2026"]
    assert words["B-amount_due"] + words["I-amount_due"] == ["12", "450,00"]
    assert words["B-bankgiro"] == ["5402-9681"]
    assert "?" not in words


def test_names_are_found_whatever_their_case_and_punctuation() -> None:
    words = labelled(NOTHING | {"supplier_name": "Norra Exempel AB"}, "NORRA EXEMPEL AB, Box 4, 123 45 Ort")
    assert words["B-supplier_name"] + words["I-supplier_name"] == ["NORRA", "EXEMPEL", "AB,"]


def test_a_date_that_recurs_is_told_by_its_label() -> None:
    words = labelled(
        NOTHING | {"invoice_date": "2026-04-15"},
        """
        Leveransdatum:  2026-04-15
        Fakturadatum:   2026-04-15
        """,
    )
    # The delivery is surely something else.
    assert words["B-invoice_date"] == ["2026-04-15"]
    assert words["O"].count("2026-04-15") == 1


def test_an_amount_under_a_house_word_is_taken_wherever_it_stands_free() -> None:
    result, _ = aligned(
        NOTHING | {"amount_due": "1250.00"},
        """
        1 250,00
        xyz

        1 250,00
        """,
    )
    [alignment] = result.alignments
    assert (alignment.status, alignment.reason) == ("aligned", "value found, without a known label")
    assert result.labels[0] == ("B-amount_due", "I-amount_due", "O", "B-amount_due", "I-amount_due")


def test_a_line_amount_that_equals_the_total_is_no_total() -> None:
    result, pages = aligned(
        NOTHING | {"amount_due": "1250.00"},
        """
        Beskrivning        Antal    Pris         Belopp
        Konsult            1        1 250,00     1 250,00

        Att betala                               1 250,00
        """,
    )
    [alignment] = result.alignments
    [(_, words)] = alignment.places
    assert [pages[0].words[word].text for word in words] == ["1", "250,00"]
    assert pages[0].words[words[0]].box.top > 0.05
    assert result.labels[0].count("?") == 6


def test_an_organisation_number_inside_a_vat_number_is_none() -> None:
    values = NOTHING | {"supplier_org_number": "5599941209", "supplier_vat_number": "SE559994120901"}
    result, _ = aligned(values, "Momsreg.nr SE 559994-1209 01")
    assert [(a.field, a.status) for a in result.alignments] == [
        ("supplier_org_number", "derived"),
        ("supplier_vat_number", "aligned"),
    ]
    assert result.labels[0][1:] == ("B-supplier_vat_number", "I-supplier_vat_number", "I-supplier_vat_number")


def test_two_fields_with_one_value_share_its_places_by_label() -> None:
    words = labelled(
        NOTHING | {"invoice_number": "1042006", "payment_reference": "1042006"},
        """
        Fakturanummer:  1042006
        OCR-nummer:     1042006
        """,
    )
    assert (words["B-invoice_number"], words["B-payment_reference"]) == (["1042006"], ["1042006"])


def test_two_fields_with_one_unlabelled_place_are_ambiguous() -> None:
    result, _ = aligned(NOTHING | {"invoice_date": "2026-04-15", "due_date": "2026-04-15"}, "2026-04-15")
    assert {a.status for a in result.alignments} == {"ambiguous"}
    assert result.labels == (("?",),)


def test_the_machine_read_line_is_masked() -> None:
    sheet = """
    OCR:  202601472      Bankgiro:  5402-9681

    H # 202601472 # 1340 00 9 > 54029681#41#
    """
    words = labelled(NOTHING | {"payment_reference": "202601472", "bankgiro": "54029681"}, sheet)
    assert words["B-payment_reference"] == ["202601472"]
    assert words["B-bankgiro"] == ["5402-9681"]
    assert "202601472" in words["?"]


def test_the_title_is_the_document_type() -> None:
    title, again = Word("FAKTURA", Box(0.6, 0.05, 0.8, 0.08)), Word("Faktura", Box(0.1, 0.5, 0.2, 0.51))
    page = Page(1, 595, 842, (title, again))
    result = align(Document("a.pdf", "0" * 64, (page,)), NOTHING | {"document_type": "invoice"}, schema=SCHEMA)
    assert result.labels == (("B-document_type", "?"),)


def test_a_currency_stands_where_its_code_does_and_as_kr_beside_the_amounts_of_the_document_only() -> None:
    words = labelled(
        NOTHING | {"currency": "SEK", "amount_due": "1250.00"},
        """
        Belopp i SEK
        Påminnelseavgift på 60 kr tillkommer.
        Att betala:  1 250,00 kr
        """,
    )
    assert (words["B-currency"], words["?"]) == (["SEK", "kr"], ["kr"])


def test_what_nobody_looked_at_is_masked_where_it_may_stand() -> None:
    known = {name: None for name in NOTHING if name not in ("iban", "invoice_date", "customer_number")}
    words = labelled(
        known,
        """
        Fakturadatum: 2026-04-15    Kundnummer: 4711
        IBAN: SE45 5000 0000 0583 9825 7466     Telefon: 013-12 34 56
        """,
    )
    assert words["?"] == ["2026-04-15", "4711", "SE45", "5000", "0000", "0583", "9825", "7466"]
    assert "013-12" in words["O"]


def test_a_known_value_makes_other_values_of_its_kind_outside() -> None:
    words = labelled(NOTHING | {"invoice_date": "2026-04-15"}, "Fakturadatum: 2026-04-15    Leveransdatum: 2026-04-10")
    assert "2026-04-10" in words["O"]


def test_a_name_spelled_differently_is_masked() -> None:
    result, _ = aligned(NOTHING | {"supplier_name": "Norras Exempel AB"}, "Norra Exempel    Fakturanr: 12")
    assert (result.alignments[0].status, result.labels[0]) == ("absent", ("?", "?", "O", "O"))


def test_values_are_found_on_every_page() -> None:
    result, _ = aligned(NOTHING | {"bankgiro": "54029681"}, "Bankgiro 5402-9681", "Bankgiro 5402-9681")
    assert result.labels == (("O", "B-bankgiro"), ("O", "B-bankgiro"))


@pytest.mark.parametrize("values", [{}, NOTHING])
def test_empty_pages_have_no_labels(values: dict[str, str | None]) -> None:
    result = align(Document("a.pdf", "0" * 64, (Page(1, 595, 842, ()),)), values, schema=SCHEMA)
    assert (result.labels, result.alignments) == (((),), ())


def test_a_label_of_a_field_that_is_something_else_says_nothing_about_the_place() -> None:
    # "before VAT" is no VAT amount where the VAT is known to be another.
    values = NOTHING | {"net_amount": "1374.27", "vat_amount": "343.57", "due_date": "2026-05-15"}
    words = labelled(
        values,
        """
        Belopp före moms:   1374,27
        Moms:               343,57
        Betalas till bankgiro 5402-9681 senast 2026-05-15.
        """,
    )
    assert words["B-net_amount"] == ["1374,27"]
    assert words["B-vat_amount"] == ["343,57"]
    assert words["B-due_date"] == ["2026-05-15."]


def test_the_row_of_a_vat_breakdown_is_known_by_its_tax_being_right() -> None:
    words = labelled(
        NOTHING | {"net_amount": "1000.00", "vat_amount": "250.00", "amount_due": "1250.00"},
        """
        Summa exkl. moms   1000,00
        Moms               250,00
        Att betala         1250,00

        25 %     1000,00     250,00     1250,00
        """,
    )
    assert (words["B-net_amount"], words["B-vat_amount"]) == (["1000,00"], ["250,00"])
    assert {"1000,00", "250,00"} <= set(words["?"])


def test_a_total_is_found_again_where_it_stands_without_its_label_but_a_net_amount_is_not() -> None:
    words = labelled(
        NOTHING | {"amount_due": "12450.00", "net_amount": "9960.00"},
        """
        Netto           9960,00
        Att betala      12450,00

        Arbete          9960,00

        Glad sommar     12450,00
        """,
    )
    assert words["B-amount_due"] == ["12450,00", "12450,00"]
    assert words["B-net_amount"] == ["9960,00"]


@pytest.mark.parametrize(
    ("field", "values", "reason"),
    [
        ("document_type", {"document_type": "invoice"}, "no title is needed to know it"),
        ("currency", {"currency": "SEK"}, "no currency is printed, and the amounts are in it"),
        (
            "supplier_vat_number",
            {"supplier_vat_number": "SE559994120901", "supplier_org_number": "5599941209"},
            "the organisation number says it",
        ),
        (
            "due_date",
            {"due_date": "2026-05-15", "invoice_date": "2026-04-15"},
            "the invoice date and the terms of payment say it",
        ),
        (
            "net_amount",
            {"net_amount": "1000.00", "vat_amount": "250.00", "amount_due": "1250.00"},
            "the other amounts make it",
        ),
    ],
)
def test_what_other_values_say_is_derived(field: str, values: dict[str, str | None], reason: str) -> None:
    result, _ = aligned(
        NOTHING | values,
        """
        Org.nr 559994-1209    Fakturadatum 2026-04-15    Betalningsvillkor 30 dagar netto

        Moms 250,00     Att betala 1250,00
        """,
    )
    [alignment] = [each for each in result.alignments if each.field == field]
    assert (alignment.status, alignment.reason) == ("derived", f"derived: {reason}")


def test_a_due_date_that_no_terms_make_is_absent() -> None:
    values = NOTHING | {"due_date": "2026-05-16", "invoice_date": "2026-04-15"}
    result, _ = aligned(values, "Fakturadatum 2026-04-15   Betalningsvillkor 30 dagar netto")
    assert [alignment.status for alignment in result.alignments] == ["aligned", "absent"]


TWINS = {("vat_breakdown.tax_amount", "vat_amount"), ("vat_breakdown.taxable_amount", "net_amount")}


def test_generated_pages_get_back_the_labels_they_were_drawn_with() -> None:
    words: Counter[str] = Counter()
    values: Counter[str] = Counter()
    for seed in range(40):
        invoice = generate(f"align {seed}")
        pages = tuple(page.as_page(i + 1) for i, page in enumerate(invoice.pages))
        result = align(Document("a.pdf", "0" * 64, pages), invoice.fields, schema=SCHEMA)
        values.update(alignment.status for alignment in result.alignments)
        for page, labels in zip(invoice.pages, result.labels, strict=True):
            for drawn, got in zip(page.labels, labels, strict=True):
                # Names repeated in a page's head or foot are drawn without a label, and are names all the same.
                # With a single rate the VAT table's amounts are the totals too.
                if got == drawn or "supplier_name" in got or (drawn[2:], got[2:]) in TWINS:
                    words["right"] += got not in ("O", "?")
                elif got == "?":
                    words["masked"] += drawn != "O" and "." not in drawn
                elif got == "O":
                    words["lost"] += "." not in drawn
                else:
                    words["wrong"] += 1
    assert values["aligned"] >= 0.95 * values.total()
    stated = words["right"] + words["lost"] + words["wrong"] + words["masked"]
    assert words["right"] >= 0.9 * stated
    assert words["wrong"] <= 0.015 * stated
    assert words["lost"] <= 0.015 * stated
