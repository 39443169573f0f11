"""What a payer quotes where an invoice names no reference."""

from __future__ import annotations

from tests.fakta.resolve.test_resolver import read, values

GERMAN = """
    Waldner Holzbau GmbH
    Lindenweg 4
    80331 München

    Rechnungsnummer  RE-2026/117                     Rechnungsempfänger
    Rechnungsdatum   04.05.2026                      Nordlicht Möbel AG
                                                     Hafenstraße 12
                                                     20457 Hamburg

    Nettobetrag        1.000,00 EUR
    MwSt. 19 %           190,00 EUR
    Zu zahlen          1.190,00 EUR

    IBAN DE89 3704 0044 0532 0130 00        USt-IdNr. DE270000004
"""


def test_a_foreign_invoice_without_a_reference_is_paid_under_its_number() -> None:
    found = read(GERMAN)
    assert values(found)["payment_reference"] == "RE2026/117"
    assert found.choices["payment_reference"].option is not None
    assert found.choices["payment_reference"].option.reasons == ["no reference stated: payers quote the invoice number"]


def test_a_stated_reference_comes_first() -> None:
    stated = GERMAN.replace("    Zu zahlen ", "    Verwendungszweck: 2026-88117\n    Zu zahlen ")
    assert values(read(stated))["payment_reference"] == "202688117"


def test_nothing_is_assumed_for_a_swedish_payee() -> None:
    swedish = GERMAN.replace("IBAN DE89 3704 0044 0532 0130 00", "IBAN SE45 5000 0000 0583 9825 7466")
    assert "payment_reference" not in values(read(swedish))
    assert "payment_reference" not in values(read(GERMAN + "\n    Bankgiro 5997-4105\n"))
