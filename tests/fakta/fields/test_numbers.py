"""Quantities, percentages, currencies."""

from decimal import Decimal

import pytest
from tests.fakta.fields.finding import found_texts, found_values

from fakta.errors import FormatError
from fakta.fields import currency, percent, quantity


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", "1"), ("7,5", "7.5"), ("10,270", "10.27"), ("1.000", "1"), ("1,000", "1"), ("0,8934", "0.8934"),
        ("1 149,00", "1149"), ("1.149,00", "1149"), ("1,149.00", "1149"), ("450,00 kr", "450"), ("-2", "-2"),
        ("10st", "10"), ("2,5 tim", "2.5"), ("3 m²", "3"), ("100", "100"), ("1 000", "1000"),
    ],
)  # fmt: skip
def test_quantities_are_read(text, value):
    assert str(quantity.parse(text)) == value


@pytest.mark.parametrize("text", ["", "st", "7,5,3", "ett", "1,23456"])
def test_what_is_no_quantity_is_refused(text):
    with pytest.raises(FormatError, match="is no quantity"):
        quantity.parse(text)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("2 150,00", ["2 150,00", "150,00", "2"]),
        ("12 345 678", ["12 345 678", "345 678", "678", "12 345", "12"]),
        ("Kabel 2,5 m", ["2,5"]),
        ("10st", ["10st"]),
        ("0,8934 kr/kWh", ["0,8934"]),
        ("2026-04-15", []),
    ],
)
def test_quantities_are_found_with_their_alternatives(line, texts):
    assert found_texts("quantity", line) == texts


@pytest.mark.parametrize(
    ("text", "value"),
    [("25%", "25"), ("25 %", "25"), ("25,00 %", "25"), ("25\u00a0%", "25"), ("25", "25"), ("11,5 %", "11.5"),
     ("0 %", "0"), ("-10 %", "-10"), ("100%", "100"), ("6 procent", "6"), ("-0 %", "0")],
)  # fmt: skip
def test_percentages_are_read(text, value):
    assert str(percent.parse(text)) == value


@pytest.mark.parametrize("text", ["", "%", "101 %", "250%", "25 kr", "2 5 %", "25,123 %"])
def test_what_is_no_percentage_is_refused(text):
    with pytest.raises(FormatError, match="is no percentage"):
        percent.parse(text)


def test_a_bare_number_is_the_weaker_percentage():
    assert found_texts("percent", "Moms 25 % 873,89 av 3 495,56") == ["25 %"]
    assert found_texts("percent", "25,00") == ["25,00"]
    assert found_texts("percent", "013-12 34 56") == []
    assert found_texts("percent", "1234 %") == ["1234 %"]
    assert found_values("percent", "1234 %") == []


def test_swedish_vat_rates_are_known():
    assert [percent.check(Decimal(rate))[0].passed for rate in ("25", "12.00", "6", "0", "19", "25.5")] == [
        True, True, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [("SEK", "SEK"), ("sek", "SEK"), ("kr", "SEK"), ("Kr.", "SEK"), ("kronor", "SEK"), ("Svenska kronor", "SEK"),
     ("€", "EUR"), ("euro", "EUR"), ("$", "USD"), ("US$", "USD"), ("£", "GBP"), ("Norske kroner", "NOK"),
     ("danska kronor", "DKK"), ("THB", "THB")],
)  # fmt: skip
def test_currencies_are_read(text, code):
    assert currency.parse(text) == code


@pytest.mark.parametrize("text", ["", "XYZ", "krona krona", "100", "öre"])
def test_what_is_no_currency_is_refused(text):
    with pytest.raises(FormatError, match="is no currency"):
        currency.parse(text)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("Att betala (SEK): 1 234,50 kr", ["SEK", "kr"]),
        ("SEKRETARIAT kraft TRY ALL", []),
        ("Total US$ 100 or 90 €", ["US$", "€"]),
        ("Valuta: svenska kronor", ["svenska kronor"]),
    ],
)
def test_currencies_are_found(line, texts):
    assert found_texts("currency", line) == texts
