"""Payment references and identifiers."""

import pytest
from tests.fakta.fields.finding import found_texts, found_values

from fakta.errors import FormatError
from fakta.fields import identifier, payment_reference
from fakta.fields.luhn import luhn_digit


@pytest.mark.parametrize("invoice_number", ["123", "10234", "20260147"])
def test_length_digit(invoice_number):
    body = invoice_number + str((len(invoice_number) + 2) % 10)
    reference = body + luhn_digit(body)
    assert reference in ("12351", "1023472", "2026014700")
    assert [(check.name, check.passed) for check in payment_reference.check(reference)] == [
        ("luhn", True),
        ("length_digit", True),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("202601472", "202601472"), ("1234 5678 9012", "123456789012"), ("#202601472", "202601472"),
     ("RF18 5390 0754 7034", "RF18539007547034"), ("F20260031ORDER", "F20260031ORDER"), ("2026-880417", "2026880417"),
     ("f-7619", "F7619"), ("12", "12"), ("1" * 25, "1" * 25)],
)  # fmt: skip
def test_payment_references_are_read(text, value):
    assert payment_reference.parse(text) == value


@pytest.mark.parametrize("text", ["", "1", "1" * 26, "Meddelande", "A1" * 20, "-", "#"])
def test_what_is_no_payment_reference_is_refused(text):
    with pytest.raises(FormatError, match="is no payment reference"):
        payment_reference.parse(text)


def test_checks_of_payment_references():
    assert [check.passed for check in payment_reference.check("202601473")] == [False, False]
    assert [check.passed for check in payment_reference.check("RF18539007547034")] == [True]
    assert [check.passed for check in payment_reference.check("RF19539007547034")] == [False]
    assert payment_reference.check("F7619") == ()
    assert payment_reference.format("RF18539007547034") == "RF18 5390 0754 7034"


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("Ange OCR 70405913826 vid betalning.", ["70405913826"]),
        ("OCR:70405913826", ["70405913826"]),
        ("1234 5678 9012", ["1234 5678 9012", "1234", "5678", "9012"]),
        ("6093 70405913826", ["6093 70405913826", "6093", "70405913826"]),
        ("RF18 5390 0754 7034", ["RF18 5390 0754 7034"]),
        ("F-3084", ["F-3084"]),
        ("Att betala 1 234,50 kr", []),
        ("25 %", []),
        ("2026-04-15", []),
        ("OCR", []),
    ],
)
def test_payment_references_in_lines(line, texts):
    found = found_texts("payment_reference", line)
    assert found[: len(texts)] == texts
    assert bool(found) == bool(texts)


@pytest.mark.parametrize(
    ("text", "value"),
    [("F-3084", "F-3084"), ("2026-391", "2026-391"), ("INV80413", "INV80413"),
     ("RE-20260415/117", "RE-20260415/117"), ("SL/2/2026", "SL/2/2026"), ("#4711", "4711"), ("(4711)", "4711"),
     ("4711.", "4711"), (" INV  4711 ", "INV 4711"), ("1", "1")],
)  # fmt: skip
def test_identifiers_are_read(text, value):
    assert identifier.parse(text) == value


@pytest.mark.parametrize("text", ["", "Faktura", "ABC", "-", "1" * 41])
def test_what_is_no_identifier_is_refused(text):
    with pytest.raises(FormatError, match="is no identifier"):
        identifier.parse(text)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("Fakturanummer F-3084", ["F-3084"]),
        ("Fakturanr:12345", ["12345"]),
        ("Faktura #12345", ["12345"]),
        ("Fakt.nr.12345", ["Fakt.nr.12345", "nr.12345"]),
        ("F-3084 / 6093", ["F-3084", "6093"]),
        ("RE-20260415/117", ["RE-20260415/117", "RE-20260415", "117"]),
        ("Invoice INV 4711", ["INV 4711", "4711"]),
        ("Fakturanr 4711", ["4711"]),
        ("NR 4711", ["4711"]),
        ("2026-04-15", []),
        ("15 april 2026", []),
        ("1 234,50 kr", []),
        ("25 %", []),
        ("100kr", []),
        ("info@firma24.se", []),
        ("www.firma24.se", []),
        ("kl 12:30", []),
        ("Fakturanummer", []),
    ],
)
def test_identifiers_in_lines(line, texts):
    assert found_texts("identifier", line) == texts


def test_number_after_a_dotted_label_is_found():
    assert "12345" in found_values("identifier", "Nr.12345")
