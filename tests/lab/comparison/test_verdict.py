"""The verdict on logs whose right answer is known beforehand."""

from __future__ import annotations

from itertools import cycle, islice
from math import comb

import pytest

from fakta_lab.comparison.bounds import difference_bounds, effective_size, share_bounds
from fakta_lab.comparison.verdict import Outcome, Terms, Trial, decide


def log(
    both: int = 0,
    only_first: int = 0,
    only_second: int = 0,
    neither: int = 0,
    *,
    held: int = 0,
    held_first_right: bool = True,
    suppliers: int | None = None,
) -> list[Trial]:
    """So many documents of each kind; the held ones are wrong. Without `suppliers` each has one of its own."""
    kinds = [(True, True)] * both + [(True, False)] * only_first + [(False, True)] * only_second
    kinds += [(False, False)] * neither
    n = len(kinds) + held
    whose = list(range(n)) if suppliers is None else list(islice(cycle(range(suppliers)), n))
    trials = [Trial(whose[i], first, second) for i, (first, second) in enumerate(kinds)]
    return trials + [Trial(whose[len(kinds) + i], held_first_right, False, accepted=False) for i in range(held)]


CASES = {
    "clear win": (log(both=500, only_second=40, only_first=1), Outcome.safe),
    "clear loss": (log(both=500, only_first=40, only_second=1), Outcome.not_yet),
    "clear loss of few documents": (log(both=5, only_first=5), Outcome.not_yet),
    "equal and large": (log(both=980, only_first=5, only_second=5, neither=10), Outcome.safe),
    "equal and tiny": (log(both=18, only_first=1, only_second=1), Outcome.too_few),
    "never differing, one document short of certainty": (log(both=298), Outcome.too_few),
    "never differing, just certain": (log(both=299), Outcome.safe),
    "right everywhere, twenty documents": (log(both=20), Outcome.too_few),
    "right everywhere, ten documents": (log(both=10), Outcome.too_few),
    "right everywhere where the other is wrong, ten documents": (log(only_second=10), Outcome.too_few),
    "better but accepts nothing": (log(held=400, held_first_right=False), Outcome.not_yet),
    "accepts nothing of two documents": (log(held=2), Outcome.too_few),
    "accepts one of ten, all right": (log(both=40, held=360), Outcome.not_yet),
    "always right but holds a fifth": (log(both=400, held=100), Outcome.review),
    "a tenth held is not too much": (log(both=450, held=50), Outcome.safe),
    "one supplier gives all documents": (log(both=1000, suppliers=1), Outcome.too_few),
    "forty suppliers give all documents": (log(both=1000, suppliers=40), Outcome.too_few),
    "three hundred suppliers": (log(both=1200, suppliers=300), Outcome.safe),
    "the same mistakes": (log(both=700, neither=300), Outcome.safe),
    "never right, nor the other": (log(neither=400), Outcome.safe),
    "as many mistakes, elsewhere, few documents": (log(both=180, only_first=10, only_second=10), Outcome.too_few),
    "as many mistakes, elsewhere, many documents": (log(both=18000, only_first=200, only_second=200), Outcome.safe),
    "a little worse, within the margin for certain": (log(both=19900, only_first=80), Outcome.safe),
    "worse for certain, perhaps within the margin": (log(both=990, only_first=9), Outcome.not_yet),
    "worse on the same documents, but few mistakes against today": (
        log(both=1395, only_first=24, held=600, held_first_right=False),
        Outcome.review,
    ),
    "nothing to compare": ([], Outcome.too_few),
}


@pytest.mark.parametrize(("trials", "expected"), CASES.values(), ids=CASES)
def test_constructed_logs(trials: list[Trial], expected: Outcome) -> None:
    verdict = decide(trials)
    assert verdict.outcome is expected, verdict


def test_missing_documents_are_estimated() -> None:
    # Three hundred documents without a difference are enough at 1 point: 0.99^299 < 5 %.
    few = decide(log(both=20))
    assert few.times is not None
    assert 295 <= 20 * few.times <= 303
    # At half the margin it takes twice as many: 0.995^598 < 5 %.
    assert 590 <= 20 * (decide(log(both=20), Terms(margin=0.005)).times or 0) <= 606


def test_what_is_estimated_is_enough() -> None:
    trials = log(both=90, only_first=1, only_second=2, held=4)
    times = decide(trials).times
    assert times is not None
    assert decide(trials * int(times + 1)).outcome is Outcome.too_few  # copies of the same suppliers say nothing new
    copies = [Trial((copy, t.cluster), t.first, t.second, t.accepted) for copy in range(int(times + 1)) for t in trials]
    assert decide(copies).outcome is not Outcome.too_few


def test_no_number_of_documents_decides_what_is_on_the_line() -> None:
    # Exactly the margin worse: neither within it nor worse by more, however many documents.
    assert (
        decide(log(both=99, only_first=1, only_second=0), Terms(margin=0.01, level=0.999999)).outcome is Outcome.too_few
    )


def test_terms_are_what_decides() -> None:
    trials = log(both=450, held=50)
    assert decide(trials, Terms(enough=0.95)).outcome is Outcome.review
    assert decide(trials, Terms(least=0.95, enough=0.95)).outcome is Outcome.not_yet
    assert decide(trials, Terms(margin=0.001)).outcome is Outcome.too_few


def test_a_supplier_counts_by_its_share() -> None:
    # 100 documents of one supplier and one each of 100 others: 200² / (100² + 100) ≈ 3.96.
    assert effective_size([0] * 100 + list(range(1, 101))) == pytest.approx(200**2 / (100**2 + 100))


def test_bounds_of_a_share_are_clopper_and_pearsons() -> None:
    # P(X = 0) = 0.95 at the upper end of 0 of 20 for a level of 5 %: 1 - 0.05^(1/20).
    assert share_bounds(0, 20, level=0.95).high == pytest.approx(1 - 0.05 ** (1 / 20))
    assert share_bounds(20, 20, level=0.95).low == pytest.approx(0.05 ** (1 / 20))


@pytest.mark.parametrize(("gain", "loss"), [(0.0, 0.05), (0.02, 0.02), (0.1, 0.04), (0.02, 0.2)])
def test_bounds_of_a_difference_keep_their_word(gain: float, loss: float) -> None:
    """All outcomes of 40 documents with their probabilities: each bound fails in 5 % of the cases at most."""
    n, too_high, too_low = 40, 0.0, 0.0
    for gains in range(n + 1):
        for losses in range(n + 1 - gains):
            rest = n - gains - losses
            chance = comb(n, gains) * comb(n - gains, losses) * gain**gains * loss**losses * (1 - gain - loss) ** rest
            if chance > 1e-9:
                low, high = difference_bounds(gains, losses, n, level=0.95)
                too_high += chance * (low > gain - loss)
                too_low += chance * (high < gain - loss)
    assert too_high <= 0.05
    assert too_low <= 0.05
