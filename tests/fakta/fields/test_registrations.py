"""Organisation numbers and VAT numbers."""

import pytest
from tests.fakta.fields.finding import found_texts

from fakta.errors import FormatError
from fakta.fields import org_number, vat_number

# The first two are municipalities', as published; the others are invented.
VALID = ["212000-0142", "212000-0514", "559994-1209", "559994-1217", "802499-0007", "559999-0008", "559994-1225",
         "969712-3454", "802412-3450", "769612-3459", "716412-3452", "916612-3456"]  # fmt: skip
PERSONAL = ["880320-0016", "811228-9874", "640823-3234", "121212-1212", "900101-2385"]


@pytest.mark.parametrize("text", VALID + PERSONAL)
def test_valid_org_numbers(text):
    value = org_number.parse(text)
    assert value == text.replace("-", "")
    assert all(check.passed for check in org_number.check(value))
    assert org_number.format(value) == text
    assert org_number.is_personal_number(value) == (text in PERSONAL)
    assert found_texts("org_number", f"Org.nr {text} Godkänd för F-skatt") == [text]
    wrong = value[:-1] + str((int(value[-1]) + 1) % 10)
    assert not org_number.check(wrong)[0].passed


@pytest.mark.parametrize(
    ("text", "value"),
    [("16559994-1209", "5599941209"), ("165599941209", "5599941209"), ("19640823-3234", "6408233234"),
     ("196408233234", "6408233234"), ("20121212-1212", "1212121212"), ("121212+1212", "1212121212"),
     ("559994 - 1209", "5599941209"), ("559994–1209", "5599941209"), ("999 888 777", "999888777"),
     ("123 456 789 00012", "12345678900012"), ("1234567-8", "12345678"), ("HRB 12345", "HRB12345")],
)  # fmt: skip
def test_other_forms_of_org_numbers(text, value):
    assert org_number.parse(text) == value


@pytest.mark.parametrize("value", ["999888777", "12345678900012", "HRB12345", "12345678", "175599941209"])
def test_foreign_org_numbers_fail_the_check(value):
    assert [(check.name, check.passed) for check in org_number.check(org_number.parse(value))] == [
        ("swedish_org_number", False)
    ]
    assert org_number.format(value) == value


def test_third_digit_tells_a_legal_person():
    assert [check.passed for check in org_number.check("5513360793")][1] is False
    assert [check.passed for check in org_number.check("5523360793")][1] is True


@pytest.mark.parametrize("text", ["", "1234", "SE559994120901", "ABCDEF", "Org.nr", "1" * 17])
def test_what_is_no_org_number_is_refused(text):
    with pytest.raises(FormatError, match="is no organisation number"):
        org_number.parse(text)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("Org.nr:559994-1209", ["559994-1209"]),
        ("Orgnr 5599941209", ["5599941209"]),
        ("16559994-1209", ["16559994-1209"]),
        ("Org.nr. 999 888 777 MVA", ["999 888 777"]),
        ("Siret 123 456 789 00012", ["123 456 789 00012"]),
        ("CVR: 12345678", ["12345678"]),
        ("SE559994120901", []),
        ("Tel 013-12 34 56", []),
        ("5402-9681", []),
        ("2026-04-15", []),
        ("55000012348", []),
        ("1559994-1209", []),
        ("1 234 567,00", []),
    ],
)
def test_org_numbers_in_lines(line, texts):
    assert found_texts("org_number", line) == texts


@pytest.mark.parametrize(
    "text",
    ["SE559994120901", "SE 559994-1209 01", "SE5599941209-01", "SE 5599941209 01", "SE-559994-1209-01",
     "se559994120901", "559994-1209 01", "559994120901"],
)  # fmt: skip
def test_swedish_vat_numbers(text):
    assert vat_number.parse(text) == "SE559994120901"
    assert all(check.passed for check in vat_number.check("SE559994120901"))


@pytest.mark.parametrize(
    ("text", "value"),
    [("NO 995 525 828 MVA", "NO995525828MVA"), ("995 525 828 MVA", "NO995525828MVA"),
     ("DK 13 58 56 28", "DK13585628"), ("FI 20774740", "FI20774740"), ("DE 270 000 004", "DE270000004"),
     ("NL004495445B01", "NL004495445B01"), ("FR 23 440612836", "FR23440612836"), ("GB 980 7806 84", "GB980780684"),
     ("CHE-107.787.577 MWST", "CHE107787577MWST"), ("CHE-107.787.577", "CHE107787577"),
     ("ATU 13585627", "ATU13585627"), ("EU 372 022 452", "EU372022452")],
)  # fmt: skip
def test_foreign_vat_numbers(text, value):
    assert vat_number.parse(text) == value
    assert [check.passed for check in vat_number.check(value)] == [True]
    assert vat_number.check(value)[0].name == "check_digit"
    assert found_texts("vat_number", f"VAT: {text}") == [text]


def test_wrong_vat_numbers_fail_their_checks():
    assert [check.passed for check in vat_number.check("SE559994120401")] == [False, True]
    assert [check.passed for check in vat_number.check("SE5599941209")] == [True, False]
    assert [check.passed for check in vat_number.check("SE559994120900")] == [True, False]
    assert [check.passed for check in vat_number.check("DE136695977")] == [False]


@pytest.mark.parametrize(
    "text", ["", "SE", "SE55999412", "559994-1209", "XX123456789", "Momsreg.nr", "SE45 5000 0000 0583 9825 7466"]
)
def test_what_is_no_vat_number_is_refused(text):
    with pytest.raises(FormatError, match="is no VAT number"):
        vat_number.parse(text)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("Momsreg.nr SE559994120901", ["SE559994120901"]),
        ("Momsreg.nr: SE 559994-1209 01, Godkänd", ["SE 559994-1209 01"]),
        ("VAT SE559994120901 IBAN SE45 5000 0000 0583 9825 7466", ["SE559994120901"]),
        ("DE 136695976 Amtsgericht", ["DE 136695976"]),
        ("SE45 5000 0000 0583 9825 7466", []),
        ("Org.nr 559994-1209", []),
        ("SEK 100", []),
        ("DESSA 12345678", []),
    ],
)
def test_vat_numbers_in_lines(line, texts):
    assert found_texts("vat_number", line) == texts
