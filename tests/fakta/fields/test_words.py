"""Document types, free text, names."""

import pytest
from tests.fakta.fields.finding import found_texts

from fakta.errors import FormatError
from fakta.fields import document_type, name, text


@pytest.mark.parametrize(
    "title",
    ["Faktura", "FAKTURA", "Faktura/Invoice", "Kontantfaktura", "Samlingsfaktura", "Slutfaktura", "Hyresavi",
     "Avgiftsavi", "Räkning", "Självfaktura", "Faktura (kopia)", "Fakturakopia", "Tax invoice", "Rechnung", "Lasku",
     "Facture", "Faktura 12345"],
)  # fmt: skip
def test_titles_of_invoices(title):
    assert document_type.parse(title) == "invoice"


@pytest.mark.parametrize(
    "title",
    ["Kreditfaktura", "KREDITNOTA", "Kredit", "Kredit-faktura", "Faktura KREDIT", "Credit note", "Credit memo",
     "Gutschrift", "Rechnungskorrektur", "Stornorechnung", "Hyvityslasku", "Avoir", "credit_note"],
)  # fmt: skip
def test_titles_of_credit_notes(title):
    assert document_type.parse(title) == "credit_note"


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Påminnelse",
        "Påminnelsefaktura",
        "Inkassokrav",
        "Proformafaktura",
        "Kontoutdrag",
        "Orderbekräftelse",
        "Fakturanummer",
    ],
)
def test_other_titles_are_refused(title):
    with pytest.raises(FormatError, match="is no document type"):
        document_type.parse(title)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("FAKTURA", ["FAKTURA"]),
        ("faktura", ["faktura"]),
        ("Faktura 12345", ["Faktura"]),
        ("Betala din faktura i tid", []),
        ("Fakturanummer Fakturadatum E-faktura", []),
        ("Faktura / Kreditnota", ["Faktura", "Kreditnota"]),
    ],
)
def test_titles_in_lines(line, texts):
    assert found_texts("document_type", line) == texts


def test_document_type_is_shown_in_swedish():
    assert [document_type.format(value) for value in ("invoice", "credit_note")] == ["Faktura", "Kreditfaktura"]


@pytest.mark.parametrize(
    "party",
    ["Granvik VVS AB", "AB Svensson", "Bolaget AB (publ)", "Bröderna Ek HB", "Berg & Co KB", "Umeå ek. för.",
     "Sundsvalls kommun", "Region Sörmland", "Stiftelsen Skansen", "Nordic A/S", "Suomen Oy", "Muster GmbH",
     "Widgets Ltd", "Widgets Ltd.", "Brf Syrenen 5", "BRF SYRENEN", "Bostadsrättsföreningen Syrenen 5",
     "Svea Handelsbolag", "Berg, Enskild firma", "Länsstyrelsen Skåne", "Prosta Sp. z o.o.", "Berg AB,"],
)  # fmt: skip
def test_legal_forms_are_known(party):
    assert name.has_company_form(party)
    assert name.check(party)[0].passed
    assert party.rstrip(",") in found_texts("name", party)


@pytest.mark.parametrize("party", ["Ekeby Vårdcentral", "Anna Berg", "Abba", "ab", "Kommunal", "Firma", "LTDX"])
def test_names_without_a_legal_form(party):
    assert not name.has_company_form(party)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("Björkdala Städ AB", ["Björkdala Städ AB"]),
        ("Björkdala Städ AB · Org.nr 559991-2341 · Säte Växjö", ["Björkdala Städ AB", "Säte Växjö"]),
        ("Björkdala Städ AB Björkdala Städ AB", ["Björkdala Städ AB Björkdala Städ AB", "Björkdala Städ AB"]),
        (
            "Fakturamottagare: Lövstabruks Grossist AB",
            ["Fakturamottagare: Lövstabruks Grossist AB", "Fakturamottagare", "Lövstabruks Grossist AB"],
        ),
        ("AB Svensson & Söner", ["AB Svensson & Söner"]),
        ("www.stenhamra.example", []),
        ("info@stenhamra.example", []),
        ("852 31 Sundsvall", []),
        ("1 234,50 kr", []),
        ("2026-04-15", []),
        ("%", []),
    ],
)
def test_names_in_lines(line, texts):
    assert found_texts("name", line) == texts


def test_names_are_read():
    assert name.parse(" Solbacka  Fastighetsskötsel AB, ") == "Solbacka Fastighetsskötsel AB"
    for bad in ("", "12", "A", "x" * 101):
        with pytest.raises(FormatError, match="is no name"):
            name.parse(bad)


def test_text_is_anything_in_a_line():
    assert text.parse(" Anna\n Berg ") == "Anna Berg"
    assert found_texts("text", "Er ref: Anna Berg (inköp).") == ["Er ref: Anna Berg (inköp).", "Anna Berg (inköp)."]
    assert found_texts("text", "...") == []
    for bad in ("", "\u00a0", "x" * 501):
        with pytest.raises(FormatError, match="is no text"):
            text.parse(bad)


@pytest.mark.parametrize(
    "party",
    ["Muster GmbH & Co. KG", "Muster UG (haftungsbeschränkt)", "Muster AG", "Muster e.K.", "Muster GbR", "Muster e.V.",
     "Muster Ges.m.b.H.", "Muster gGmbH", "Exemple SARL", "Exemple S.A.R.L.", "SAS Exemple", "Exemple SASU",
     "Exemple EURL",
     "Exemple SA", "Exemple SRL", "Exemple ASBL", "Esimerkki Oy", "Oy Esimerkki Ab", "Esimerkki Oyj", "Esimerkki Ky",
     "Tmi Esimerkki", "Eksempel ApS", "Eksempel A/S", "Eksempel P/S", "Eksempel AS", "Eksempel ASA", "Eksempel ANS",
     "Example LLP", "Example PLC", "Voorbeeld B.V.", "Strandby Kommune", "Stadt Musterhausen", "Gemeinde Wald",
     "Mairie de Valmont", "Esimerkin kaupunki", "Esimerkin kunta"],
)  # fmt: skip
def test_legal_forms_of_the_neighbours(party):
    assert name.has_company_form(party)


@pytest.mark.parametrize(
    ("title", "kind"),
    [("Schlussrechnung", "invoice"), ("Abschlagsrechnung", "invoice"), ("Honorarnote", "invoice"),
     ("Samlefaktura", "invoice"), ("Sluttfaktura", "invoice"), ("Regning", "invoice"), ("Koontilasku", "invoice"),
     ("Note d'honoraires", "invoice"), ("Facture d'avoir", "credit_note"), ("Note de crédit", "credit_note"),
     ("Korrekturrechnung", "credit_note"), ("Kredittnota", "credit_note"), ("Hyvityslasku", "credit_note")],
)  # fmt: skip
def test_titles_of_the_neighbours(title, kind):
    assert document_type.parse(title) == kind


@pytest.mark.parametrize(
    "title",
    ["Zahlungserinnerung zur Rechnung 12", "Proforma-Rechnung", "Facture pro forma", "Relance facture 12",
     "Rappel de facture", "Betalingspåmindelse faktura 12", "Maksumuistutus laskusta", "Proformalasku",
     "Auftragsbestätigung"],
)  # fmt: skip
def test_other_titles_of_the_neighbours_are_refused(title):
    with pytest.raises(FormatError, match="is no document type"):
        document_type.parse(title)
