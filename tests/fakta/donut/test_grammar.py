"""The grammar: nothing gets through that is not whole, and every label does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakta.donut.nano import RECEIPT, VALUES, invoice_tokenizer, receipt_tokenizer
from tests.fakta.donut.test_sequence import forgetful_tokenizer, ids_of

from fakta.donut.forms import FORMS, FreeText
from fakta.donut.grammar import Grammar, State
from fakta.donut.sequence import SequenceCodec
from fakta.errors import BundleError, SchemaError
from fakta.fields import from_canonical
from fakta.schema import Schema, invoice_schema
from fakta_lab.synth import generate

CODEC = SequenceCodec(receipt_tokenizer(), RECEIPT)
GRAMMAR = Grammar(CODEC)
INVOICES = Grammar(SequenceCodec(invoice_tokenizer(), invoice_schema()))


def walk(grammar: Grammar, *, max_length: int, seed: int, favour: float = 0.0) -> list[int]:
    """A sequence of tokens drawn at random among those that are allowed; closing tags come with weight `favour`."""
    random = np.random.default_rng(seed)
    state, ids = grammar.start, list[int]()
    while not state.ended:
        allowed = np.flatnonzero(grammar.mask(state, max_length - len(ids)))
        assert len(allowed), f"nothing may follow {ids}"
        weights = np.array([favour if grammar.closes(int(token)) else 1.0 for token in allowed]) + 1e-9
        ids.append(int(random.choice(allowed, p=weights / weights.sum())))
        state = grammar.advance(state, ids[-1])
    return ids


@given(st.integers(1, 60), st.integers(0, 2**32), st.sampled_from([0.0, 1.0, 50.0]))
def test_any_walk_ends_in_time_with_whole_values(max_length: int, seed: int, favour: float) -> None:
    ids = walk(GRAMMAR, max_length=max_length, seed=seed, favour=favour)
    assert len(ids) <= max_length
    assert ids[-1] == CODEC.end_id
    assert GRAMMAR.refused(ids) is None
    values = CODEC.values(ids)
    assert list(values) == [name for name in (*RECEIPT.fields, *RECEIPT.tables) if name in values]
    for written in CODEC.read(ids):
        kind = (RECEIPT.tables[written.table] if written.table else RECEIPT.fields)[written.name].kind
        form = FORMS[kind]
        # A letter of several tokens may be any letter at all.
        assert len(written.text) <= form.longest if isinstance(form, FreeText) else form.accepts(written.text)


@given(st.integers(0, 2**32), st.integers(200, 400))
def test_any_walk_through_an_invoice_is_read_without_loss(seed: int, max_length: int) -> None:
    schema = invoice_schema()
    ids = walk(INVOICES, max_length=max_length, seed=seed, favour=20.0)
    assert INVOICES.refused(ids) is None
    read = INVOICES.codec.read(ids)
    tags = [token for token in ids if INVOICES.closes(token)]
    assert len(read) == len(tags) - sum(name in schema.tables for name in INVOICES.codec.values(ids))
    for written in read:
        kind = (schema.tables[written.table] if written.table else schema.fields)[written.name].kind
        if kind in ("amount", "percent", "quantity"):
            assert isinstance(from_canonical(kind, written.text), Decimal)


def test_labels_get_through() -> None:
    assert GRAMMAR.refused(CODEC.encode(VALUES)) is None
    assert GRAMMAR.refused(CODEC.encode({})) is None


@pytest.mark.parametrize("seed", range(3))
def test_invoices_get_through(seed: int) -> None:
    invoice = generate(seed)
    values: dict[str, Any] = {**invoice.fields, "line_items": list(invoice.line_items)}
    assert INVOICES.label_problems(values, document="a.pdf", max_length=4000) == []


@pytest.mark.parametrize(
    ("text", "position"),
    {
        "": 0,  # no end
        "<s_total>1.00</s_total>": 6,
        "<s_day></s_day></s>": 1,
        "<s_total>1.0</s_total></s>": 4,
        "<s_total>1.00</s_total><s_shop>A</s_shop></s>": 6,
        "<s_total>1.00</s_total><s_total>1.00</s_total></s>": 6,
        "<s_goods></s_goods></s>": 1,
        "<s_goods><sep/>": 1,
        "<s_goods><s_what>a</s_what><sep/></s_goods>": 5,
        "<s_goods><s_price>1.00</s_price><s_what>a</s_what></s_goods>": 7,
        "<s_goods><s_what>a</s_what></s>": 4,
        "<s_what>a</s_what></s>": 0,
        "<s_receipt></s>": 0,
        "<s_shop>a<pad></s_shop></s>": 2,
        "</s><pad>": 1,
    }.items(),
)
def test_malformed_sequences_are_refused_where_they_go_wrong(text: str, position: int) -> None:
    ids = ids_of(text)
    assert GRAMMAR.refused(ids) == position
    state = GRAMMAR.start
    for token in ids[:position]:
        assert GRAMMAR.mask(state, 100)[token]
        state = GRAMMAR.advance(state, token)
    if position < len(ids) and not state.ended:
        assert not GRAMMAR.mask(state, 100)[ids[position]]
        with pytest.raises(ValueError, match="may not come here"):
            GRAMMAR.advance(state, ids[position])


def test_with_one_token_left_only_the_end_may_come() -> None:
    assert np.flatnonzero(GRAMMAR.mask(GRAMMAR.start, 1)).tolist() == [CODEC.end_id]


def test_a_field_is_opened_only_if_it_can_be_finished() -> None:
    day, shop = CODEC.token_id("<s_day>"), CODEC.token_id("<s_shop>")
    # Tag, ten characters, tag, end.
    assert [bool(GRAMMAR.mask(GRAMMAR.start, remaining)[day]) for remaining in (12, 13)] == [False, True]
    assert [bool(GRAMMAR.mask(GRAMMAR.start, remaining)[shop]) for remaining in (3, 4)] == [False, True]


def test_a_text_may_be_as_long_as_its_form_says_and_no_longer() -> None:
    letter = CODEC.tokenizer.token_to_id("x")
    state = GRAMMAR.advance(GRAMMAR.start, CODEC.token_id("<s_shop>"))
    longest = 100
    for _ in range(longest):
        assert GRAMMAR.mask(state, 1000)[letter]
        state = GRAMMAR.advance(state, letter)
    assert np.flatnonzero(GRAMMAR.mask(state, 1000)).tolist() == [CODEC.token_id("</s_shop>")]


def test_a_letter_that_is_begun_is_finished() -> None:
    first, second, third = (CODEC.tokenizer.token_to_id(letter) for letter in "âĤ¬")  # the bytes of "€"
    closes, letter = CODEC.token_id("</s_shop>"), CODEC.tokenizer.token_to_id("x")
    state = GRAMMAR.advance(GRAMMAR.start, CODEC.token_id("<s_shop>"))
    # Tag, three bytes, tag, end; the first tag is written.
    assert [bool(GRAMMAR.mask(state, remaining)[first]) for remaining in (4, 5)] == [False, True]
    assert not GRAMMAR.mask(state, 50)[second]
    for token in (first, second):
        state = GRAMMAR.advance(state, token)
        allowed = GRAMMAR.mask(state, 50)
        assert allowed[third]
        assert not allowed[[closes, letter, first]].any()
    state = GRAMMAR.advance(state, third)
    assert GRAMMAR.mask(state, 50)[[closes, letter, first]].all()
    assert GRAMMAR.refused(CODEC.encode({"shop": "€ 5 € Åäö"})) is None


def test_masks_are_made_once() -> None:
    assert GRAMMAR.mask(State(), 200) is GRAMMAR.mask(State(), 100)


def test_labels_that_cannot_be_learned_are_named() -> None:
    def problems(**values: Any) -> list[str]:
        return GRAMMAR.label_problems(values, document="a.pdf", max_length=20)

    assert problems(day="2026-04-15") == []
    assert problems(shop="A\tB") == [r"a.pdf: <s_shop>: 'A\t'… has not the form of such a value"]
    assert problems(shop="x" * 18) == ["a.pdf: 21 tokens, more than the 20 that there is room for"]


def test_a_lossy_tokenizer_is_refused() -> None:
    with pytest.raises(BundleError, match="byte-level tokenizer"):
        Grammar(SequenceCodec(forgetful_tokenizer(), RECEIPT))


def test_an_unknown_kind_is_refused() -> None:
    schema = Schema.from_dict({"name": "receipt", "fields": {"shop": {"kind": "colour"}}}, source="test")
    with pytest.raises(SchemaError, match="shop: unknown kind 'colour'"):
        Grammar(SequenceCodec(receipt_tokenizer(), schema))
