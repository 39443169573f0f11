"""Every language generates whole invoices from its data files, and falls back to English where it lacks a word."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from tests.lab.synth.reading import printed_values

from fakta.errors import FieldError
from fakta.fields import KINDS, canonical
from fakta.schema import invoice_schema
from fakta_lab.synth import make_invoice, make_supplier
from fakta_lab.synth.formats import formats
from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.material import country, labels, load_yaml, texts
from fakta_lab.synth.supplier import LANGUAGE_SHARES

SCHEMA = invoice_schema()
LANGUAGES = tuple(LANGUAGE_SHARES)
# What may be stuck to a value in a sentence.
PUNCTUATION = "().,:;!?"


def test_shares_sum_to_one_and_swedish_leads() -> None:
    assert sum(LANGUAGE_SHARES.values()) == pytest.approx(1.0)
    assert max(LANGUAGE_SHARES, key=lambda language: LANGUAGE_SHARES[language]) == "sv"
    seen = Counter(make_supplier(seed).language for seed in range(400))
    assert set(seen) == set(LANGUAGES)
    assert 0.5 < seen["sv"] / 400 < 0.74


def test_demo_suppliers_stay_swedish() -> None:
    assert {make_supplier(seed, profile="demo").language for seed in range(60)} == {"sv"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_exists_and_is_text(language: str) -> None:
    # "No" and "On" are booleans to YAML unless they are quoted.
    own = load_yaml(f"labels_{language}")
    assert not set(load_yaml("labels_sv")) - set(own)
    for key, words in own.items():
        assert words, key
        assert all(isinstance(word, str) and word.strip() for word in words), key
    for key in ("vat_at_rate", "amount_due_with_currency"):
        slot = "{rate}" if key == "vat_at_rate" else "{cur}"
        assert all(slot in word for word in own[key]), key
    for key in ("invoice_number", "invoice_date", "due_date", "net_amount", "vat_amount", "amount_due"):
        assert len(set(own[key])) >= 5, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_and_sectors_are_complete(language: str) -> None:
    own, swedish = load_yaml(f"texts_{language}"), load_yaml("texts_sv")
    assert set(own) == set(swedish)
    assert set(own["phrases"]) >= set(load_yaml("texts_en")["phrases"])
    assert set(own["titles"]) == set(swedish["titles"])
    assert len(own["months"]) == len(own["short_months"]) == 12
    sectors = load_yaml(f"sectors_{language}")
    assert sectors["row_texts"]
    assert sectors["continuations"]
    for sector in sectors["sectors"]:
        assert set(sector["rates"]) <= {"standard", "reduced", "low", "none"}
        for text, unit, low, high in sector["items"]:
            assert isinstance(text, str)
            assert isinstance(unit, str)
            assert 0 < low < high
    for place in own["countries"]:
        assert country(place)["rates"]["standard"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_are_known_to_the_reader(language: str) -> None:
    for kind, titles in texts(language)["titles"].items():
        for title in titles:
            expected = "credit_note" if kind.startswith("credit_note") else "invoice"
            assert KINDS["document_type"].parse(title.format(number="12345")) == expected, title


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_are_read_as_written(language: str) -> None:
    styles = set()
    for seed in range(150):
        habit = formats(Keyed(f"{language}{seed}"), language, next(iter(texts(language)["countries"])))
        styles.add(habit.date_style)
        for month in range(12):
            day = date(2026, 1, 1) + timedelta(days=31 * month + seed % 28)
            assert KINDS["date"].parse(habit.date(day).removeprefix("den ")) == day, (habit.date_style, day)
    assert len(styles) >= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_mark_the_values(language: str) -> None:
    wrong: list[object] = []
    for seed in range(14):
        invoice = make_invoice(make_supplier(f"words.{seed}", languages={language: 1.0}), 0, error_share=0.0)
        printed = printed_values(invoice)
        shared = {"invoice_number", "payment_reference"}
        for name, value in invoice.fields.items():
            readings = [_readings(SCHEMA.fields[name].kind, text) for text in printed[name]]
            if value is None:
                wrong += [(invoice.seed, name, printed[name])] if readings else []
            elif name not in shared and not all(value.casefold() in reading for reading in readings):
                wrong.append((invoice.seed, name, value, printed[name]))
        assert invoice.fields["amount_due"] is not None
        # A foreign company has no Swedish account.
        vat_number = invoice.fields["supplier_vat_number"]
        if vat_number is not None and not vat_number.startswith("SE"):
            assert {invoice.fields[n] for n in ("bankgiro", "plusgiro")} == {None}
    # A tall title beside two lines may break a name in two when lines are grouped; nothing else may go wrong.
    assert len(wrong) <= 1, wrong


def _readings(kind: str, text: str) -> set[str]:
    """What a reader may take from a labelled text, with or without what is stuck to it; in lower case."""
    found = set()
    for part in (text, text.strip(PUNCTUATION), text.partition(":")[2], text.partition(":")[2].strip(PUNCTUATION)):
        try:
            found.add(canonical(KINDS[kind].parse(part)).casefold())
        except FieldError:
            continue
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_seed_same_invoice(language: str) -> None:
    first, second = (make_invoice(make_supplier("twice", languages={language: 1.0}), 3) for _ in range(2))
    assert first == second


def test_a_missing_word_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    from fakta_lab.synth import material

    known = load_yaml
    monkeypatch.setattr(
        material,
        "load_yaml",
        lambda name: {"invoice_number": ["Numerus"]} if name == "labels_la" else known(name),
    )
    material.labels.cache_clear()
    try:
        words = labels("la", "train")
        assert words["invoice_number"] == ["Numerus"]
        assert words["amount_due"] == known("labels_en")["amount_due"]
    finally:
        material.labels.cache_clear()


def test_some_suppliers_write_two_languages() -> None:
    makers = [make_supplier(f"two.{seed}", languages={"de": 1.0}) for seed in range(120)]
    both = [supplier for supplier in makers if supplier.bilingual]
    assert 5 < len(both) < 40
    words = {word.text.casefold() for page in make_invoice(both[0], 0).pages for word in page.words}
    english = {w.casefold() for text in load_yaml("labels_en")["amount_due"] for w in text.split()}
    assert words & english


def test_borders_decide_the_vat() -> None:
    """Sold at home, the country's rates are on the invoice; sold across the border, mostly none."""
    from fakta_lab.synth.facts import make_facts

    at_home: set[Decimal] = set()
    across = []
    for seed in range(160):
        supplier = make_supplier(f"vat.{seed}", languages={"de": 0.5, "no": 0.5})
        facts = make_facts(supplier, Random(seed))
        if facts.customer.party.country == supplier.party.country:
            at_home |= set(facts.rates) if not facts.reverse else set()
        else:
            across.append(facts.reverse)
            assert facts.customer.party.country == "SE"
    assert at_home >= {Decimal(19), Decimal(7), Decimal(25), Decimal(15)}
    assert 0.6 < sum(across) / len(across) < 1.0
