"""The tokenizer's normalisation and pieces."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from fakta_lab.training.layoutlmv3.tokenizer import SPECIAL_TOKENS, train_tokenizer

WORDS = ["Fakturanr:", "Fakturanr", "fakturanr", "12.450,00", "98.121,75", "2026-04-15", "SE556677889901", "Öresund"]
JSON = train_tokenizer(WORDS * 10, vocabulary=330)
TOKENIZER = Tokenizer.from_str(JSON)


def pieces(word: str) -> list[str]:
    ids = TOKENIZER.encode([word], is_pretokenized=True, add_special_tokens=False).ids
    return [TOKENIZER.decode([number]) for number in ids]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fakturanr", "FAKTURANR"),
        ("12.450,00", "98.121,75"),
        ("2026-04-15", "1999-12-31"),
        ("ﬁrma", "firma"),
        ("\uff11\uff12", "12"),
        ("A\u030angström", "Ångström"),
        ("٣", "3"),
    ],
)
def test_case_digits_and_spelling_of_characters_do_not_matter(one: str, other: str) -> None:
    assert pieces(one) == pieces(other)


def test_punctuation_behind_a_label_leaves_the_label_its_token() -> None:
    assert pieces("Fakturanr:") == ["fakturanr", ":"]


def test_number_shapes_are_few_tokens() -> None:
    assert pieces("12.450,00") == ["00.000,00"]
    assert pieces("SE556677889901") == ["se", "000000000000"]


def test_special_tokens_come_first_in_the_order_that_the_model_expects() -> None:
    assert [TOKENIZER.token_to_id(token) for token in SPECIAL_TOKENS] == [0, 1, 2, 3, 4]
    assert TOKENIZER.encode(["kr"], is_pretokenized=True).tokens[0] == "<s>"


def test_vocabulary_is_not_larger_than_asked_for() -> None:
    assert len(json.loads(JSON)["model"]["vocab"]) <= 330


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_no_text_is_unknown(word: str) -> None:
    ids = TOKENIZER.encode([word], is_pretokenized=True, add_special_tokens=False).ids
    assert TOKENIZER.token_to_id("<unk>") not in ids
    assert all(number < TOKENIZER.get_vocab_size() for number in ids)
