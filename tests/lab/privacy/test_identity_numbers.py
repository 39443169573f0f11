"""Identity numbers in lines of text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban
from stdnum.se import personnummer
from tests.lab.privacy.numbers import BARE, MARKED, identity_numbers, printed_as

from fakta_lab.privacy.identity_numbers import (
    find_numbers,
    is_coordination_number,
    is_identity_number,
)

PERSONAL = ["8803200016", "8112289874", "6408233234", "1212121212", "9001012385"]


def found(text: str) -> list[tuple[str, str]]:
    """Form and digits of every number in the text."""
    return [(number.form, number.digits) for number in find_numbers(text)]


@pytest.mark.parametrize("digits", PERSONAL)
@pytest.mark.parametrize("form", MARKED)
def test_forms_that_speak_for_themselves(form: str, digits: str) -> None:
    assert found(f"Ägare {printed_as(form, '19', digits)} Tel 08-123 45 67") == [("marked", digits)]


@pytest.mark.parametrize("digits", PERSONAL)
# The last is a VAT number without its country; one that begins with 16 or 18-20 may be read as twelve digits, too.
@pytest.mark.parametrize("form", [*BARE, "{d}{s}01"])
def test_forms_of_digits_alone(form: str, digits: str) -> None:
    assert found(f"Ägare {printed_as(form, '19', digits)} Tel 08-123 45 67") == [("bare", digits)]


@given(identity_numbers(), st.sampled_from(MARKED + BARE))
def test_every_number_is_found_in_every_form(number: tuple[str, str], form: str) -> None:
    century, digits = number
    assert [name for _, name in found(printed_as(form, century, digits))] == [digits]


def test_letters_set_apart() -> None:
    assert found("1 9 8 1 1 2 2 8 - 9 8 7 4") == [("marked", "8112289874")]
    assert found("8 1 1 2 2 8 9 8 7 4") == [("bare", "8112289874")]


@given(identity_numbers())
def test_ordinary_numbers_are_those_of_stdnum(number: tuple[str, str]) -> None:
    century, digits = number
    assert is_identity_number(century + digits)
    assert is_identity_number(digits)
    # stdnum knows no coordination numbers.
    assert personnummer.is_valid(century + digits) != is_coordination_number(digits)


@given(st.from_regex("(?:19|20)[0-9]{10}", fullmatch=True, alphabet="0123456789"))
def test_what_stdnum_refuses_is_refused(digits: str) -> None:
    if digits[6] in "0123":
        assert is_identity_number(digits) == personnummer.is_valid(digits)


@pytest.mark.parametrize(
    "text",
    [
        "559994-1209",  # a company
        "212000-0142",
        "811228-9875",  # check digit
        "811328-9870",  # month 13
        "810230-9876",  # 30 February
        "SE559994120901",
        "73811228987400",  # longer numbers
        "8112289874123",
        "1 811228 9874 2",
        "8112289874,00",
        "81 12 28 98 74",  # a phone number's groups
        "2026-04-15 - 2026-05-15",
        "070-123 45 67",
        "5402-9681",
        "Fakturanr A8112289874",
        "SE45 5000 0000 0583 9825 7466",
        "",
    ],
)
def test_what_is_no_persons_number(text: str) -> None:
    assert found(text) == []


def test_a_personal_account_in_an_iban() -> None:
    account = f"3000000000{PERSONAL[0]}"
    number = iban.calc_check_digits(f"SE00{account}")
    for text in (f"SE{number}{account}", iban.format(f"SE{number}{account}")):
        (account_found,) = find_numbers(f"IBAN {text}")
        assert (account_found.start, account_found.end) == (5, 5 + len(text))
        assert account_found.digits == PERSONAL[0]
    assert found(f"IBAN SE{number}300000000{PERSONAL[0]}1") == []


def test_a_wrong_check_digit_is_given_on_request_only() -> None:
    assert found("811228-9875") == []
    assert [number.form for number in find_numbers("811228-9875", unproven=True)] == ["unproven"]


@given(identity_numbers(), st.sampled_from(MARKED + BARE))
def test_reprs_hide_the_number(number: tuple[str, str], form: str) -> None:
    for match in find_numbers(printed_as(form, *number)):
        assert number[1][6:] not in re.sub("[^0-9]", "", repr(match))
