"""How often the drift monitor cries wolf, and how soon it notices what did change: simulated streams.

    python scripts/drift_benchmark.py                  # tables
    python scripts/drift_benchmark.py --format json

Every stream is looked at after every step, which is more often than any cron job does. Audits are simulated as wrong or
right with the rate given, confidences as calibration makes them: a third share one highest value, the rest are spread
out and end in steps. The reference is drawn anew for each stream, since a bundle has but one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from fakta_lab.monitoring.error_rate import ErrorRateTest, error_rate_interval
from fakta_lab.monitoring.inputs import InputTest

ALPHA = 0.05
# A field's part of alpha, where twenty are monitored.
FIELD_ALPHA = ALPHA / 20
PROMISED = 0.01


@dataclass(frozen=True)
class Outcome:
    """What became of some streams.

    Attributes:
        case: what was simulated.
        streams, steps: how many, and the most steps of each.
        alarms: share of the streams with an alarm.
        mean, p90: steps from the change until the alarm, of the streams that have one; None without.
    """

    case: str
    streams: int
    steps: int
    alarms: float
    mean: float | None = None
    p90: float | None = None


Rate = Callable[[int], float]
Sampler = Callable[[np.random.Generator, int], NDArray[np.float64]]


def errors(case: str, rate: Rate, *, alpha: float, streams: int, steps: int, change: int = 0, seed: int = 0) -> Outcome:
    """Audits whose error rate at each step, from 1, is `rate(step)`; the delay counts from step `change`."""
    rng = np.random.default_rng(seed)
    test = ErrorRateTest(PROMISED, (streams,))
    first = np.zeros(streams, dtype=int)
    for step in range(1, steps + 1):
        test.audit(rng.random(streams) < rate(step))
        first[(first == 0) & (test.capital.highest >= 1 / alpha)] = step
        if first.all():
            break
    return _outcome(case, first, streams, steps, change)


def intervals(case: str, rate: Rate, *, alpha: float, streams: int, steps: int, seed: int = 0) -> Outcome:
    """How often an interval misses the average rate at one of twenty looks, spread from 10 audits on."""
    rng = np.random.default_rng(seed)
    rates = np.array([rate(step) for step in range(1, steps + 1)])
    looks = np.unique(np.geomspace(10, steps, 20).astype(int))
    missed = np.zeros(streams, dtype=int)
    known: dict[tuple[int, int], tuple[float, float]] = {}
    for stream in range(streams):
        wrong = np.cumsum(rng.random(steps) < rates)
        for look in looks:
            key = (int(wrong[look - 1]), int(look))
            if key not in known:
                known[key] = error_rate_interval(*key, alpha=alpha)
            if not known[key][0] <= rates[:look].mean() <= known[key][1]:
                missed[stream] = look
                break
    return Outcome(case, streams, steps, float((missed > 0).mean()))


def inputs(
    case: str,
    before: Sampler,
    after: Sampler,
    *,
    alpha: float,
    streams: int,
    steps: int,
    examples: int = 300,
    change: int = 0,
    seed: int = 0,
) -> Outcome:
    """Confidences drawn by `before` for the reference and up to step `change`, and by `after` from then on."""
    rng = np.random.default_rng(seed)
    grid = np.linspace(0, 1, 101)
    references = {
        f"{stream:05}": (np.quantile(before(rng, examples), grid, method="inverted_cdf").tolist(), examples)
        for stream in range(streams)
    }
    test = InputTest(references, alarm=1 / alpha)
    for step in range(1, steps + 1):
        drawn = (after if step > change else before)(rng, streams)
        test.see(dict(zip(references, drawn.tolist(), strict=True)), f"{step:032x}")
        if len(test.changed_after) == streams:
            break
    first = np.array([test.changed_after.get(name, 0) for name in references])
    return _outcome(case, first, streams, steps, change)


def calibrated(mean: float = 3.0, spread: float = 1.5, top: float = 0.997, steps: int = 12) -> Sampler:
    """Confidences of log-odds that are normal, cut off at the top, in part rounded to steps as isotonic fits have."""

    def draw(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        sure = 1 / (1 + np.exp(-rng.normal(mean, spread, n)))
        stepped = np.round(sure * steps) / steps
        return np.minimum(np.where(rng.random(n) < 0.4, stepped, sure), top).round(4)

    return draw


def mixed(sampler: Sampler, share: float, other: Sampler) -> Sampler:
    """A share of the documents is of another kind."""

    def draw(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        return np.where(rng.random(n) < share, other(rng, n), sampler(rng, n))

    return draw


def measure(scale: float = 1.0) -> Iterator[tuple[str, list[Outcome]]]:
    """Every question and its answers; `scale` shortens and thins the streams."""
    streams, quiet = int(2000 * scale), int(1000 * scale)

    def kept(_: int) -> float:
        return PROMISED

    yield (
        f"false alarms, error rate as promised ({PROMISED:.0%}), at most {ALPHA:.0%} allowed",
        [
            errors("as promised", kept, alpha=ALPHA, streams=streams, steps=int(5000 * scale)),
            errors(
                "much better, then as promised",
                lambda step: 0.001 if step <= quiet else PROMISED,
                alpha=ALPHA,
                streams=streams,
                steps=int(5000 * scale),
            ),
        ],
    )
    yield (
        f"intervals that miss the average error rate at one of their looks, at most {ALPHA:.0%} allowed",
        [
            intervals("constant", kept, alpha=ALPHA, streams=streams, steps=int(3000 * scale)),
            intervals(
                "rises from 0 to 4 %",
                lambda step: 0.04 * step / (3000 * scale),
                alpha=ALPHA,
                streams=streams,
                steps=int(3000 * scale),
            ),
        ],
    )
    for when, change in (("from the first day", 0), (f"after {quiet} audits with 0.2 % wrong", quiet)):
        yield (
            f"audits until the alarm, {when} (one of twenty fields)",
            [
                errors(
                    f"× {factor}",
                    lambda step, factor=factor, change=change: PROMISED * factor if step > change else 0.002,
                    alpha=FIELD_ALPHA,
                    streams=max(50, streams // 5),
                    steps=20_000,
                    change=change,
                )
                for factor in (2, 5, 10)
            ],
        )
    usual, lower = calibrated(), calibrated(0.0)
    few = max(50, streams // 10)
    yield (
        f"false warnings, confidences as at tuning time, at most {ALPHA:.0%} allowed",
        [
            inputs(case, usual, usual, alpha=ALPHA, streams=streams // 2, steps=int(2000 * scale), examples=examples)
            for case, examples in (("100 examples", 100), ("300 examples", 300), ("2,000 examples", 2000))
        ],
    )
    for when, change in (("from the first day", 0), (f"after {quiet} documents", quiet)):
        yield (
            f"documents until the warning, {when} (one of twenty fields)",
            [
                inputs(case, usual, after, alpha=FIELD_ALPHA, streams=few, steps=change + 3000, change=change)
                for case, after in (
                    ("one in ten documents of a kind hardly understood", mixed(usual, 0.1, lower)),
                    ("one in three", mixed(usual, 0.33, lower)),
                    ("all documents", lower),
                    ("all a little less sure (log-odds - 0.5)", calibrated(2.5)),
                )
            ],
        )


def main() -> None:
    """Simulates and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--scale", type=float, default=1.0, help="smaller: fewer and shorter streams")
    settings = parser.parse_args()
    results = list(measure(settings.scale))
    if settings.format == "json":
        print(json.dumps({question: [asdict(each) for each in outcomes] for question, outcomes in results}, indent=2))
        return
    console = Console(width=110)
    for question, outcomes in results:
        table = Table("case", "streams", "alarms", "mean", "90 %", title=question, title_justify="left")
        for each in outcomes:
            delays = ("" if delay is None else f"{delay:,.0f}" for delay in (each.mean, each.p90))
            table.add_row(each.case, f"{each.streams:,} x {each.steps:,}", f"{each.alarms:.1%}", *delays)
        console.print(table)


def _outcome(case: str, first: NDArray[np.int_], streams: int, steps: int, change: int) -> Outcome:
    delays = first[first > change] - change
    if not len(delays):
        return Outcome(case, streams, steps, float((first > 0).mean()))
    return Outcome(
        case, streams, steps, float((first > 0).mean()), float(delays.mean()), float(np.quantile(delays, 0.9))
    )


if __name__ == "__main__":
    main()
