"""Bankgiro, plusgiro, IBAN, BIC, Luhn."""

import pytest
from tests.fakta.fields.finding import found_texts

from fakta.errors import FormatError
from fakta.fields import bankgiro, bic, iban, plusgiro
from fakta.fields.luhn import luhn_digit, luhn_ok

VALID_BANKGIRO = ["5402-9681", "5997-4105", "5999-0002", "542-0286", "599-9016", "5998-1233", "991-2346", "540-2961",
    "123-4566",
                  "999-9996", "599-0122"]  # fmt: skip
VALID_PLUSGIRO = ["28 65 43-4", "176099-0", "4567-4", "23456-7"]
VALID_IBAN = ["SE45 5000 0000 0583 9825 7466", "SE35 5000 0000 0549 1000 0003", "SE60 8000 0845 2593 4238 0293",
              "SE71 6000 0000 0001 2345 6789"]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "digit"),
    [("559999000", "8"), ("212000051", "4"), ("123", "0"), ("10234", "3"), ("20260147", "2"), ("1000000001", "7"),
     ("987654321", "7"), ("5402968", "1"), ("540296", "1"), ("5997410", "5"), ("23456", "7"), ("123450", "9"),
     ("434600", "3")],
)  # fmt: skip
def test_luhn(body, digit):
    assert luhn_digit(body) == digit
    assert luhn_ok(body + digit)
    assert not luhn_ok(body + str((int(digit) + 1) % 10))


def test_luhn_never_raises():
    assert not any(map(luhn_ok, ("", "abc", "12a", "\uff11\uff12", "\u00b2")))


@pytest.mark.parametrize("text", VALID_BANKGIRO)
def test_valid_bankgiro(text):
    value = bankgiro.parse(text)
    assert value == text.replace("-", "")
    assert bankgiro.check(value)[0].passed
    assert bankgiro.format(value) == text
    assert found_texts("bankgiro", f"Bankgiro: {text}") == [text]


@pytest.mark.parametrize(
    "text", ["4330-0", "54-029681", "5402-968", "123456789", "12", "", "BG", "559994-1209", "2026-04-15"]
)
def test_what_is_no_bankgiro_is_refused(text):
    with pytest.raises(FormatError, match="is no bankgiro number"):
        bankgiro.parse(text)


def test_a_wrong_check_digit_is_a_failed_check():
    assert not bankgiro.check(bankgiro.parse("5402-9682"))[0].passed
    assert not plusgiro.check(plusgiro.parse("28 65 43-5"))[0].passed


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("Bg:5402-9681", ["5402-9681"]),
        ("BG 5402 9681", ["5402 9681"]),
        ("BG 54029681", ["54029681"]),
        ("Bankgiro 5402 - 9681", ["5402 - 9681"]),
        ("5402-9681, 540-2961", ["5402-9681", "540-2961"]),
        ("Antal 2 5402-9681", ["5402-9681"]),
        ("Tel 013-12 34 56", []),
        ("070-123 4567", []),
        ("08-123 456 78", []),
        ("Org.nr 559994-1209", []),
        ("2026-04-15", []),
        ("20260415", []),
        ("F-5402-9681", []),
        ("5402-96812", []),
        ("15402-9681", []),
        ("1234 5678 9012", []),
        ("SE45 5000 0000 0583 9825 7466", []),
        ("55000012348", []),
        ("3 717,35", []),
        ("5402-9681-1", []),
    ],
)
def test_bankgiro_in_lines(line, texts):
    assert found_texts("bankgiro", line) == texts


@pytest.mark.parametrize("text", VALID_PLUSGIRO)
def test_valid_plusgiro(text):
    value = plusgiro.parse(text)
    assert plusgiro.check(value)[0].passed
    assert found_texts("plusgiro", f"PlusGiro: {text}") == [text]
    assert plusgiro.parse(plusgiro.format(value)) == value


def test_plusgiro_is_printed_in_pairs():
    assert [plusgiro.format(digits) for digits in ("2865434", "45674", "17609901", "12", "234567")] == [
        "28 65 43-4", "45 67-4", "1 76 09 90-1", "1-2", "2 34 56-7",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["5402-9681", "123456789", "1", "", "28 65 43-45", "PG", "2026-04-15"])
def test_what_is_no_plusgiro_is_refused(text):
    with pytest.raises(FormatError, match="is no plusgiro number"):
        plusgiro.parse(text)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("PG:28 65 43-4", ["28 65 43-4"]),
        ("Plusgiro 176 09 90-1", ["176 09 90-1"]),
        ("Plusgiro 90 12 34-5", ["90 12 34-5"]),
        ("Plusgiro 6041826", ["6041826"]),
        ("Tel 013-12 34 56", []),
        ("08-123 456 7-8", []),
        ("5402-9681", []),
        ("559994-1209", []),
        ("2026-4-1", []),
        ("15/4-26", []),
        ("12 34 56 78 90-1", []),
        ("F-3084-1", []),
    ],
)
def test_plusgiro_in_lines(line, texts):
    assert found_texts("plusgiro", line) == texts


@pytest.mark.parametrize("text", VALID_IBAN)
def test_valid_iban(text):
    value = iban.parse(text)
    assert [check.passed for check in iban.check(value)] == [True, True]
    assert iban.format(value) == text
    assert iban.parse(f"IBAN: {text}") == value
    assert found_texts("iban", f"IBAN {text} BIC ESSESESS") == [text]
    assert found_texts("iban", f"IBAN: {value}, SWIFT") == [value]
    assert not iban.check(value[:-1] + str((int(value[-1]) + 1) % 10))[0].passed


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX", ["DE89 3704 0044 0532 0130 00"]),
        ("FR20 1254 2547 2569 8542 5874 698 Paris", ["FR20 1254 2547 2569 8542 5874 698"]),
        ("NO93 8601 1117 947", ["NO93 8601 1117 947"]),
        ("KZ86 125K ZT50 0410 0100 Almaty", ["KZ86 125K ZT50 0410 0100"]),
        ("Momsreg.nr SE559994120901", []),
        ("SE45 5000 0000", []),
        ("559994-1209", []),
    ],
)
def test_iban_in_lines(line, texts):
    assert found_texts("iban", line) == texts


@pytest.mark.parametrize("text", ["", "SE45", "5402-9681", "SE55 6036", "45SE 5000 0000 0583 9825 7466"])
def test_what_is_no_iban_is_refused(text):
    with pytest.raises(FormatError, match="is no IBAN"):
        iban.parse(text)


def test_bic():
    assert bic.parse("ndea se ss xxx") == "NDEASESSXXX"
    assert [check.passed for check in bic.check("NDEASESSXXX")] == [True, True]
    assert [check.passed for check in bic.check("NDEASES1")] == [True, False]
    assert found_texts("bic", "BIC:HANDSESS, ESSE SE SS") == ["HANDSESS", "ESSE SE SS"]
    assert found_texts("bic", "BETALNINGSVILLKOR FAKTURA KONTAKT") == []
    with pytest.raises(FormatError, match="is no BIC"):
        bic.parse("HANDSES")
