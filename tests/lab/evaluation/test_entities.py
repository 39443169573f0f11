"""Entity F1 as SROIE counts, with figures that can be done by hand."""

from __future__ import annotations

import pytest

from fakta_lab.evaluation.entities import ALL, Answer, entity_scores
from fakta_lab.evaluation.intervals import f1_interval
from fakta_lab.evaluation.scoring import Counts

FIELDS = ("company", "total")

ANSWERS = [
    # Both right, one blank aside.
    Answer({"company": "A  LTD", "total": "1.00"}, {"company": "A LTD", "total": "1.00"}, "A LTD TOTAL 1.00"),
    # A blank too many, and a total that is not given.
    Answer({"company": "NO.5,B", "total": "2.00"}, {"company": "NO.5, B"}, "NO.5,B 2.00"),
    # The truth is not printed so; the answer is what is printed. The total is none, and one is given.
    Answer({"company": "C LTD", "total": None}, {"company": "C 1TD", "total": "3.00"}, "C 1TD 3.00"),
]


def test_strict_counts_every_character() -> None:
    scores = entity_scores(ANSWERS, fields=FIELDS)["strict"]
    assert scores["company"].counts == Counts(tp=1, fp=2, fn=2)
    assert scores["total"].counts == Counts(tp=1, fp=1, fn=1)
    # 2 right, 3 wrong, 3 missed: 2·2 / (2·2 + 3 + 3).
    assert scores[ALL].counts.f1 == pytest.approx(4 / 10)


def test_blanks_aside_takes_the_second_company() -> None:
    scores = entity_scores(ANSWERS, fields=FIELDS)["blanks aside"]
    assert scores["company"].counts == Counts(tp=2, fp=1, fn=1)
    assert scores[ALL].counts.f1 == pytest.approx(6 / 10)


def test_printed_leaves_out_what_the_text_does_not_say() -> None:
    scores = entity_scores(ANSWERS, fields=FIELDS)["printed"]
    assert scores["company"].counts == Counts(tp=2)
    # A total where there is none is wrong in every reading.
    assert scores["total"].counts == Counts(tp=1, fp=1, fn=1)


def test_the_interval_is_over_documents() -> None:
    low, high = f1_interval([Counts(tp=4)] * 8 + [Counts(fp=4, fn=4)] * 2)
    # Of ten documents, a share of 0.8 that are right: 0.5 to 1.0 by the binomial distribution.
    assert (low, high) == (pytest.approx(0.5), pytest.approx(1.0))
    assert f1_interval([Counts(tp=1), Counts(fn=1)], seed=1) == f1_interval([Counts(tp=1), Counts(fn=1)], seed=1)
    assert f1_interval([]) == (0.0, 1.0)
