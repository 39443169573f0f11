"""Values that are misread, mistyped, or printed in two parts: found where they can only be meant, and told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakta.typed_page import typed_page

from fakta.documents.model import Document
from fakta.schema import invoice_schema
from fakta_lab.dataset.alignment.align import AlignedDocument, align
from fakta_lab.dataset.alignment.forms import key, printed_forms
from fakta_lab.dataset.alignment.places import Alignment

SCHEMA = invoice_schema()
NOTHING: dict[str, str | None] = dict.fromkeys(SCHEMA.fields)


def aligned(values: dict[str, str | None], sheet: str, *, scanned: bool) -> tuple[AlignedDocument, list[str]]:
    page = replace(typed_page(sheet), source="ocr" if scanned else "text")
    result = align(Document("a.pdf", "0" * 64, (page,)), NOTHING | values, schema=SCHEMA)
    return result, [word.text for word in page.words]


def one(field: str, value: str, sheet: str, *, scanned: bool = True) -> tuple[Alignment, list[list[str]]]:
    """What became of one value, and the words of each of its places."""
    result, words = aligned({field: value}, sheet, scanned=scanned)
    [alignment] = result.alignments
    return alignment, [[words[word] for word in place] for _, place in alignment.places]


@pytest.mark.parametrize(
    ("field", "value", "sheet", "words"),
    [
        ("invoice_date", "2026-05-15", "Fakturadatum:   2026-O5-l5", ["2026-O5-l5"]),
        ("invoice_date", "2026-05-15", "Fakturadatum:   15 mai 2O26", ["15", "mai", "2O26"]),
        ("bankgiro", "54029681", "Bankgiro   54O2-96B1", ["54O2-96B1"]),
        ("bankgiro", "54029681", "Bankgiro:54O2-9681", ["Bankgiro:54O2-9681"]),
        ("bankgiro", "54029681", "Bankgiro   5402 -9681", ["5402", "-9681"]),
        ("amount_due", "12450.00", "Att betala   12 45O.0O", ["12", "45O.0O"]),
        ("supplier_org_number", "5599941209", "Org-nr559994-1209", ["Org-nr559994-1209"]),
        ("supplier_name", "Gränsås Exempel AB", "Gransas Exernpel AB", ["Gransas", "Exernpel", "AB"]),
        ("supplier_name", "Gränsås Exempel AB", "GränsåsExempel AB,Box 12", ["GränsåsExempel", "AB,Box"]),
        ("iban", "SE4550000000058398257466", "IBAN SE45 5OOO OOOO 0583 9B25 7466", None),
    ],
)
def test_what_an_engine_misreads_is_found(field: str, value: str, sheet: str, words: list[str] | None) -> None:
    alignment, places = one(field, value, sheet)
    assert alignment.status == "aligned"
    assert places == [words or sheet.split()[1:]]


def test_a_reason_counts_the_characters_and_shows_none_of_them() -> None:
    alignment, _ = one("supplier_name", "Gränsås Exempel AB", "Gränsås Exempol AB")
    assert alignment.reason == "value found with 1 character read otherwise"
    assert alignment.similarity == pytest.approx(1 - 1 / 16)


def test_a_typing_error_against_the_page_is_aligned_and_told() -> None:
    alignment, places = one("supplier_name", "Gränsås Exempl AB", "Gränsås Exempel AB", scanned=False)
    assert places == [["Gränsås", "Exempel", "AB"]]
    assert alignment.reason == "value found with 1 character printed otherwise"
    assert alignment.similarity < 1


def test_a_value_that_is_printed_as_stated_is_quite_similar() -> None:
    alignment, _ = one("supplier_name", "Gränsås Exempel AB", "Gränsås Exempel AB", scanned=False)
    assert (alignment.similarity, alignment.reason) == (1.0, "value found")


@pytest.mark.parametrize(
    ("field", "value", "sheet"),
    [
        # Another amount, another day, with no label that says the value is meant.
        ("amount_due", "12450.00", "Konsult   12 458,00"),
        ("invoice_date", "2026-05-15", "Leverans  2026-05-16"),
        # A number of its own, with right check digits.
        ("supplier_org_number", "5599941209", "Org.nr  559994-1217"),
        # A web address, and the name of a person without the company's legal form.
        ("supplier_name", "Gränsås AB", "www.gransasab.se"),
        ("supplier_name", "Anna Exempel Konsult AB", "Anna Exempel Konsult"),
        ("invoice_number", "4467", "Kundnr 954467"),
    ],
)
@pytest.mark.parametrize("scanned", [False, True])
def test_what_is_something_else_is_not_taken_for_the_value(field: str, value: str, sheet: str, scanned: bool) -> None:
    alignment, _ = one(field, value, sheet, scanned=scanned)
    assert alignment.status == "absent"


def test_what_surely_is_another_value_is_none_that_was_misread() -> None:
    result, _ = aligned(
        {"invoice_date": "2026-05-15", "due_date": "2026-05-16"}, "Fakturadatum 2026-05-15", scanned=True
    )
    assert [alignment.status for alignment in result.alignments] == ["aligned", "absent"]


def test_values_go_on_in_the_next_line() -> None:
    sheet = """
    Gränsås Fastighets och
    Byggnads AB

    Er referens: Anna Ek
    """
    alignment, places = one("supplier_name", "Gränsås Fastighets och Byggnads AB", sheet, scanned=False)
    assert places == [["Gränsås", "Fastighets", "och", "Byggnads", "AB"]]
    assert (alignment.reason, alignment.similarity) == ("value found in two parts", 1.0)


def test_an_iban_is_found_over_two_lines() -> None:
    sheet = """
    SE45 5000 0000
    0583 9825 7466
    """
    alignment, places = one("iban", "SE4550000000058398257466", sheet, scanned=False)
    assert (alignment.status, [len(place) for place in places]) == ("aligned", [6])


def test_kronor_and_ore_may_stand_in_boxes_of_their_own() -> None:
    alignment, places = one("amount_due", "12450.50", "Att betala   12450   50", scanned=False)
    assert (alignment.reason, places) == ("value found in two parts", [["12450", "50"]])


@pytest.mark.parametrize(
    ("field", "value", "sheet", "words"),
    [
        ("supplier_name", "Gränsås Exempel AB", "Gränsås — Exempel AB", ["Gränsås", "Exempel", "AB"]),
        ("supplier_name", "Gränsås Exempel AB", "Gränsås Exempel l AB", ["Gränsås", "Exempel", "AB"]),
        ("invoice_number", "69922903", "Fakturanummer - 69922903", ["69922903"]),
        ("supplier_vat_number", "SE559994120901", "VAT   SE   559994120901", ["SE", "559994120901"]),
        ("document_type", "invoice", "Commercialinvoice", ["Commercialinvoice"]),
        ("document_type", "credit_note", "Kreditnofa", ["Kreditnofa"]),
        ("document_type", "invoice", "Commercial invoice", ["Commercial", "invoice"]),
        ("amount_due", "263629.40", "Kvarstår   763 629,40", ["763", "629,40"]),
        ("due_date", "2026-05-15", "Kvarstår   I5/05/2026", ["I5/05/2026"]),
        ("iban", "SE4550000000058398257466", "IBAN SE45 5000 0 OOO 0583 9825 7466", None),
    ],
)
def test_dust_and_torn_words_are_read_past(field: str, value: str, sheet: str, words: list[str] | None) -> None:
    alignment, places = one(field, value, sheet)
    assert (alignment.status, places) == ("aligned", [words or sheet.split()[1:]])


@pytest.mark.parametrize(
    ("field", "value", "sheet"),
    [
        # Differs in what rounding changes; is another day; has öre of its own; belongs to an address.
        ("amount_due", "263629.40", "Kvarstår   263 629,36"),
        ("due_date", "2026-05-15", "Förfallodatum   28.05.2026"),
        ("amount_due", "3779.00", "Filter   377,9"),
        ("supplier_name", "Brf Exempel 27", "infoCbrfexempel27.se"),
        ("document_type", "invoice", "faktura@exempel.se"),
    ],
)
def test_what_is_nearly_the_value_but_something_else_is_left(field: str, value: str, sheet: str) -> None:
    alignment, places = one(field, value, sheet)
    assert (alignment.status in ("absent", "derived"), places) == (True, [])


def test_a_caption_set_tight_before_a_name_is_no_part_of_it() -> None:
    alignment, places = one("supplier_name", "Gränsås Exempel AB", "Firma:Gränsås Exempel AB", scanned=False)
    assert (alignment.reason, places) == ("value found", [["Firma:Gränsås", "Exempel", "AB"]])


@given(st.dates(date(1990, 1, 1), date(2079, 12, 31)), st.data())
def test_a_date_with_look_alikes_is_its_own_form(day: date, data: st.DataObject) -> None:
    written = f"{day}"
    look_alikes = {"0": "0Oo", "1": "1lI", "5": "5S", "8": "8B"}
    alike = "".join(data.draw(st.sampled_from(look_alikes.get(c, c))) for c in written)
    assert key(alike, worded=False) in printed_forms("date", written)


@given(st.text(st.sampled_from("aåäöÅÄÖ lI1o05Ss ")))
def test_keys_do_not_change_when_made_again(text: str) -> None:
    made = key(text, worded=True)
    assert key(made, worded=True) == made
