"""Whole pages, typed as they look: what is read from them without a model."""

from __future__ import annotations

import numpy as np
import pytest
from tests.fakta.typed_page import typed_page

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.fields import canonical
from fakta.resolve import Resolution, resolve
from fakta.schema import Schema, invoice_schema

CLASSIC = """
    Bergströms Måleri AB                                        FAKTURA

                                                                Fakturanr        20417
                                                                Fakturadatum     2026-04-15
    Er referens  Anna Ek                                        Kundnr           8812
    Vår referens  Ulf Berg
    Orderdatum   2026-04-01                                     Faktureras till
                                                                Ekbackens Fastigheter AB
                                                                Storgatan 4
                                                                582 24 Linköping
                                                                Org.nr 559994-1225

    Benämning                    Antal     Enhet      À-pris          Summa
    Målare                          10     tim        500,00       5 000,00
    Väggfärg vit 10 l                2     st         750,00       1 500,00
    matt, tål att torkas

                                                     Summa exkl. moms      6 500,00
                                                     Moms 25 %             1 625,00
                                                     Att betala SEK        8 125,00

    Förfallodatum: 2026-05-15      OCR: 204175

    Bergströms Måleri AB      Telefon 013-12 34 56      Bankgiro 5997-4105      Org.nr 559999-0008
    Verkstadsgatan 2          info@bergstromsmaleri.se                          Momsreg.nr SE559999000801
    582 78 Linköping                                                            Godkänd för F-skatt
"""


def read(*sheets: str) -> Resolution:
    lexicon = Lexicon.shipped()
    views = [PageView.of(typed_page(sheet, number=i + 1), lexicon, None) for i, sheet in enumerate(sheets)]
    return resolve(views, invoice_schema(), lexicon, ())


def values(resolution: Resolution) -> dict[str, str]:
    return {name: canonical(c.option.value) for name, c in resolution.choices.items() if c.option is not None}


def test_a_classic_invoice_is_read_whole() -> None:
    assert values(read(CLASSIC)) == {
        "invoice_number": "20417",
        "invoice_date": "2026-04-15",
        "due_date": "2026-05-15",
        "document_type": "invoice",
        "currency": "SEK",
        "buyer_reference": "Anna Ek",
        "customer_number": "8812",
        "supplier_name": "Bergströms Måleri AB",
        "supplier_org_number": "5599990008",
        "supplier_vat_number": "SE559999000801",
        "customer_name": "Ekbackens Fastigheter AB",
        "customer_org_number": "5599941225",
        "bankgiro": "59974105",
        "payment_reference": "204175",
        "net_amount": "6500.00",
        "vat_amount": "1625.00",
        "amount_due": "8125.00",
    }


def test_an_iban_may_be_broken_between_two_lines() -> None:
    sheet = """
    Faktura 1042                                           Fakturadatum  2026-04-15

    Betalning från utlandet sker till vårt konto med IBAN SE45 5000 0000
    0583 9825 7466 hos vår bank. Ange alltid fakturans nummer vid betalning.
    """
    assert values(read(sheet))["iban"] == "SE4550000000058398257466"


def test_kr_is_the_crown_of_the_supplier() -> None:
    sheet = """
    Fjordvik Bygg AS                                   Faktura

    Fakturanr     2071                                 Fakturadato   04.05.2026
    Forfallsdato  18.05.2026                           Å betale      1.250,00 kr

    Org.nr NO 999 888 777 MVA                          IBAN NO93 8601 1117 947
    """
    assert values(read(sheet))["currency"] == "NOK"
    swedish = sheet.replace("Org.nr NO 999 888 777 MVA", "Momsreg.nr SE559999000801").replace("NO93 8601 1117 947", "")
    assert values(read(swedish))["currency"] == "SEK"


def test_a_name_of_two_lines_is_one_name() -> None:
    sheet = CLASSIC.replace(
        "                                                                Ekbackens Fastigheter AB\n",
        "                                                                Ekbackens Fastighets-\n"
        "                                                                förvaltning i Norr AB\n",
    )
    assert values(read(sheet))["customer_name"] == "Ekbackens Fastighetsförvaltning i Norr AB"
    assert values(read(sheet))["supplier_name"] == "Bergströms Måleri AB"


@pytest.mark.parametrize(
    ("first", "form"),
    [("Ekbackens Fastigheter", "AB"), ("Ekbackens Fastigheter", "Aktiebolag"), ("Ekbacken GmbH & Co.", "KG")],
)
def test_a_company_form_on_a_line_of_its_own_belongs_to_the_name_above(first: str, form: str) -> None:
    blanks = " " * 64
    sheet = CLASSIC.replace(f"{blanks}Ekbackens Fastigheter AB\n", f"{blanks}{first}\n{blanks}{form}\n")
    assert values(read(sheet))["customer_name"] == f"{first} {form}"


def test_the_whole_company_form_is_shown_wherever_it_stands() -> None:
    sheet = CLASSIC.replace("Bergströms Måleri AB", "Bergmann Bau GmbH & Co. KG")
    assert values(read(f"{sheet}\n\nBergmann Bau GmbH & Co.      Telefon 08-123 45\n"))["supplier_name"] == (
        "Bergmann Bau GmbH & Co. KG"
    )


def test_the_customers_vat_number_is_not_the_suppliers() -> None:
    sheet = """
    Invoice number   A-2071              Date of issue   2026-05-04

    Waldner Software GmbH                Bill to
    Lindenweg 4                          Ekbackens Fastigheter AB
    80331 München                        Storgatan 4
    Germany                              582 24 Linköping
                                         Sweden
    VAT DE270000004                      VAT SE559999000801

    Amount due   1,250.00 EUR            IBAN DE89 3704 0044 0532 0130 00
    """
    found = values(read(sheet))
    assert found["supplier_vat_number"] == "DE270000004"
    assert "supplier_org_number" not in found


def test_what_was_compared_is_told() -> None:
    checks = {check.name: check for check in read(CLASSIC).checks}
    assert checks["sums"].passed
    assert checks["sums"].detail == "6500.00 + 1625.00 = 8125.00"
    assert checks["dates in order"].passed
    assert checks["VAT number holds org number"].passed


def test_the_slip_line_confirms_and_completes() -> None:
    slip = CLASSIC.replace("OCR: 204175", "").replace("8 125,00", "1 340,00")
    slip += "\n\n    H #                 202601472 #    1340 00   9 >                 54029681#41#"
    read_values = values(read(slip))
    assert read_values["payment_reference"] == "202601472"
    assert read_values["amount_due"] == "1340.00"


def test_a_credit_note_is_told_by_its_title() -> None:
    assert values(read(CLASSIC.replace("FAKTURA\n", "KREDITFAKTURA\n")))["document_type"] == "credit_note"


def test_a_page_without_words_states_nothing() -> None:
    assert values(read("")) == {"document_type": "invoice"}


def test_values_may_stand_on_another_page() -> None:
    first, second = CLASSIC.split("                                                     Summa exkl. moms")
    result = values(read(first, "                                                     Summa exkl. moms" + second))
    assert result["amount_due"] == "8125.00"
    assert result["invoice_number"] == "20417"


def test_a_schema_of_ones_own_is_resolved_field_by_field() -> None:
    fields = {
        "company": {"kind": "name"},
        "net_amount": {"kind": "amount"},
        "vat_amount": {"kind": "amount"},
        "amount_due": {"kind": "amount"},
        "shelf": {"kind": "identifier"},
    }
    schema = Schema.from_dict({"name": "own", "fields": fields}, source="own.yaml")
    view = PageView.of(typed_page(CLASSIC), Lexicon.shipped(), None)
    resolution = resolve([view], schema, Lexicon.shipped(), ())
    # What the lexicon names is found; for the others a model has to learn them first.
    assert values(resolution) == {"net_amount": "6500.00", "vat_amount": "1625.00", "amount_due": "8125.00"}
    assert [check.name for check in resolution.checks] == ["sums"]


def test_a_sure_label_shows_a_value_that_the_model_doubts() -> None:
    page = typed_page("Fakturanr 20417\nEr ref: 983-4579\nAtt betala 100,00")
    lexicon = Lexicon.shipped()
    labels = ("O", "B-plusgiro", "I-plusgiro")
    doubting = np.array(
        [[0.15, 0.85, 0.0] if word.text == "983-4579" else [1.0, 0.0, 0.0] for word in page.words], np.float32
    )
    without, with_model = (
        resolve([PageView.of(page, lexicon, probabilities)], invoice_schema(), lexicon, labels)
        for probabilities in (None, doubting)
    )
    for resolution in (without, with_model):
        assert values(resolution)["buyer_reference"] == "983-4579"


def test_a_label_that_is_at_home_in_a_sentence_needs_no_line_of_its_own() -> None:
    sheet = (
        "Fakturanr 20417\nAvser hämtning i november enligt avtal ÅV-7747. Indexjustering tillkommer\nAtt betala 100,00"
    )
    assert values(read(sheet))["contract_reference"] == "ÅV-7747"
