"""Forms of values: every canonical value has one, and hardly anything else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta.donut.forms import FORMS, Pattern
from fakta.fields import KINDS, canonical
from fakta_lab.synth import SyntheticInvoice, generate

# As the kinds' own documentation prints them.
PRINTED = {
    "identifier": ("F-3084", "RE-20260415/117", "Nr 4711"),
    "currency": ("kr", "€", "norska kronor"),
    "document_type": ("Faktura", "Gutschrift"),
    "org_number": ("559994-1209", "999 888 777 MVA"),
    "vat_number": ("SE559994120901", "CHE-107.787.577 MWST", "NO 999 888 777 MVA"),
    "bankgiro": ("540-2961", "5402-9681"),
    "plusgiro": ("4567-4", "28 65 43-4"),
    "iban": ("SE45 5000 0000 0583 9825 7466", "NO93 8601 1117 947"),
    "bic": ("ESSESESS", "NDEASESSXXX"),
    "payment_reference": ("1234 5678 9012", "RF18 5390 0754 7034", "F20260031 order"),
    "name": ("Björkdala Städ AB", "A/S Østerbro"),
    "text": ("Ref: Åsa Ek, 3 tr.",),
    "percent": ("25 %", "11,5 %"),
    "quantity": ("0,8934", "10,270"),
    "amount": ("-1 234,50", "0,8934"),
    "date": ("15 april 2026",),
}
FOREIGN = {
    "date": ("2026-02-3", "26-04-15", "2026-00-10", "2026-01-32", "20260415", ""),
    "amount": ("1", "1.5", "1 250.00", "1,50", "--1.00", ".50", "+1.00"),
    "currency": ("SE", "SEKK", "sek", "XXQ"),
    "document_type": ("Invoice", "credit note"),
    "bankgiro": ("540296", "540296811", "5402-968"),
    "plusgiro": ("1", "123456789"),
    "iban": ("SE4550", "se4550000000058398257466"),
    "bic": ("ESSESES", "ESSESESSX", "ESSESESSXX"),
    "org_number": ("5599", "559994-1209"),
    "vat_number": ("SE", "5599941209"),
    "name": (" AB", "A\nB", ""),
    "payment_reference": ("12 34",),
}


def test_every_kind_has_a_form() -> None:
    assert set(FORMS) == set(KINDS) == set(PRINTED)


@pytest.mark.parametrize("kind", PRINTED)
def test_printed_values_have_the_form_once_they_are_canonical(kind: str) -> None:
    for text in PRINTED[kind]:
        assert FORMS[kind].accepts(canonical(KINDS[kind].parse(text))), text


@pytest.mark.parametrize("kind", FOREIGN)
def test_other_texts_do_not_have_the_form(kind: str) -> None:
    assert [text for text in FOREIGN[kind] if FORMS[kind].accepts(text)] == []


@given(st.dates(date(1990, 1, 1), date(2079, 12, 31)), st.decimals(-(10**12), 10**12, places=4), st.integers(0, 9))
def test_dates_and_numbers_have_the_form(day: date, number: Decimal, places: int) -> None:
    assert FORMS["date"].accepts(canonical(day))
    assert FORMS["quantity"].accepts(canonical(number))
    assert FORMS["amount"].accepts(canonical(number.quantize(Decimal("0.01"))))


@pytest.mark.parametrize("seed", range(5))
def test_values_of_invoices_have_the_form(seed: int) -> None:
    invoice: SyntheticInvoice = generate(seed)
    from fakta.schema import invoice_schema

    for name, value in invoice.fields.items():
        if value is not None:
            assert FORMS[invoice_schema().fields[name].kind].accepts(value), (name, value)


@pytest.mark.parametrize("kind", [kind for kind, form in FORMS.items() if isinstance(form, Pattern)])
def test_what_is_missing_is_never_underestimated_by_a_character(kind: str) -> None:
    form = FORMS[kind]
    for text in PRINTED[kind]:
        value = canonical(KINDS[kind].parse(text))
        for length in range(len(value) + 1):
            state = form.step(form.start, value[:length])
            assert state is not None
            assert form.missing(state) <= len(value) - length
