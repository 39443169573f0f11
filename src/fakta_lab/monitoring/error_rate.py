"""Is the error rate above what was promised? By betting on audited values, one after the other.

The hypothesis is that the promise is kept: whatever was seen before, the next audited value is wrong with probability
`promised` at most. A bettor who expects the rate r > promised gains the factor r/promised from a wrong value and
(1 - r)/(1 - promised) from a right one: 1 on average at the promised rate, less below it. See Waudby-Smith & Ramdas
2024, "Estimating means of bounded random variables by betting", and Podkopaev & Ramdas 2022, "Tracking the risk of a
deployed model and detecting harmful distribution shifts".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fakta_lab.monitoring.capital import Capital

# Error rates between the promised one and 1 that are bet on, evenly spread on a logarithmic scale.
BETTORS = 7
# Logarithms of the odds ratios that the interval tells rates apart by: from 1.05, for tens of thousands of audits.
TILTS = np.geomspace(math.log(1.05), math.log(1000), 12)
# Nobody waits longer for an alarm: detection times above are given as unknown.
LONGEST = 20_000


class ErrorRateTest:
    """Capital against "at most `promised` of the values are wrong".

    Args:
        promised: error rate, 0-1, both excluded.
        streams: shape of parallel streams, see `Capital`.

    >>> test = ErrorRateTest(0.01)
    >>> for wrong in (False, True, True):
    ...     test.audit(np.array(wrong))
    >>> round(float(test.capital.value), 2)
    191.58
    """

    def __init__(self, promised: float, streams: Sequence[int] = ()) -> None:
        expected = promised ** (1 - np.arange(1, BETTORS + 1) / (BETTORS + 1))
        self._if_wrong: NDArray[np.float64] = expected / promised
        self._if_right: NDArray[np.float64] = (1 - expected) / (1 - promised)
        self.promised = promised
        self.capital = Capital(BETTORS, streams)

    def audit(self, wrong: NDArray[np.bool_]) -> None:
        """One more audited value of each stream; shape `streams`."""
        self.capital.bet(np.where(wrong[..., None], self._if_wrong, self._if_right))

    def audits_to_notice(self, factor: float, *, alarm: float, streams: int = 100, seed: int = 0) -> float | None:
        """How many more audits it takes on average until the alarm, if from now on the rate is a multiple of the
        promised one; simulated.

        Args:
            factor: of the promised rate.
            alarm: capital at which the alarm is raised.
            streams, seed: of the simulation.

        Returns:
            The mean, or None where it is above `LONGEST` or so much is wrong already that the alarm is raised.
        """
        if float(self.capital.highest) >= alarm:
            return None
        rate = min(factor * self.promised, 1.0)
        rng = np.random.default_rng(seed)
        future = ErrorRateTest(self.promised, (streams,))
        future.capital = self.capital.copies(streams)
        waited = np.zeros(streams)
        for _ in range(LONGEST):
            open_ = future.capital.highest < alarm
            if not open_.any():
                return float(waited.mean())
            waited += open_
            future.audit(rng.random(streams) < rate)
        return None


def error_rate_interval(wrong: int, audited: int, *, alpha: float) -> tuple[float, float]:
    """Where the average error rate of all audited values lies; the intervals of all days hold together.

    With probability 1 - alpha every day's interval holds the average, up to that day, of the probabilities with which
    values were wrong, whatever course these took. For an odds ratio o the capital o^wrong / (1 - p + p·o)^audited is a
    test martingale at constant p, and at most one where p is the average of changing rates, as log(1 - p + p·o) is
    concave in p. The capitals of several odds ratios are averaged, with one half of alpha on either side.

    Args:
        wrong, audited: so far.
        alpha: probability that an interval is ever wrong.

    Returns:
        Lowest and highest error rate, 0-1.

    >>> tuple(round(end, 4) for end in error_rate_interval(0, 300, alpha=0.05))
    (0.0, 0.0162)
    """
    if not audited:
        return 0.0, 1.0
    needed = math.log(2 / alpha)
    low = 0.0 if not wrong else _bisect(lambda p: _log_capital(p, wrong, audited, TILTS) >= needed)
    high = 1.0 if wrong == audited else _bisect(lambda p: _log_capital(p, wrong, audited, -TILTS) < needed)
    return low, high


def _log_capital(p: float, wrong: int, audited: int, tilts: NDArray[np.float64]) -> float:
    logs = tilts * wrong - audited * np.log1p(p * np.expm1(tilts))
    return float(np.logaddexp.reduce(logs) - math.log(len(tilts)))


def _bisect(holds: Callable[[float], bool]) -> float:
    """Where a statement ends to hold that holds from 0 on, to 30 bits."""
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
