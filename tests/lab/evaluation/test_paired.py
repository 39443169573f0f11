"""Paired tests whose p-values can be counted."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from fakta_lab.evaluation import Counts, holm, mcnemar, paired_difference
from fakta_lab.evaluation.paired import holm_adjusted, holm_discrete, swap_test

RIGHT, WRONG = Counts(tp=1), Counts(fp=1, fn=1)


@pytest.mark.parametrize(("first", "second"), [(10, 2), (2, 10), (7, 7), (0, 1), (40, 20)])
def test_mcnemar_is_the_binomial_test(first: int, second: int) -> None:
    both, fewer = first + second, min(first, second)
    expected = min(1.0, 2 * sum(comb(both, k) for k in range(fewer + 1)) / 2**both)
    assert mcnemar(first, second) == pytest.approx(expected)


def test_equal_systems_differ_by_nothing() -> None:
    found = paired_difference([RIGHT, WRONG], [RIGHT, WRONG])
    assert (found.difference, found.low, found.high, found.p, found.p_worse) == (0, 0, 0, 1, 1)
    assert paired_difference([], []).p == 1


def test_p_values_count_the_ways_to_swap() -> None:
    # Six documents differ, all for the worse: of 64 ways to swap one is as low, two are as far from 0.
    found = paired_difference([RIGHT] * 10, [RIGHT] * 4 + [WRONG] * 6)
    assert found.difference == pytest.approx(-0.6)
    assert (found.p, found.p_worse) == (2 / 64, 1 / 64)
    # The other way round it is no worse in any way.
    better = paired_difference([RIGHT] * 4 + [WRONG] * 6, [RIGHT] * 10)
    assert (better.difference, better.p, better.p_worse) == (pytest.approx(0.6), 2 / 64, 1.0)


def test_many_documents_are_swapped_at_random_to_the_same_effect() -> None:
    first = [RIGHT] * 60 + [WRONG] * 40
    second = [WRONG] * 14 + [RIGHT] * 46 + [RIGHT] * 6 + [WRONG] * 34
    found = paired_difference(first, second)
    # With one value a document this is McNemar's test: 14 against 6.
    assert found.p == pytest.approx(mcnemar(14, 6), abs=0.01)
    assert found.p_worse == pytest.approx(mcnemar(14, 6) / 2, abs=0.01)
    assert found.low < found.difference < found.high
    assert paired_difference(first, second) == found


def test_a_supplier_s_documents_are_one_piece_of_evidence() -> None:
    first, second = [RIGHT] * 40, [WRONG] * 10 + [RIGHT] * 30
    suppliers = [f"supplier {i // 10}" for i in range(40)]
    assert paired_difference(first, second).p_worse == 1 / 1024
    assert paired_difference(first, second, clusters=suppliers).p_worse == 0.5


def test_as_many_documents_of_both() -> None:
    with pytest.raises(ValueError, match="1 documents of the first system and 2"):
        paired_difference([RIGHT], [RIGHT, RIGHT])


def test_random_swaps_fit_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    table = np.array([[1.0, 0.0]] * 12 + [[0.0, 1.0]] * 8)
    whole = swap_test(table, lambda sums: sums[..., 1] - sums[..., 0], swaps=2000)
    monkeypatch.setattr("fakta_lab.evaluation.paired.BLOCK", 200)
    parts = swap_test(table, lambda sums: sums[..., 1] - sums[..., 0], swaps=2000)
    assert parts.p == pytest.approx(whole.p, abs=0.05)
    assert parts.smallest == whole.smallest == 1 / 2001


def test_holm_goes_step_by_step() -> None:
    p = {"a": 0.04, "b": 0.012, "c": 0.001, "d": 0.03}
    # 4·0.001, 3·0.012 = 0.036, 2·0.03 = 0.06, and from there on nothing below 0.06.
    assert holm_adjusted(p) == {"a": 0.06, "b": pytest.approx(0.036), "c": 0.004, "d": 0.06}
    assert holm(p) == {"a": False, "b": True, "c": True, "d": False}
    assert holm(p, level=0.06) == dict.fromkeys(p, True)
    assert holm({}) == {}


def test_what_cannot_be_significant_costs_the_others_nothing() -> None:
    p = {"a": 0.02, **{f"few {i}": 0.25 for i in range(20)}}
    smallest = {"a": 1e-4, **{f"few {i}": 0.25 for i in range(20)}}
    assert not holm(p)["a"]
    assert holm_discrete(p, smallest)["a"] == 0.02
    # Where all can be, it is Holm's procedure.
    assert holm_discrete(p, dict.fromkeys(p, 1e-4)) == holm_adjusted(p)


def test_the_level_holds_for_tests_of_few_documents() -> None:
    """Twenty figures in which 0 to 9 documents differ by chance, 400 times: at most 5 % with any false alarm."""
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(400):
        differing = rng.integers(10, size=20)
        lost = rng.binomial(differing, 0.5)
        p = {
            str(i): sum(comb(int(n), k) for k in range(int(worse), int(n) + 1)) / 2 ** int(n)
            for i, (n, worse) in enumerate(zip(differing, lost, strict=True))
        }
        smallest = {str(i): 1 / 2 ** int(n) for i, n in enumerate(differing)}
        alarms += min(holm_discrete(p, smallest).values()) <= 0.05
    # 20 expected at the level itself, less because p-values of few documents come in steps.
    assert alarms <= 20
