"""Pseudonyms: the same under one key, different under another, and as valid as the numbers they stand for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban
from tests.lab.privacy.numbers import BARE, MARKED, identity_numbers, printed_as

from fakta.errors import ConfigError
from fakta_lab.privacy import Pseudonyms
from fakta_lab.privacy.identity_numbers import find_numbers, is_coordination_number, is_identity_number

ONE, OTHER = Pseudonyms(b"a key for tests alone"), Pseudonyms(b"another key for tests")


@given(identity_numbers())
def test_pseudonyms_are_valid_numbers_of_the_same_kind(number: tuple[str, str]) -> None:
    century, digits = number
    pseudonym = ONE.number(digits)
    assert pseudonym == ONE.number(digits) != digits
    assert is_identity_number(pseudonym)
    assert is_identity_number(century + pseudonym)
    assert is_coordination_number(pseudonym) == is_coordination_number(digits)
    assert 980 <= int(pseudonym[6:9]) <= 999


@given(identity_numbers(), st.sampled_from(MARKED + BARE))
def test_every_print_form_gets_the_same_pseudonym_in_its_own_shape(number: tuple[str, str], form: str) -> None:
    (match,) = find_numbers(printed_as(form, *number))
    text = printed_as(form, *number)
    replaced = text[: match.start] + ONE.replace(text[match.start : match.end]) + text[match.end :]
    assert replaced == printed_as(form, number[0], ONE.number(number[1]))


def test_another_key_gives_other_pseudonyms() -> None:
    digits = [f"{year}0101{serial}" for year in range(60, 99) for serial in ("2385", "0016")]
    assert sum(ONE.number(number) == OTHER.number(number) for number in digits) == 0


def test_an_iban_keeps_its_check() -> None:
    number = f"SE{iban.calc_check_digits('SE003000000000' + '8112289874')}3000000000" + "8112289874"
    replaced = ONE.replace(iban.format(number))
    assert iban.is_valid(replaced)
    assert replaced.replace(" ", "")[4:] == "3000000000" + ONE.number("8112289874")
    assert re.sub("[0-9]", "0", replaced) == re.sub("[0-9]", "0", iban.format(number))


def test_short_keys_are_refused() -> None:
    with pytest.raises(ConfigError, match="a key of 6 bytes can be guessed"):
        Pseudonyms(b"secret")


def test_no_pseudonyms_repr_shows_the_key() -> None:
    assert "tests" not in repr(ONE)
