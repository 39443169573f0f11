"""What a model's output means: label names, per-word label probabilities, labelled spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fakta.encode import NO_WORD, Window
from fakta.schema import Schema

OUTSIDE = "O"

# A token this close to a place where a window was cut lacks context on one side; it counts less than the same token
# in a neighbouring window.
EDGE_TOKENS = 64

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words with one name: `words[start:end]` of a page."""

    name: str
    start: int
    end: int


def target_names(schema: Schema) -> tuple[str, ...]:
    """What a word can be part of: each field, then each table column as `table.column`, in schema order.

    >>> from fakta.schema import invoice_schema
    >>> names = target_names(invoice_schema())
    >>> names[0], names[-1]
    ('invoice_number', 'line_items.line_amount')
    """
    columns = (f"{table}.{column}" for table, columns in schema.tables.items() for column in columns)
    return (*schema.fields, *columns)


def label_names(schema: Schema) -> tuple[str, ...]:
    """The labels that a model tells apart: "O", then B- and I- of each of `target_names`.

    >>> from fakta.schema import invoice_schema
    >>> label_names(invoice_schema())[:3]
    ('O', 'B-invoice_number', 'I-invoice_number')
    """
    return (OUTSIDE, *(f"{prefix}-{name}" for name in target_names(schema) for prefix in "BI"))


def word_probabilities(windows: Sequence[Window], logits: Sequence[npt.ArrayLike], n_words: int) -> FloatArray:
    """Each word's probabilities over the labels.

    A word's distribution is the mean softmax over its tokens. Where windows overlap it is averaged over them, tokens
    near a cut counting less. A word without any token is "O" (label 0).

    Args:
        windows: of one page, in reading order.
        logits: one (L or more, n_labels) array a window; rows beyond the window's length are padding.
        n_words: of the page.

    Returns:
        (n_words, n_labels), rows sum to 1; (n_words, 0) where there are no windows.
    """
    if not windows:
        return np.zeros((n_words, 0), dtype=np.float32)
    n_labels = np.asarray(logits[0]).shape[-1]
    total = np.zeros((n_words, n_labels), dtype=np.float64)
    weight = np.zeros(n_words, dtype=np.float64)
    for number, (window, scores) in enumerate(zip(windows, logits, strict=True)):
        at = np.flatnonzero(window.word_index != NO_WORD)
        words = window.word_index[at]
        share = _token_weights(len(at), cut_before=number > 0, cut_after=number < len(windows) - 1)
        np.add.at(total, words, _softmax(np.asarray(scores, dtype=np.float64)[at]) * share[:, None])
        np.add.at(weight, words, share)
    total[weight == 0, 0] = 1.0
    return (total / np.where(weight == 0, 1.0, weight)[:, None]).astype(np.float32)


def spans(labels: Sequence[str]) -> Iterator[Span]:
    """The labelled spans of a page's words.

    An "I-" label that continues nothing opens a span of its own, so that a missed first word does not lose the rest.

    >>> list(spans(["O", "B-iban", "I-iban", "I-bic", "B-bic"]))
    [Span(name='iban', start=1, end=3), Span(name='bic', start=3, end=4), Span(name='bic', start=4, end=5)]
    """
    name, start = "", 0
    for i, label in enumerate([*labels, OUTSIDE]):
        prefix, _, here = label.partition("-")
        if name and (prefix != "I" or here != name):
            yield Span(name, start, i)
            name = ""
        if here and not name:
            name, start = here, i


def _token_weights(n: int, *, cut_before: bool, cut_after: bool) -> npt.NDArray[np.float64]:
    distance = np.full(n, EDGE_TOKENS, dtype=np.float64)
    if cut_before:
        distance = np.minimum(distance, np.arange(1, n + 1))
    if cut_after:
        distance = np.minimum(distance, np.arange(n, 0, -1))
    return distance / EDGE_TOKENS


def _softmax(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))
