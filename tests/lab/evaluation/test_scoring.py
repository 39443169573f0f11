"""Scores that can be recomputed by hand."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta_lab.evaluation.scoring import Counts, score_rows, score_value

KINDS = {"description": "text", "quantity": "quantity", "line_amount": "amount"}


@pytest.mark.parametrize(
    ("truth", "pred", "kind", "expected"),
    [
        ("17", "17", "identifier", (1, 0, 0)),
        ("17", "18", "identifier", (0, 1, 1)),
        ("17", None, "identifier", (0, 0, 1)),
        (None, "17", "identifier", (0, 1, 0)),
        (None, None, "identifier", (0, 0, 0)),
        ("Berg & Co AB", "Berg  &\nCo AB ", "name", (1, 0, 0)),
        ("Berg & Co AB", "berg & co ab", "name", (0, 1, 1)),
        ("100.00", "100", "amount", (0, 1, 1)),
        ("F 17", "F  17", "identifier", (0, 1, 1)),
    ],
)
def test_one_value(truth: str | None, pred: str | None, kind: str, expected: tuple[int, int, int]) -> None:
    counts = score_value(truth, pred, kind=kind)
    assert (counts.tp, counts.fp, counts.fn) == expected


def test_figures_without_anything_right_are_zero() -> None:
    assert (Counts(fp=1).precision, Counts(fp=1).recall, Counts(fn=1).precision, Counts(fn=1).f1) == (0, 0, 0, 0)


def test_rows_are_paired_by_what_they_say_not_by_their_order() -> None:
    gold = [
        {"description": "Spik", "quantity": "2", "line_amount": "20.00"},
        {"description": "Skruv", "quantity": "1", "line_amount": "15.00"},
        {"description": "Frakt", "quantity": "1", "line_amount": "49.00"},
    ]
    pred = [
        {"description": "Frakt", "quantity": "1.00", "line_amount": "49.00"},
        {"description": "Skruv", "quantity": "2", "line_amount": "15.00", "unit": "st"},
    ]
    # Frakt 3 of 3, Skruv 2 of 3, Spik missed; the unit is not in the truth and is not scored.
    assert score_rows(gold, pred, kinds=KINDS) == Counts(tp=5, fp=1, fn=4)


def test_rows_where_there_is_no_table_are_wrong() -> None:
    assert score_rows([], [{"description": "Spik"}], kinds=KINDS) == Counts(fp=1)
    assert score_rows([{"description": "Spik"}], [], kinds=KINDS) == Counts(fn=1)


ROWS = st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"), max_size=3), max_size=4)


@given(ROWS, ROWS)
def test_no_other_pairing_of_rows_has_more_equal_cells(gold: list[dict[str, str]], pred: list[dict[str, str]]) -> None:
    counts = score_rows(gold, pred, kinds={})
    columns = {column for row in gold for column in row}
    kept = [{c: v for c, v in row.items() if c in columns} for row in pred] if columns else pred
    short, long = sorted((gold, kept), key=len)
    best = max(
        sum(len(a.items() & b.items()) for a, b in zip(short, order, strict=False))
        for order in itertools.permutations(long)
    )
    assert counts == Counts(tp=best, fp=sum(map(len, kept)) - best, fn=sum(map(len, gold)) - best)
