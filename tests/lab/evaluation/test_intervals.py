"""Intervals whose ends can be recomputed, and draws that keep together what belongs together."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fakta_lab.evaluation import Counts, f1_interval, share_interval
from fakta_lab.evaluation.intervals import (
    Draws,
    bootstrap,
    counts_table,
    f1_of,
    middle,
    precision_of,
    ratio_of,
    recall_of,
)

RIGHT, WRONG = Counts(tp=1), Counts(fp=1, fn=1)


def test_wilson_s_interval_solves_its_own_equation() -> None:
    # Its ends are the shares p for which the observed one lies 1.96 standard errors of p away.
    for right, of in ((8, 10), (1, 40), (99, 100)):
        for end in share_interval(right, of):
            assert abs(right / of - end) == pytest.approx(1.959964 * math.sqrt(end * (1 - end) / of), abs=1e-6)


@pytest.mark.parametrize(
    ("right", "of", "ends"),
    # Where all or none are right the other end is 1 / (1 + 1.96² / n).
    [(0, 0, (0.0, 1.0)), (10, 10, (0.722467, 1.0)), (0, 10, (0.0, 0.277533))],
)
def test_shares_without_both_kinds_keep_an_open_end(right: int, of: int, ends: tuple[float, float]) -> None:
    assert share_interval(right, of) == (pytest.approx(ends[0], abs=1e-6), pytest.approx(ends[1], abs=1e-6))


def test_a_share_by_draws_is_near_the_binomial_distribution_s() -> None:
    low, high = f1_interval([RIGHT] * 80 + [WRONG] * 20)
    # Of 100 with a share of 0.8: the middle 95 % of the binomial distribution is 72 to 87 or 88.
    assert (low, high) == (pytest.approx(0.72, abs=0.011), pytest.approx(0.875, abs=0.011))


def test_documents_of_one_supplier_are_drawn_together() -> None:
    documents = [RIGHT] * 80 + [WRONG] * 20
    by_document = f1_interval(documents)
    # All of one supplier's documents fail: as good as ten documents, not a hundred.
    by_supplier = f1_interval(documents, clusters=[f"supplier {i // 10}" for i in range(100)])
    assert by_supplier[0] < by_document[0] - 0.1
    alone = f1_interval(documents, clusters=[""] * 100)
    assert alone == by_document


def test_draws_of_clusters_are_sums_of_whole_clusters() -> None:
    # Clusters of 1 and 10 documents: every draw of two clusters has 2, 11 or 20.
    sums = Draws(11, clusters=["one", *["ten"] * 10], draws=200).sums(np.ones((11, 1)))
    assert set(sums.ravel()) == {2.0, 11.0, 20.0}


def test_large_sets_are_drawn_in_parts_to_the_same_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    table = counts_table([RIGHT, WRONG, Counts(fn=1)] * 5)
    whole = Draws(15, draws=50).sums(table)
    monkeypatch.setattr("fakta_lab.evaluation.intervals.BLOCK", 60)
    parts = Draws(15, draws=50).sums(table)
    assert parts.shape == whole.shape
    # Every draw has 15 documents, of which each counts one right or one missed.
    assert set((parts[:, 0] + parts[:, 2]).tolist()) == {15.0}


def test_without_errors_the_interval_is_not_a_point() -> None:
    low, high = f1_interval([RIGHT] * 20 + [Counts()] * 100)
    # Twenty documents that have something to find, however many there are.
    assert (low, high) == (pytest.approx(share_interval(20, 20)[0]), 1.0)
    assert f1_interval([WRONG] * 20)[0] == 0.0
    assert f1_interval([Counts()] * 3) == (0.0, 1.0)


def test_figures_of_sums_are_those_of_counts() -> None:
    every = [Counts(tp, fp, fn) for tp in range(3) for fp in range(3) for fn in range(3)]
    table = counts_table(every)
    assert f1_of(table).tolist() == [pytest.approx(each.f1) for each in every]
    assert precision_of(table).tolist() == [pytest.approx(each.precision) for each in every]
    assert recall_of(table).tolist() == [pytest.approx(each.recall) for each in every]


def test_draws_without_a_value_are_left_out() -> None:
    low, high = bootstrap([[1, 1], [0, 0]], ratio_of, draws=100)
    assert (low, high) == (1.0, 1.0)
    assert middle(np.array([np.nan])) == (0.0, 1.0)


def test_as_many_clusters_as_documents() -> None:
    with pytest.raises(ValueError, match="2 documents and 1 clusters"):
        Draws(2, clusters=["one"])
