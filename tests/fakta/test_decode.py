"""Logits to word probabilities and spans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakta.tiny_model import LABELS, SCHEMA, TOKENIZER_JSON, page_of

from fakta.decode import EDGE_TOKENS, Span, label_names, spans, target_names, word_probabilities
from fakta.encode import Encoder, Window
from fakta.schema import invoice_schema


def window_of(words: list[int]) -> Window:
    n = len(words)
    return Window(np.zeros(n, np.int64), np.zeros((n, 4), np.int64), np.ones(n, np.int64), np.array(words))


def test_labels_are_outside_then_begin_and_inside_of_each_target() -> None:
    assert LABELS == ("O", "B-total", "I-total", "B-number", "I-number")
    assert len(label_names(invoice_schema())) == 1 + 2 * len(target_names(invoice_schema()))
    assert target_names(SCHEMA) == ("total", "number")


def test_word_gets_the_mean_softmax_of_its_tokens() -> None:
    logits = np.log([[0.5, 0.5], [0.8, 0.2], [0.4, 0.6], [0.1, 0.9], [0.5, 0.5]])
    probabilities = word_probabilities([window_of([-1, 0, 0, 1, -1])], [logits], 2)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities, [[0.6, 0.4], [0.1, 0.9]], atol=1e-6)


def test_rows_of_padding_behind_the_window_are_not_looked_at() -> None:
    logits = np.log([[0.5, 0.5], [0.8, 0.2], [0.5, 0.5], [0.001, 0.999]])
    np.testing.assert_allclose(word_probabilities([window_of([-1, 0, -1])], [logits], 1), [[0.8, 0.2]], atol=1e-6)


def test_word_in_two_windows_follows_the_one_that_sees_more_around_it() -> None:
    # Word 0 stands at the cut of the second window, far from the cut of the first.
    first = window_of([-1, 0, *[1] * EDGE_TOKENS, -1])
    second = window_of([-1, 0, 1, -1])
    sure, unsure = np.log([[0.9, 0.1]]), np.log([[0.1, 0.9]])
    logits = [np.repeat(sure, len(first), axis=0), np.repeat(unsure, len(second), axis=0)]
    probability = word_probabilities([first, second], logits, 2)[0, 0]
    expected = (0.9 * 1 + 0.1 / EDGE_TOKENS) / (1 + 1 / EDGE_TOKENS)
    assert probability == pytest.approx(expected, abs=1e-6)


def test_word_without_tokens_is_outside() -> None:
    probabilities = word_probabilities([window_of([-1, 1, -1])], [np.zeros((3, 4))], 2)
    assert probabilities[0].tolist() == [1, 0, 0, 0]


def test_no_windows_give_no_labels() -> None:
    assert word_probabilities([], [], 3).shape == (3, 0)


@given(n=st.integers(1, 120), window=st.integers(8, 60))
def test_windows_that_agree_give_what_one_long_window_gives(n: int, window: int) -> None:
    page = page_of([f"ord{i}" for i in range(n)])
    table = np.random.default_rng(0).normal(size=(400, len(LABELS)))
    results = []
    for size, stride in ((100_000, 0), (window, (window - 3) // 2)):
        windows = Encoder(TOKENIZER_JSON.encode(), window=size, stride=stride).encode(page)
        results.append(word_probabilities(windows, [table[part.input_ids] for part in windows], n))
    np.testing.assert_allclose(results[0].sum(axis=1), 1, atol=1e-5)
    # Only whole words compare exactly: where a cut goes through a word, each window sees a part of its tokens.
    assert (results[0].argmax(1) == results[1].argmax(1)).mean() > 0.5
    if len(windows) == 1:
        np.testing.assert_allclose(results[0], results[1], atol=1e-6)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], []),
        (["O", "O"], []),
        (["B-a", "I-a", "O"], [Span("a", 0, 2)]),
        (["B-a", "B-a"], [Span("a", 0, 1), Span("a", 1, 2)]),
        (["I-a", "I-a", "I-b"], [Span("a", 0, 2), Span("b", 2, 3)]),
        (["O", "B-t.c-d", "I-t.c-d"], [Span("t.c-d", 1, 3)]),
    ],
)
def test_spans(labels: list[str], expected: list[Span]) -> None:
    assert list(spans(labels)) == expected
