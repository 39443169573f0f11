"""Donut's tokenizer: exact, digit by digit, and able to learn another schema."""

from __future__ import annotations

import json

from tokenizers import Tokenizer

from fakta.donut.sequence import BASE_TOKENS, SequenceCodec, special_tokens
from fakta.schema import Schema
from fakta_lab.training.donut.tokenizer import train_donut_tokenizer, with_schema

SCHEMA = Schema.from_dict({"name": "note", "fields": {"sender": {"kind": "name"}}}, source="test")
OTHER = Schema.from_dict({"name": "ticket", "fields": {"sender": {"kind": "name"}, "no": {"kind": "text"}}}, source="t")
TOKENIZER = train_donut_tokenizer(["Ekeby 11 AB"] * 9 + ["1111 2222"] * 9, SCHEMA, vocabulary=300)


def test_tokens_are_numbered_in_a_fixed_order() -> None:
    vocabulary = Tokenizer.from_str(TOKENIZER).get_vocab()
    first = sorted(vocabulary, key=vocabulary.__getitem__)[: len(BASE_TOKENS) + len(special_tokens(SCHEMA))]
    assert tuple(first) == BASE_TOKENS + special_tokens(SCHEMA)
    assert len(vocabulary) <= 300
    assert TOKENIZER == train_donut_tokenizer(["Ekeby 11 AB"] * 9 + ["1111 2222"] * 9, SCHEMA, vocabulary=300)


def test_words_are_merged_and_digits_are_not() -> None:
    assert Tokenizer.from_str(TOKENIZER).encode("Ekeby 1122").tokens == ["Ekeby", "Ġ", "1", "1", "2", "2"]


def test_nothing_is_normalised() -> None:
    assert json.loads(TOKENIZER)["normalizer"] is None
    decomposed = "A\u030a ﬁ \uff11\uff12"
    codec = SequenceCodec(TOKENIZER.encode(), SCHEMA)
    assert codec.values(codec.encode({"sender": decomposed})) == {"sender": decomposed}


def test_another_schema_is_added_behind() -> None:
    before = Tokenizer.from_str(TOKENIZER).get_vocab()
    after = Tokenizer.from_str(with_schema(TOKENIZER, OTHER)).get_vocab()
    assert before.items() <= after.items()
    added = sorted(set(after) - set(before), key=after.__getitem__)
    assert added == ["<s_ticket>", "<s_no>", "</s_no>"]
    codec = SequenceCodec(with_schema(TOKENIZER, OTHER).encode(), OTHER)
    assert codec.values(codec.encode({"no": "<s_no>"})) == {"no": "<s_no>"}
