"""Companies outside Sweden have names, addresses and numbers as their country has them."""

from __future__ import annotations

import re
from importlib import resources
from random import Random

import pytest
from stdnum import iban
from stdnum.util import get_cc_module

from fakta.fields import KINDS
from fakta_lab.synth.abroad import account, party_in, payment_reference, registration
from fakta_lab.synth.formats import Formats, formats
from fakta_lab.synth.identifiers import with_luhn
from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.material import country, texts
from fakta_lab.synth.supplier import LANGUAGE_SHARES

PLACES = sorted(
    file.name.removesuffix(".yaml")
    for file in resources.files("fakta_lab.synth").joinpath("data", "countries").iterdir()
    if file.name != "SE.yaml"
)
POSTCODES = {
    "DE": r"\b\d{5} ", "FR": r"\b\d{5} ", "FI": r"\b\d{5} ", "AT": r"\b\d{4} ", "CH": r"\b\d{4} ", "BE": r"\b\d{4} ",
    "NO": r"\b\d{4} ", "DK": r"\b\d{4} ", "NL": r"\b\d{4} [A-Z]{2} ", "GB": r"\b[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}$",
    "IE": r"\b[A-Z]\d\d [A-Z\d]{4}$",
}  # fmt: skip


def written(place: str, seed: int) -> Formats:
    return formats(Keyed(f"{place}.{seed}"), "en", place)


def test_every_place_is_somebodys() -> None:
    used = {place for language in LANGUAGE_SHARES for place in texts(language)["countries"]}
    assert used == {*PLACES, "SE"}


@pytest.mark.parametrize("place", PLACES)
def test_numbers_have_their_check_digits(place: str) -> None:
    rule = get_cc_module(place[:2], "vat")
    assert rule is not None
    for seed in range(20):
        rng = Random(f"{place}{seed}")
        register, vat = registration(rng, place)
        assert rule.is_valid(vat), vat
        assert any(character.isdigit() for character in register)
        assert not set("=@#?") & set(register)
        number, bic = account(rng, place)
        assert iban.is_valid(number), number
        assert number[:2] == place[:2]
        assert KINDS["iban"].parse(number) == number
        assert KINDS["bic"].parse(bic) == bic
        assert registration(Random(f"{place}{seed}"), place) == (register, vat)


@pytest.mark.parametrize("place", PLACES)
def test_vat_numbers_are_read_as_printed(place: str) -> None:
    for seed in range(25):
        _, vat = registration(Random(f"vat{place}{seed}"), place)
        text = written(place, seed).vat_number(vat)
        assert KINDS["vat_number"].parse(text) == vat, text


def test_vat_numbers_of_other_countries_are_printed_compact() -> None:
    assert written("NO", 1).vat_number("DE550141657") == "DE550141657"
    assert written("DE", 1).vat_number("SE559994122501").replace(" ", "").replace("-", "") == "SE559994122501"


@pytest.mark.parametrize("place", PLACES)
def test_parties_sit_where_they_should(place: str) -> None:
    kinds = set()
    for seed in range(60):
        party = party_in(Random(seed), place, role="customer")
        kinds.add(party.kind)
        assert party.country == place[:2]
        assert len(party.address) >= 2
        assert any(re.search(POSTCODES[place[:2]], line) for line in party.address), party.address
        assert party.town in {town[1] for town in country(place)["towns"]}
        assert bool(party.vat_number) == (party.kind != "individual")
        assert "{" not in party.name + "".join(party.address)
        assert not set("@#") & set(party.phone + party.mobile + "".join(party.address))
    assert kinds == {"foreign", "municipality", "individual"}
    assert party_in(Random(1), place, role="supplier").kind == "foreign"


@pytest.mark.parametrize("place", ["DE", "FR", "NO", "DK", "FI", "GB"])
def test_most_company_names_end_in_a_form_that_is_known(place: str) -> None:
    from fakta.fields.name import has_company_form

    names = [party_in(Random(f"form{seed}"), place, role="supplier").name for seed in range(60)]
    assert sum(map(has_company_form, names)) > 45, [name for name in names if not has_company_form(name)]


def test_payment_references_pass_their_banks_checks() -> None:
    for seed in range(30):
        kid = payment_reference(Random(seed), "NO")
        assert with_luhn(kid[:-1]) == kid
        card = payment_reference(Random(seed), "DK")
        assert len(card) == 15
        assert with_luhn(card[:-1]) == card
        viite = payment_reference(Random(seed), "FI")
        total = sum(int(digit) * (7, 3, 1)[i % 3] for i, digit in enumerate(reversed(viite[:-1])))
        assert (total + int(viite[-1])) % 10 == 0
    assert payment_reference(Random(1), "DE") == ""
