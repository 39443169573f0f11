"""Greedy decoding: what the model wants, as far as the grammar allows it, and how sure it was."""

from __future__ import annotations

import numpy as np
import pytest
from tests.fakta.donut.nano import CELLS, VALUES, Scripted, receipt_grammar

from fakta.donut.decoding import MOST_MARGIN, Decoded, decode
from fakta.errors import BundleError

GRAMMAR = receipt_grammar()
CODEC = GRAMMAR.codec
V = GRAMMAR.vocabulary
IDS = CODEC.encode(VALUES)


def decoded(ids: list[int], *, max_length: int = 200, **options: object) -> Decoded:
    return decode(Scripted(ids, vocabulary=V, **options), GRAMMAR, max_length=max_length)  # type: ignore[arg-type]


def test_what_the_model_wants_is_written() -> None:
    script = Scripted(IDS, vocabulary=V)
    result = decode(script, GRAMMAR, max_length=200)
    assert result.tokens == IDS
    assert script.given == [CODEC.prompt_id, *IDS[:-1]]
    assert not result.cut_short
    assert [(said.written.name, said.written.text) for said in result.said] == [
        ("shop", "Björkdala Städ AB"),
        ("day", "2026-04-15"),
        ("total", "12450.00"),
        ("what", "Timmer <sep/> 2"),
        ("price", "12400.00"),
        ("what", "Frakt"),
    ]


def test_a_value_is_as_likely_as_its_tokens_with_their_tags() -> None:
    ids = CODEC.encode({"day": "2026-04-15", "total": "9.00"})
    opens, closes = ids.index(CODEC.token_id("<s_total>")), ids.index(CODEC.token_id("</s_total>"))
    result = decoded(ids, certainty={opens: 0.5, opens + 1: 0.8, closes: 0.9})
    day, total = result.said
    assert day.probability == pytest.approx(0.999**12, rel=1e-4)
    assert total.probability == pytest.approx(0.5 * 0.8 * 0.9 * 0.999 ** (closes - opens - 2), rel=1e-4)
    assert total.weakest == pytest.approx(0.5, rel=1e-4)
    # The other tokens share what is left.
    assert total.margin == pytest.approx(np.log(0.5 / (0.5 / (V - 1))), rel=1e-4)


def test_grammar_overrules_the_model_and_that_shows() -> None:
    day = CODEC.token_id("<s_day>")
    slash = CODEC.tokenizer.token_to_id("/")
    ids = [day, *[slash] * 10, CODEC.token_id("</s_day>"), CODEC.end_id]
    result = decoded(ids)
    assert GRAMMAR.refused(result.tokens) is None
    (said,) = result.said
    assert said.weakest < 1e-3 / V * 2
    assert said.probability < 1e-20
    # Among what is allowed all are alike.
    assert result.steps[1].allowed == pytest.approx(1 / 2, rel=1e-3)  # a year begins with 1 or 2


def test_certain_is_certain() -> None:
    result = decoded(IDS, certainty={0: 1 - 1e-12})
    assert result.steps[0].raw == pytest.approx(1.0)
    assert result.steps[0].margin == pytest.approx(MOST_MARGIN)


def test_absence_is_the_doubt_in_the_tag_that_was_passed_over() -> None:
    # The total's tag is the first token: shop and day are passed over there, the goods at the end.
    ids = CODEC.encode({"total": "9.00"})
    result = decoded(ids, certainty={0: 0.9, len(ids) - 1: 0.6})
    others = V - 1
    assert result.absent == pytest.approx(
        {"shop": 1 - 0.1 / others, "day": 1 - 0.1 / others, "goods": 1 - 0.4 / others}, rel=1e-6
    )


def test_a_page_without_values() -> None:
    result = decoded([CODEC.end_id])
    assert (result.tokens, list(result.said)) == ([CODEC.end_id], [])
    assert set(result.absent) == {"shop", "day", "total", "goods"}


@pytest.mark.parametrize("max_length", [1, 5, 20, 47])
def test_a_decoder_that_never_ends_is_ended(max_length: int) -> None:
    letter = CODEC.tokenizer.token_to_id("x")
    result = decoded([CODEC.token_id("<s_shop>"), *[letter] * 500], max_length=max_length)
    assert len(result.tokens) <= max_length
    assert GRAMMAR.refused(result.tokens) is None
    assert result.cut_short
    assert [len(said.written.text) for said in result.said] == ([max_length - 3] if max_length > 3 else [])


def test_enough_room_is_not_cut_short() -> None:
    assert not decoded(IDS, max_length=len(IDS)).cut_short
    assert decoded(IDS, max_length=len(IDS) - 1).cut_short


def test_attention_is_that_of_the_values_own_tokens() -> None:
    ids = CODEC.encode({"total": "9.00"})
    look = {position: np.eye(CELLS)[2 if 1 <= position <= 4 else 0] for position in range(len(ids))}
    (said,) = decoded(ids, attention=look).said
    np.testing.assert_allclose(said.attention, np.eye(CELLS)[2])


def test_no_numbers_are_refused() -> None:
    class Broken:
        def write(self, token: int) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
            return np.full(V, np.nan, dtype=np.float32), np.zeros(CELLS, dtype=np.float32)

    with pytest.raises(BundleError, match="values that are no numbers"):
        decode(Broken(), GRAMMAR, max_length=10)


def test_a_smaller_vocabulary_is_refused() -> None:
    with pytest.raises(BundleError, match=rf"writes 12 tokens and tokenizer\.json has {V}"):
        decode(Scripted([2], vocabulary=12), GRAMMAR, max_length=10)
