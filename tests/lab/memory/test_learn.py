"""What is kept of a corrected document, and what is not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.fakta.typed_page import typed_page

from fakta import documents
from fakta.documents.model import Document
from fakta.extract import Extractor
from fakta.memory import Learned, Memory
from fakta.schema import invoice_schema
from fakta_lab.formats.values import comparable
from fakta_lab.memory import learn
from fakta_lab.synth.invoice import make_invoice
from fakta_lab.synth.render import render_pdf
from fakta_lab.synth.supplier import make_supplier

SHEET = """
    Norrvik Bygg AB                                             Talongnr         81734
                                                                Er man           Maja Exempelsson
    Kisa Trä AB                                                 Kisa Trä AB      K4410
    Gjuterigatan 7                                              Regleras den     2026-02-03
    590 38 Kisa

    Kvarstår     1 250,00 SEK

    Bankgiro 5997-4105      Org.nr 559999-0008
"""
VALUES: Mapping[str, str | None] = {
    "invoice_number": "81734",
    "payment_reference": "81734",
    "buyer_reference": "Maja Exempelsson",
    "customer_number": "K4410",
    "customer_name": "Kisa Trä AB",
    "due_date": "2026-02-03",
    "amount_due": "1250.00",
    "supplier_name": "Norrvik Bygg AB",
    "supplier_org_number": "5599990008",
    "bankgiro": "59974105",
    "iban": None,
}


def learned(sheet: str = SHEET, values: Mapping[str, str | None] = VALUES) -> Learned:
    document = Document("it", "0" * 64, (typed_page(sheet),))
    return learn(document, values, schema=invoice_schema())


def test_places_labels_and_forms_are_kept() -> None:
    taught = learned()
    assert taught.identifiers == ("bankgiro:59974105", "name:norrvikbygg", "org:5599990008")
    [place] = taught.places["due_date"]
    assert (place.page, place.back, place.around.beside, place.form) == (0, 0, "reglerasden", "0000-00-00")
    assert taught.places["amount_due"][0].around.beside == "kvarstår"
    assert taught.absent == {"iban"}
    assert taught.values == {
        "supplier_name": "Norrvik Bygg AB",
        "supplier_org_number": "5599990008",
        "bankgiro": "59974105",
    }


def test_no_value_of_the_document_is_kept_beyond_the_suppliers_own() -> None:
    text = str(learned().to_dict()).casefold()
    for private in ("81734", "maja", "exempelsson", "k4410", "kisaträ", "2026-02-03", "1250"):
        assert private not in text


def test_a_neighbour_that_is_a_value_is_no_label() -> None:
    # The customer's name stands where the label of its number would.
    [place] = learned().places["customer_number"]
    assert place.around.beside == ""


def test_fields_of_one_value_share_its_places() -> None:
    taught = learned()
    assert taught.places["payment_reference"] == taught.places["invoice_number"] != ()


def test_a_name_in_a_logo_alone_is_known_to_be_unprinted() -> None:
    taught = learned(SHEET.replace("Norrvik Bygg AB", "               "))
    assert taught.unprinted == {"supplier_name"}
    assert "supplier_name" not in taught.places


def test_what_is_known_is_digested_for_updates() -> None:
    assert learned().basis == learned().basis != learned(values={**VALUES, "iban": "SE3550000000054910000003"}).basis


@pytest.mark.parametrize("seed", ["memory-a", "memory-b", "memory-c"])
def test_three_corrections_help_the_next_invoices_of_an_invented_supplier(seed: str) -> None:
    supplier = make_supplier(seed, profile="demo")
    memory = Memory()
    plain, remembering = Extractor(None), Extractor(None, memory=memory)
    schema = invoice_schema()
    for turn in range(3):
        invoice = make_invoice(supplier, turn, error_share=0.0)
        document = documents.read(render_pdf(invoice), name="it")
        memory.add(document.sha256, learn(document, invoice.fields, schema=schema))
    wrong = {"plain": 0, "remembering": 0}
    for turn in range(4, 7):
        invoice = make_invoice(supplier, turn, error_share=0.0)
        for name, extractor in (("plain", plain), ("remembering", remembering)):
            fields = extractor.extract(render_pdf(invoice)).to_dict()["fields"]
            for field, truth in invoice.fields.items():
                kind = schema.fields[field].kind
                said = fields[field]["value"]
                same = said == truth or (said and truth and comparable(said, kind) == comparable(truth, kind))
                wrong[name] += not same
    assert wrong["plain"] >= 6
    assert wrong["remembering"] <= 0.35 * wrong["plain"]


def test_a_generated_stranger_is_read_the_same() -> None:
    supplier = make_supplier("memory-d", profile="demo")
    memory = Memory()
    memory.add("1" * 64, learned())
    data = render_pdf(make_invoice(supplier, 1))
    with_memory = Extractor(None, memory=memory).extract(data).to_dict()
    without = Extractor(None).extract(data).to_dict()
    for extraction in (with_memory, without):
        del extraction["timings_ms"], extraction["extracted_at"]
    assert with_memory == without
