"""Labels are found whatever their spelling, and where they end is where the value begins."""

from __future__ import annotations

import pytest
from tests.fakta.typed_page import HEIGHT, WIDTH, typed_page

from fakta.candidates.labels import LabelHit, Lexicon
from fakta.documents.lines import segments


def hits(text: str) -> list[LabelHit]:
    lines = segments(typed_page(text).words, width=WIDTH, height=HEIGHT)
    return [hit for i, line in enumerate(lines) for segment in line for hit in Lexicon.shipped().find(segment, i)]


def named(text: str) -> set[str]:
    return {meaning.name for hit in hits(text) for meaning in hit.meanings if meaning.group == "field"}


@pytest.mark.parametrize("spelling", ["Fakturanr", "FAKTURANR.", "Faktura-nr:", "Faktura nr", "fakturanr.:"])
def test_one_label_in_many_spellings(spelling: str) -> None:
    assert "invoice_number" in named(spelling)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Oss tillhanda senast", "due_date"),
        ("Summa att betala SEK", "amount_due"),
        ("Momsreg.nr", "supplier_vat_number"),
        ("Till bankgironr", "bankgiro"),
        ("Amount due", "amount_due"),
        ("Öresavrundning", "rounding_amount"),
        ("Ert org.nr", "customer_org_number"),
    ],
)
def test_what_a_label_names(text: str, field: str) -> None:
    assert field in named(text)


def test_the_longest_phrase_wins() -> None:
    (hit,) = hits("Summa att betala")
    assert hit.segment.text[hit.start : hit.end] == "Summa att betala"
    assert {m.name for m in hit.meanings if m.group == "field"} == {"amount_due"}


def test_a_label_glued_to_its_value_ends_before_it() -> None:
    (hit,) = hits("Fakturanr:12345")
    assert hit.segment.text[hit.end :] == ":12345"
    assert hit.colon
    assert hit.leading
    # Half of the word is label, so the label's box covers the left part of the word only.
    assert hit.box.right < hit.segment.box.right


def test_a_word_in_a_sentence_is_no_leading_label() -> None:
    (hit,) = [
        hit for hit in hits("Vi sänder denna faktura digitalt") if "invoice_number" in {m.name for m in hit.meanings}
    ]
    assert not hit.leading


def test_percent_makes_another_label() -> None:
    assert "vat_amount" in named("Moms")
    assert "vat_amount" not in named("Moms %")


def test_digits_end_a_label() -> None:
    first, *_ = hits("Moms 25 % 250,00")
    assert first.segment.text[first.start : first.end] == "Moms"


def test_unknown_words_name_nothing() -> None:
    assert hits("Grönkål och rödbetor") == []
    assert Lexicon.shipped().meanings("Grönkål") == ()


@pytest.mark.parametrize("label", ["À payer", "A PAYER", "Å betale"])
def test_a_label_may_begin_with_a_word_of_one_letter(label: str) -> None:
    [hit] = hits(f"    {label}    100,00")
    assert [meaning.name for meaning in hit.meanings if meaning.group == "field"] == ["amount_due"]


def test_languages_are_merged() -> None:
    own = Lexicon(
        [
            {"language": "sv", "fields": {"total": {0.5: ["Summa"]}}},
            {"language": "fi", "fields": {"total": {0.9: ["SUMMA:"]}}},
        ]
    )
    assert [(m.name, m.strength) for m in own.meanings("summa")] == [("total", 0.9)]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Forfallodag", "due_date"),
        ("FORFALLODATUM:", "due_date"),
        ("Oresutjämning", "rounding_amount"),
        ("Fakturådatum", "invoice_date"),
        ("Rechnungsnümmer", "invoice_number"),
    ],
)
def test_rings_and_dots_may_be_lost_or_put_in(text: str, field: str) -> None:
    (hit,) = hits(text)
    strength = {m.name: m.strength for m in hit.meanings if m.group == "field"}
    assert 0 < strength[field] < 1


def test_a_label_without_its_dots_counts_less_than_with_them() -> None:
    with_dots, without = (
        max(m.strength for hit in hits(text) for m in hit.meanings if m.name == "due_date")
        for text in ("Förfallodag", "Forfallodag")
    )
    assert without == pytest.approx(0.9 * with_dots)
