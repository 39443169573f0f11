"""Row and cell scores of tables that can be recomputed by hand."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta_lab.evaluation.rows import TableCounts, score_table
from fakta_lab.evaluation.scoring import Counts

KINDS = {"description": "text", "quantity": "quantity", "line_amount": "amount"}


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
    assert score_table("line_items", gold, pred, kinds=KINDS).cells == Counts(tp=5, fp=1, fn=4)


def test_rows_where_there_is_no_table_are_wrong() -> None:
    assert score_table("line_items", [], [{"description": "Spik"}], kinds=KINDS).rows == Counts(fp=1)
    assert score_table("line_items", [{"description": "Spik"}], [], kinds=KINDS).rows == Counts(fn=1)


ROWS = st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"), max_size=3), max_size=4)


@given(ROWS, ROWS)
def test_no_other_pairing_of_rows_has_more_equal_cells(gold: list[dict[str, str]], pred: list[dict[str, str]]) -> None:
    counts = score_table("rows", gold, pred, kinds={}).cells
    columns = {column for row in gold for column in row}
    kept = [{c: v for c, v in row.items() if c in columns} for row in pred] if columns else pred
    short, long = sorted((gold, kept), key=len)
    best = max(
        sum(len(a.items() & b.items()) for a, b in zip(short, order, strict=False))
        for order in itertools.permutations(long)
    )
    assert counts == Counts(tp=best, fp=sum(map(len, kept)) - best, fn=sum(map(len, gold)) - best)


@pytest.mark.parametrize(
    ("pred", "right"),
    [
        ({"description": "Väggfärg vit 10 l", "quantity": "2.0", "line_amount": "1500.00", "unit": "st"}, True),
        ({"description": "väggfärg  vit 10 1", "quantity": "2", "line_amount": "1500.00", "unit": "tim"}, True),
        ({"description": "Väggfärg", "quantity": "2", "line_amount": "1500.00", "unit": "st"}, False),
        ({"description": "Väggfärg vit 10 l", "quantity": "3", "line_amount": "1500.00", "unit": "st"}, False),
        ({"description": "Väggfärg vit 10 l", "quantity": "2", "unit": "st"}, False),
    ],
    ids=["equal", "nearly the same text, other unit", "half the text", "other quantity", "no amount"],
)
def test_what_makes_a_row_of_line_items_right(pred: dict[str, str], right: bool) -> None:
    gold = [{"description": "Väggfärg vit 10 l", "quantity": "2", "line_amount": "1500.00", "unit": "st"}]
    counts = score_table("line_items", gold, [pred], kinds=KINDS).rows
    assert counts == (Counts(tp=1) if right else Counts(fp=1, fn=1))


def test_a_row_may_lack_what_the_truth_does_not_state() -> None:
    gold = [{"description": "Frakt", "line_amount": "49.00"}]
    pred = [{"description": "Frakt", "line_amount": "49.00", "quantity": "1", "unit_price": "49.00"}]
    counts = score_table("line_items", gold, pred, kinds=KINDS)
    assert (counts.rows, counts.cells) == (Counts(tp=1), Counts(tp=2))


def test_every_column_of_a_vat_breakdown_counts() -> None:
    gold = [{"rate": "25", "taxable_amount": "100.00", "tax_amount": "25.00"}]
    pred = [{"rate": "25", "taxable_amount": "100.00", "tax_amount": "26.00"}]
    counts = score_table("vat_breakdown", gold, pred, kinds={})
    assert counts.rows == Counts(fp=1, fn=1)
    assert counts.columns["tax_amount"] == Counts(fp=1, fn=1)
    assert counts.columns["rate"] == Counts(tp=1)


def test_among_equal_rows_the_one_with_the_nearer_text_is_taken() -> None:
    gold = [{"description": "Skruv 4x40", "quantity": "1"}, {"description": "Montering", "quantity": "1"}]
    pred = [{"description": "Monterin", "quantity": "1"}, {"description": "Skruv 4x4O", "quantity": "1"}]
    assert score_table("line_items", gold, pred, kinds=KINDS).rows == Counts(tp=2)


def test_counts_add_up_column_by_column() -> None:
    one = TableCounts(Counts(tp=1), Counts(tp=2), {"unit": Counts(tp=1)})
    two = TableCounts(Counts(fn=1), Counts(fn=2), {"unit": Counts(fn=1), "quantity": Counts(tp=1)})
    both = one + two
    assert (both.rows, both.cells) == (Counts(tp=1, fn=1), Counts(tp=2, fn=2))
    assert both.columns == {"unit": Counts(tp=1, fn=1), "quantity": Counts(tp=1)}
