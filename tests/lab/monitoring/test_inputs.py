"""Places of confidences: uniform while nothing changes, whatever the ties; and what bettors make of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import kstest

from fakta_lab.monitoring.inputs import BETTORS, ConfidencePlaces, InputTest, gains
from fakta_lab.tuning.examples import Example
from fakta_lab.tuning.reference import confidence_reference

RAMP = [i / 100 for i in range(101)]


def quantiles(values: np.ndarray) -> list[float]:
    return np.quantile(values, np.linspace(0, 1, 101), method="inverted_cdf").tolist()


def test_places_by_hand() -> None:
    # One example leaves two gaps, below and above it.
    places = ConfidencePlaces([0.5] * 101, 1)
    assert places.place(0.4, 0.5, 0.5) == pytest.approx(0.25)
    # Now the lower gap weighs two of three.
    assert places.place(0.6, 0.5, 0.5) == pytest.approx((2 + 0.5) / 3)
    assert places.place(0.4, 0.5, 0.25) == pytest.approx(0.25 * 2 / 4)


def test_equal_confidences_are_told_apart_by_the_random_number() -> None:
    low = ConfidencePlaces([0.9] * 101, 100).place(0.9, 0.001, 0.5)
    high = ConfidencePlaces([0.9] * 101, 100).place(0.9, 0.999, 0.5)
    assert low < 0.02
    assert high > 0.98


@pytest.mark.parametrize("tied", [False, True])
def test_places_are_uniform_while_nothing_changes(tied: bool) -> None:
    rng = np.random.default_rng(0)
    draw = (lambda n: rng.choice([0.3, 0.8, 0.99], n, p=[0.1, 0.3, 0.6])) if tied else rng.random
    found = []
    for stream in range(40):
        places = ConfidencePlaces(quantiles(draw(200)), 200, seed=stream)
        found += [places.place(c, *rng.random(2)) for c in draw(100)]
    assert kstest(found, "uniform").pvalue > 0.01


def test_every_bettor_bets_a_density() -> None:
    assert gains(np.zeros((3, 2))).shape == (3, 2, BETTORS)
    for bettor in range(BETTORS):
        total, _ = quad(lambda place, bettor=bettor: gains(np.array(place))[bettor], 0, 1, limit=200)
        assert total == pytest.approx(1, abs=1e-3)


def seen(test: InputTest, confidences: list[float]) -> None:
    for i, confidence in enumerate(confidences):
        test.see({"iban": confidence}, f"{i + 1:064x}")


def test_lower_confidences_raise_a_warning_and_equal_ones_none() -> None:
    rng = np.random.default_rng(2)
    alike, lower = InputTest({"iban": (RAMP, 300)}, alarm=20), InputTest({"iban": (RAMP, 300)}, alarm=20)
    seen(alike, rng.random(500).tolist())
    seen(lower, (rng.random(500) ** 3).tolist())
    assert alike.changed_after == {}
    assert lower.changed_after["iban"] < 100
    assert lower.places[0] / lower.seen[0] < 0.45


def test_the_same_log_gives_the_same_result() -> None:
    first, second = InputTest({"iban": (RAMP, 300)}, alarm=20), InputTest({"iban": (RAMP, 300)}, alarm=20)
    for test in (first, second):
        seen(test, [0.2, 0.9, 0.5, 0.5])
    assert first.capital.highest.tolist() == second.capital.highest.tolist()


def test_a_field_that_a_document_lacks_is_not_bet_on() -> None:
    test = InputTest({"iban": (RAMP, 300), "currency": (RAMP, 300)}, alarm=20)
    test.see({"iban": 0.01}, "0" * 64)
    currency, iban = test.capital.value
    assert currency == pytest.approx(1)
    assert iban != pytest.approx(1)
    assert test.seen.tolist() == [0, 1]


def test_the_reference_holds_what_production_will_see() -> None:
    examples = [Example("iban", f"s{i}", {"x": (0.5, 0.73106)[i % 2]}, found=True, right=True) for i in range(60)]
    examples += [Example("iban", f"s{i}", {"x": 0.7}, found=False, right=True) for i in range(40)]
    reference = confidence_reference(examples, lambda field, features: features["x"])
    assert reference["confidence_examples"] == {"iban": 100}
    [numbers] = reference["confidence_quantiles"].values()
    assert len(numbers) == 101
    assert numbers == sorted(numbers)
    # Thirty at one half, forty where nothing was found, thirty above, rounded as extractions state them.
    assert [numbers[k] for k in (0, 30, 31, 70, 71, 100)] == [0.5, 0.5, 0.7, 0.7, 0.7311, 0.7311]
