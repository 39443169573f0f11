"""Every language of the lexicon is complete, and its words mean what that language means by them."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pytest
import yaml

from fakta.candidates.labels import Lexicon, compact
from fakta.schema import invoice_schema

LANGUAGES = ("da", "de", "en", "fi", "fr", "no", "sv")
# Bankgirot and PlusGirot are Swedish; so is a title's language.
SWEDISH_ONLY = {"bankgiro", "plusgiro"}
# Telephone payments: Swish, Vipps, MobilePay; no such thing is printed on invoices from the other countries.
NOT_EVERYWHERE = {"swish"}


def content(language: str) -> dict[str, Any]:
    text = resources.files("fakta.candidates").joinpath("lexicon", f"{language}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return data


def strengths(phrase: str) -> dict[str, float]:
    return {m.name: m.strength for m in Lexicon.shipped().meanings(phrase) if m.group == "field"}


def groups(phrase: str, group: str) -> set[str]:
    return {m.name for m in Lexicon.shipped().meanings(phrase) if m.group == group}


def test_all_files_are_listed_here() -> None:
    folder = resources.files("fakta.candidates").joinpath("lexicon")
    assert {file.name for file in folder.iterdir() if file.name.endswith(".yaml")} == {f"{x}.yaml" for x in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_names_what_swedish_names(language: str) -> None:
    swedish, own = content("sv"), content(language)
    assert own["language"] == language
    assert set(own) == set(swedish)
    assert set(swedish["fields"]) - set(own["fields"]) <= SWEDISH_ONLY
    assert set(own["fields"]) <= set(invoice_schema().fields)
    for section in ("others", "parties", "columns", "title"):
        assert set(swedish[section]) - set(own[section]) <= NOT_EVERYWHERE, section
        assert set(own[section]) <= set(swedish[section]), section


@pytest.mark.parametrize("language", LANGUAGES)
def test_strengths_are_shares_and_phrases_are_words(language: str) -> None:
    data = content(language)
    for name, by_strength in data["fields"].items():
        for strength, phrases in by_strength.items():
            assert 0 < float(strength) <= 1, name
            # Matching compares letters only: a digit in a phrase would be ignored.
            assert all(compact(p) and not any(c.isdigit() for c in p) for p in phrases), (name, phrases)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sure_label_names_one_field(language: str) -> None:
    """What names a field for certain names no other amount for certain, and is nothing else."""
    data = content(language)
    amounts = ("net_amount", "vat_amount", "rounding_amount", "amount_due", "supplier_vat_number")
    sure = {
        name: {compact(p) for s, ps in data["fields"][name].items() if float(s) >= 0.9 for p in ps} for name in amounts
    }
    for first in amounts:
        for second in amounts:
            # "VAT" is a number in a letterhead and an amount among the totals.
            assert first == second or sure[first] & sure[second] <= {"vat"}, (first, second)
    rates = {compact(p) for p in data["others"]["vat_rate"]}
    assert not rates & (sure["vat_amount"] | sure["supplier_vat_number"])


@pytest.mark.parametrize(
    ("phrase", "field"),
    [
        ("Rechnungs-Nr.", "invoice_number"), ("Belegnummer", "invoice_number"), ("N° de facture", "invoice_number"),
        ("Faktura nr.", "invoice_number"), ("Laskun numero", "invoice_number"), ("Kreditnotanr.", "invoice_number"),
        ("Rechnungsdatum", "invoice_date"), ("Date d'émission", "invoice_date"), ("Fakturadato", "invoice_date"),
        ("Laskun päiväys", "invoice_date"), ("Date of issue", "invoice_date"),
        ("Zahlbar bis", "due_date"), ("Date d’échéance", "due_date"), ("Forfallsdato", "due_date"),
        ("Sidste rettidige betalingsdag", "due_date"), ("Betalingsfrist", "due_date"), ("Eräpäivä", "due_date"),
        ("Verwendungszweck", "payment_reference"), ("KID", "payment_reference"), ("FI-kode", "payment_reference"),
        ("Viitenumero", "payment_reference"), ("Communication structurée", "payment_reference"),
        ("Handelsregister", "supplier_org_number"), ("SIRET", "supplier_org_number"),
        ("CVR-nr.", "supplier_org_number"),
        ("Y-tunnus", "supplier_org_number"), ("FO-nummer", "supplier_org_number"),
        ("USt-IdNr.", "supplier_vat_number"), ("N° TVA intracommunautaire", "supplier_vat_number"),
        ("MVA-nr", "supplier_vat_number"), ("ALV-tunniste", "supplier_vat_number"), ("SE-nr.", "supplier_vat_number"),
        ("Zwischensumme", "net_amount"), ("Total HT", "net_amount"), ("Sum eks. mva", "net_amount"),
        ("Momspligtigt beløb", "net_amount"), ("Yhteensä veroton", "net_amount"), ("Total exkl. MWST", "net_amount"),
        ("zzgl. MwSt.", "vat_amount"), ("TVA", "vat_amount"), ("Merverdiavgift", "vat_amount"),
        ("Momsbeløb", "vat_amount"), ("ALV", "vat_amount"),
        ("Rechnungsbetrag", "amount_due"), ("Net à payer", "amount_due"), ("Total TTC", "amount_due"),
        ("Å betale", "amount_due"), ("At betale", "amount_due"), ("I alt DKK", "amount_due"),
        ("Maksettava yhteensä", "amount_due"), ("Balance to pay", "amount_due"),
        ("Kunden-Nr.", "customer_number"), ("Code client", "customer_number"), ("Asiakasnumero", "customer_number"),
        ("Ihr Zeichen", "buyer_reference"), ("Votre référence", "buyer_reference"), ("Deres ref.", "buyer_reference"),
        ("Viitteenne", "buyer_reference"),
        ("Bestellnummer", "purchase_order"), ("Bon de commande", "purchase_order"), ("Rekvisition", "purchase_order"),
        ("Ostotilaus", "purchase_order"),
    ],
)  # fmt: skip
def test_what_a_foreign_label_names_first(phrase: str, field: str) -> None:
    found = strengths(phrase)
    assert field in found, phrase
    assert found[field] == max(found.values()), found


@pytest.mark.parametrize(
    ("phrase", "not_field"),
    [
        ("Taux TVA", "vat_amount"), ("N° TVA", "vat_amount"), ("TVA", "supplier_vat_number"),
        ("Total TTC", "net_amount"),
        ("Total HT", "amount_due"), ("MwSt.", "supplier_vat_number"), ("MwSt.-Nr.", "vat_amount"),
        ("MwSt %", "vat_amount"), ("ALV %", "vat_amount"), ("Mva-sats", "vat_amount"), ("ALV", "supplier_vat_number"),
        ("Ihre USt-IdNr.", "supplier_vat_number"), ("Votre N° TVA", "supplier_vat_number"),
        ("Deres org.nr.", "supplier_org_number"), ("Asiakkaan Y-tunnus", "supplier_org_number"),
        ("Bestelldatum", "invoice_date"), ("Lieferdatum", "invoice_date"), ("Date de livraison", "invoice_date"),
        ("Toimituspäivä", "invoice_date"), ("Leveringsdato", "invoice_date"),
    ],
)  # fmt: skip
def test_near_labels_are_kept_apart(phrase: str, not_field: str) -> None:
    assert not_field not in strengths(phrase)


@pytest.mark.parametrize(
    ("phrase", "party"),
    [
        ("Rechnungsempfänger", "customer"), ("Käufer", "customer"), ("Facturé à", "customer"), ("Acheteur", "customer"),
        ("Bill to", "customer"), ("Kjøper", "customer"), ("Køber", "customer"), ("Ostaja", "customer"),
        ("Verkäufer", "supplier"), ("Vendeur", "supplier"), ("Selger", "supplier"), ("Sælger", "supplier"),
        ("Myyjä", "supplier"), ("Seller", "supplier"),
        ("Lieferanschrift", "delivery"), ("Lieu de livraison", "delivery"), ("Toimitusosoite", "delivery"),
    ],
)  # fmt: skip
def test_headings_of_parties(phrase: str, party: str) -> None:
    assert party in groups(phrase, "party")


def test_words_shared_by_languages_stay_weak() -> None:
    # Each names a total somewhere and a column, a heading or a party elsewhere.
    for phrase in ("Total", "Summa", "Sum", "Beløb", "Beløp", "Betrag", "Montant", "Yhteensä"):
        assert max(strengths(phrase).values()) <= 0.6, phrase
    assert strengths("Datum")["invoice_date"] == strengths("Dato")["invoice_date"] == 0.6
    assert strengths("Moms") == {"vat_amount": 0.9}
