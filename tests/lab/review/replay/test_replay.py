"""Replays on a pool that can be worked out by hand: suppliers that must be seen once, and then are known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.review.sampling.pools import glance

from fakta.schema import invoice_schema
from fakta_lab.evaluation import Counts
from fakta_lab.review.replay.case import Case, Question
from fakta_lab.review.replay.curves import Curves, labels_needed, plot, render
from fakta_lab.review.replay.learner import Learner
from fakta_lab.review.replay.receipts import prints, receipt_cases
from fakta_lab.review.replay.run import replay
from fakta_lab.review.replay.strategies import STRATEGIES, Strategy
from fakta_lab.review.sampling import SamplingConfig

SIZES = {"alpha": 12, "beta": 3, "gamma": 1, "delta": 1}


def case(supplier: str, number: int) -> Case:
    """Of two options the first is right; only a word of the supplier's own tells them apart."""
    slot = 10 * list(SIZES).index(supplier)
    question = Question("amount_due", ((slot,), (slot + 1,)), (0.5, 1.0), frozenset({0}), stated=True)
    return Case(glance(f"{supplier} {number}", like=supplier), supplier, (question,))


POOL = [case(supplier, i) for supplier, size in SIZES.items() for i in range(size)]
HELD_OUT = [case(supplier, 100) for supplier in SIZES]


def curve(strategy: Strategy, *, seed: int = 0) -> list[float]:
    return replay(strategy, POOL, HELD_OUT, invoice_schema(), SamplingConfig(), budgets=[0, 2, 4, 17], seed=seed)


def test_the_learner_starts_from_the_prior_and_learns_what_it_is_shown() -> None:
    assert Learner([]).score(HELD_OUT) == Counts(fp=4, fn=4)
    assert Learner([POOL[0]]).score(HELD_OUT) == Counts(tp=1, fp=3, fn=3)
    assert Learner(POOL).score(HELD_OUT) == Counts(tp=4)


def test_a_value_that_no_option_holds_is_missed_and_teaches_nothing() -> None:
    lost = Case(glance("lost"), "", (Question("bic", ((1,),), (2.0,), frozenset(), stated=True),))
    absent = Case(glance("absent"), "", (Question("bic", ((1,),), (2.0,), frozenset(), stated=False),))
    assert Learner([lost] * 5).score([lost]) == Counts(fp=1, fn=1)
    assert Learner([absent] * 5).score([absent]) == Counts()
    unread = Case(glance("unread"), "", (Question("bic", (), (), frozenset(), stated=True),))
    assert Learner([unread]).score([unread]) == Counts(fn=1)


def test_diversity_needs_as_many_documents_as_there_are_suppliers() -> None:
    assert curve("diversity") == [0.0, 0.5, 1.0, 1.0]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_ends_where_all_is_corrected(strategy: Strategy) -> None:
    assert curve(strategy)[-1] == 1.0
    assert curve(strategy, seed=3) == curve(strategy, seed=3)


def test_labels_needed_and_the_table() -> None:
    curves = Curves("pool", (0, 10, 20), {"random": [[0.2, 0.4, 0.6], [0.2, 0.5, 0.8]], "wise": [[0.2, 0.8, 0.9]] * 2})
    assert curves.labels_for_random("random") == [20.0, 20.0]
    assert curves.labels_for_random("wise") == [pytest.approx(10 * 0.4 / 0.6), 10.0]
    (start, _), (tenth, spread), _ = curves.gain("wise")
    assert (start, tenth) == (0.0, pytest.approx(0.35))
    assert spread == pytest.approx(0.0707, abs=1e-4)
    table = render(curves)
    assert "| wise | 0.200 (+0.000 ± 0.000) | 0.800 (+0.350 ± 0.071) | 0.900 (+0.200 ± 0.141) | 8 ± 2 |" in table
    assert labels_needed([0, 5], [0.1, 0.2], target=0.05) == 0.0


def test_the_plot_is_a_picture(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "curves.png"
    curves = Curves("pool", (0, 10), {"random": [[0.2, 0.4], [0.2, 0.5]], "diversity": [[0.2, 0.8]] * 2})
    plot([curves, curves], path)
    with Image.open(path) as picture:
        assert picture.size[0] > 500


def test_receipts_become_questions_about_lines(tmp_path: Path) -> None:
    lines = ["NORTH STAR TRADING", "12 HARBOUR ROAD, 40100 PORTVILLE", "DATE: 05/03/2026", "COFFEE 4.50", "TOTAL 9.00"]
    record = {
        "document": "a.jpg",
        "fields": {
            "company": "NORTH STAR TRADING",
            "address": "12 HARBOUR ROAD, 40100 PORTVILLE",
            "date": "05/03/2026",
            "total": "9.00",
        },
        "lines": [{"text": text, "box": [0.1, 0.1 * i, 0.8, 0.1 * i + 0.05]} for i, text in enumerate(lines)],
    }
    path = tmp_path / "truth.jsonl"
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    (found,) = receipt_cases(path)
    assert {question.field: set(question.right) for question in found.questions} == {
        "company": {0},
        "address": {1},
        "date": {2},
        "total": {4},
    }
    assert Learner([found]).score([found]).f1 == 1.0
    assert all(len(question.by(kind).options) == len(lines) for question in found.questions for kind in (0, 1))


def test_a_sum_is_not_found_inside_another() -> None:
    assert not prints("total", "9.00", "TOTAL 119.00")
    assert not prints("total", "9.00", "9.005")
