"""What holds for every kind: `format` and `find` agree with `parse`, and nothing raises but a FieldError."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.fakta.fields.finding import found_values

from fakta import fields
from fakta.errors import FieldError, FormatError, SchemaError
from fakta.fields import KINDS, canonical, from_canonical
from fakta.fields.luhn import luhn_digit
from fakta.schema import invoice_schema


def with_digit(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True).map(lambda body: body + luhn_digit(body))


WORD = st.from_regex("[A-ZÅÄÖ][a-zåäö]{2,8}", fullmatch=True)
ORG = with_digit("[1-9][0-9][2-9][0-9]{6}")
VALUES = {
    "identifier": st.from_regex("(F-|INV|RE-|20|)[1-9][0-9]{2,7}", fullmatch=True).filter(
        lambda text: not text.startswith("20")
    ),
    "text": st.lists(WORD, min_size=1, max_size=4).map(" ".join),
    "name": st.lists(WORD, min_size=1, max_size=3).map(lambda words: " ".join([*words, "AB"])),
    "date": st.dates(date(1990, 1, 1), date(2079, 12, 31)),
    "amount": st.decimals(Decimal("-99999999"), Decimal("99999999"), places=2),
    "percent": st.decimals(Decimal(-100), Decimal(100), places=2),
    "quantity": st.decimals(Decimal(-9999), Decimal(99999), places=4),
    "currency": st.sampled_from(["SEK", "EUR", "NOK", "DKK", "USD", "GBP"]),
    "document_type": st.sampled_from(["invoice", "credit_note"]),
    "org_number": ORG,
    "vat_number": ORG.map(lambda digits: f"SE{digits}01"),
    "bankgiro": with_digit("[1-9][0-9]{5,6}"),
    "plusgiro": with_digit("[1-9][0-9]{0,6}"),
    "iban": st.from_regex("SE[0-9]{22}", fullmatch=True),
    "bic": st.sampled_from(["ESSESESS", "HANDSESS", "NDEASESSXXX", "DEUTDEFF"]),
    "payment_reference": st.one_of(with_digit("[0-9]{1,24}"), st.from_regex("RF[0-9]{18}", fullmatch=True)),
}
NASTY = st.text(
    alphabet=st.sampled_from("0123456789 .,:-/%()#>kr€SEABOCRmajul\u0131\u00a0\u202f−–²\u0661K\u017f\n\t&+'@"),
    max_size=40,
)
LINES = st.one_of(NASTY, st.text(max_size=40))


def test_every_kind_of_the_schema_exists():
    schema = invoice_schema()
    kinds = {field.kind for field in schema.fields.values()}
    kinds |= {column.kind for columns in schema.tables.values() for column in columns.values()}
    assert kinds <= set(KINDS) == set(VALUES)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_formatted_values_are_read_and_found_again(kind, data):
    value = data.draw(VALUES[kind])
    printed = KINDS[kind].format(value)
    assert KINDS[kind].parse(printed) == value
    assert value in found_values(kind, printed)
    assert value in found_values(kind, f"Abc: {printed}, def") or kind == "text"
    assert all(isinstance(check.passed, bool) for check in KINDS[kind].check(value))
    assert from_canonical(kind, canonical(value)) == value


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None)
@given(line=LINES)
@example(line="")
@example(line="-")
@example(line="15 apr\u0131l 2026")
def test_nothing_raises_but_a_field_error(kind, line):
    matches = list(KINDS[kind].find(line))
    assert all(match.text == line[match.start : match.end] != "" for match in matches)
    for text in (line, *(match.text for match in matches)):
        try:
            value = KINDS[kind].parse(text)
        except FieldError as error:
            messages = str(error).splitlines()
            assert len(messages) == 1
        else:
            assert canonical(value)
            KINDS[kind].check(value)
            KINDS[kind].format(value)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"text"}))
def test_lines_without_values_have_none(kind):
    assert found_values(kind, "") == found_values(kind, "...") == []


def test_canonical_form_keeps_the_decimals_it_needs():
    values = ("12450", "0.5", "10.270", "0.8934", "-1.10", "1E+3")
    assert [canonical(Decimal(value)) for value in values] == [
        "12450.00",
        "0.50",
        "10.27",
        "0.8934",
        "-1.10",
        "1000.00",
    ]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("amount", "12 450,00"),
        ("amount", "NaN"),
        ("amount", "1e5"),
        ("quantity", ""),
        ("date", "15/4 2026"),
        ("date", ""),
    ],
)
def test_only_canonical_text_is_accepted_as_such(kind, text):
    with pytest.raises(FormatError, match="is no canonical"):
        from_canonical(kind, text)


def test_unknown_kinds_are_named():
    with pytest.raises(SchemaError, match="unknown kind 'colour': known are identifier"):
        from_canonical("colour", "red")


def test_check_digit_rules_are_loaded_when_they_are_used():
    source = Path(fields.__file__).parents[2]
    code = "import sys, fakta.fields; print({'stdnum', 'ssl'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=source, check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"
