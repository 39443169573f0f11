"""Betting on error rates: values that can be computed by hand, and bounds that hold on simulated streams."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fakta_lab.monitoring.capital import MOST, Capital
from fakta_lab.monitoring.error_rate import BETTORS, ErrorRateTest, error_rate_interval


def after(outcomes: list[bool], promised: float = 0.01) -> ErrorRateTest:
    test = ErrorRateTest(promised)
    for wrong in outcomes:
        test.audit(np.array(wrong))
    return test


def test_the_first_audit_by_hand() -> None:
    # The bettors expect 0.01^(7/8), ..., 0.01^(1/8), and 1 - 1/√2 of the money is set in.
    expected = [0.01 ** (k / 8) for k in range(1, 8)]
    stake, waiting = 1 - 1 / math.sqrt(2), 1 / math.sqrt(2)
    wrong = stake * sum(rate / 0.01 for rate in expected) / 7 + waiting
    right = stake * sum((1 - rate) / 0.99 for rate in expected) / 7 + waiting
    assert float(after([True]).capital.value) == pytest.approx(wrong)
    assert float(after([False]).capital.value) == pytest.approx(right)
    # Fair at the promised rate.
    assert 0.01 * wrong + 0.99 * right == pytest.approx(1)


def test_the_second_audit_by_hand() -> None:
    expected = [0.01 ** (k / 8) for k in range(1, 8)]
    first, second = 1 - 1 / math.sqrt(2), 1 / math.sqrt(2) - 1 / math.sqrt(3)
    owned = sum((first * (1 - rate) / 0.99 + second) * rate / 0.01 for rate in expected) / 7
    assert float(after([False, True]).capital.value) == pytest.approx(owned + 1 / math.sqrt(3))


def test_bets_are_worse_than_fair_below_the_promise() -> None:
    test = ErrorRateTest(0.05)
    gains = test._if_wrong * 0.03 + test._if_right * 0.97
    assert len(gains) == BETTORS
    assert (gains < 1).all()


def test_an_alarm_stands_once_it_is_raised() -> None:
    test = after([True] * 4 + [False] * 2000)
    assert test.capital.highest > 400
    assert test.capital.value < 1
    assert test.audits_to_notice(5, alarm=400) is None


def test_capital_without_end_is_cut_off() -> None:
    capital = Capital(1)
    for _ in range(5):
        capital.bet(np.array([1e60]))
    assert float(capital.value) == pytest.approx(MOST)


def test_money_that_waits_keeps_a_late_change_noticeable() -> None:
    rng = np.random.default_rng(1)
    test = after((rng.random(1000) < 0.001).tolist())
    late = test.audits_to_notice(5, alarm=400)
    soon = ErrorRateTest(0.01).audits_to_notice(5, alarm=400)
    assert late is not None
    assert soon is not None
    assert 100 < soon < late < 600
    # Those who bet from the first day on only would have lost nearly everything by then.
    assert math.log(0.99**1000 / 0.95**1000) > 40


def test_a_rate_just_above_the_promise_is_noticed_by_nobody_soon() -> None:
    assert ErrorRateTest(0.001).audits_to_notice(1.2, alarm=400, streams=20) is None


def test_false_alarms_are_as_rare_as_promised() -> None:
    streams, rng = 1000, np.random.default_rng(0)
    test = ErrorRateTest(0.02, (streams,))
    for _ in range(1000):
        test.audit(rng.random(streams) < 0.02)
    # 5 % are allowed; more than 6.8 % of a thousand would come by chance once in two hundred times.
    assert 0.001 < (test.capital.highest >= 20).mean() < 0.068


def test_the_interval_by_hand_and_at_its_ends() -> None:
    assert error_rate_interval(0, 0, alpha=0.05) == (0.0, 1.0)
    low, high = error_rate_interval(0, 100, alpha=0.05)
    assert low == 0.0
    # A single bettor who bets on no error at all has (1 - p)^-100, and shares with eleven others.
    assert high < 1 - (40 * 12) ** (-1 / 100)
    assert high > 1 - 40 ** (-1 / 100)
    assert error_rate_interval(7, 7, alpha=0.05)[1] == 1.0
    low, high = error_rate_interval(50, 5000, alpha=0.05)
    assert 0.005 < low < 0.01 < high < 0.016


def test_intervals_narrow_and_hold_the_average_of_changing_rates() -> None:
    rng = np.random.default_rng(3)
    rates = np.linspace(0, 0.1, 600)
    missed = 0
    for _ in range(100):
        wrong = np.cumsum(rng.random(600) < rates)
        intervals = [error_rate_interval(int(wrong[n - 1]), n, alpha=0.1) for n in (20, 60, 200, 600)]
        averages = [rates[:n].mean() for n in (20, 60, 200, 600)]
        missed += any(not low <= rate <= high for (low, high), rate in zip(intervals, averages, strict=True))
        assert intervals[0][1] - intervals[0][0] > intervals[-1][1] - intervals[-1][0]
    assert missed <= 10
