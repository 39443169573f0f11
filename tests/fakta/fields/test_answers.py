"""Values that somebody else answered, canonical or as printed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta.errors import FieldError
from fakta.fields import KINDS, canonical
from fakta.fields.answers import MAX_CHARACTERS, same, value_of


@pytest.mark.parametrize(
    ("answer", "kind", "value"),
    [
        ("1234.500", "amount", Decimal("1234.500")),
        ("1.234,50", "amount", Decimal("1234.50")),
        (1234.5, "amount", Decimal("1234.5")),
        (54029681, "bankgiro", "54029681"),
        ("5 april 2026", "date", date(2026, 4, 5)),
        ("", "amount", None),
        (None, "name", None),
    ],
)
def test_answers_as_readers_give_them(answer: Any, kind: str, value: Any) -> None:
    assert value_of(answer, kind) == value


@pytest.mark.parametrize("answer", [True, [], {}, "x" * (MAX_CHARACTERS + 1), float("inf"), b"1"])
def test_what_is_no_value_is_refused(answer: Any) -> None:
    with pytest.raises(FieldError):
        value_of(answer, "amount")


@given(st.text() | st.floats() | st.integers(), st.sampled_from(sorted(KINDS)))
def test_any_answer_is_a_value_or_refused(answer: Any, kind: str) -> None:
    try:
        value = value_of(answer, kind)
    except FieldError:
        return
    assert same(value, value, kind)
    assert value is None or same(value_of(canonical(value), kind), value, kind)
