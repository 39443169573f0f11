"""How often promised thresholds break their promise, and how much they leave to people, where the truth is known.

    python scripts/guarantee_benchmark.py                          # 1,000 splits of each world
    python scripts/guarantee_benchmark.py --splits 200 --target 0.99 --suppliers 1200 --format json

Simulated fields: features say how likely a value is right, and outcomes are drawn from that. Each split draws a tuning
set anew, chooses thresholds on it with the project's own functions, and computes from the known probabilities how
precise they really are. A promise is broken where that is less than the target; at 95 % confidence at most 5 % of the
splits may end so.

`independent`: every document has a supplier of its own. `clustered`: each supplier has documents, from one to dozens,
and a habit that no feature shows and that makes all of its values likelier or less likely to be right.

`thresholds`: confidences are the true probabilities, and only the choice of thresholds is put to the test. `pipeline`:
verifiers are fitted, thresholds are chosen on cross-fitted confidences, and the precision is that of the verifier
fitted on all examples, which is the one that ships. `oracle` is the share that could be accepted by who knows the true
probabilities.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache, partial
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from fakta_lab.cli.console import progress_bar
from fakta_lab.evaluation.intervals import exact_low
from fakta_lab.tuning.examples import Example, Judged
from fakta_lab.tuning.fit import cross_fitted_confidences, fit_verifier
from fakta_lab.tuning.promise.thresholds import Unit, choose_thresholds

Floats = NDArray[np.float64]
FIELD = "amount_due"
SUMS_OK = 0.7  # how often the sums add up
# Log-odds of being right, for a margin of one standard deviation and for sums that add up.
MARGIN, SUMS = 1.5, 2.0
CHUNK = 5  # splits that a worker takes at a time


@dataclass(frozen=True)
class World:
    """What production sees.

    Attributes:
        name: as shown.
        intercept: log-odds of being right without evidence.
        habit: standard deviation, in log-odds, of what suppliers have in common with themselves only.
        documents: of a supplier, on average.
    """

    name: str
    intercept: float
    habit: float
    documents: int


class Outcome(NamedTuple):
    """What one split led to: whether a threshold was promised, its true precision, and the share that it accepts."""

    promised: bool
    precision: float
    share: float


@dataclass(frozen=True)
class Row:
    """All splits of one world and method.

    Attributes:
        splits: how many.
        promised: share of the splits in which something was promised.
        broken: share of the splits in which it was broken.
        broken_low, broken_high: 95 % interval of that (Clopper-Pearson).
        precision: true precision of what is accepted, mean of the promises.
        share: accepted share, mean of all splits, 0 where nothing was promised.
        oracle: what could be accepted at the target.
    """

    world: str
    method: str
    unit: str
    splits: int
    promised: float
    broken: float
    broken_low: float
    broken_high: float
    precision: float
    share: float
    oracle: float


@dataclass(frozen=True)
class Setting:
    """What is asked of every split."""

    target: float
    confidence: float
    suppliers: int


INDEPENDENT = World("independent", intercept=1.0, habit=0.0, documents=1)
CLUSTERED = World("clustered", intercept=3.0, habit=2.0, documents=5)


def probability_right(log_odds: Floats) -> Floats:
    """The logistic function."""
    result: Floats = 1 / (1 + np.exp(-log_odds))
    return result


@cache
def population(world: World) -> tuple[tuple[Mapping[str, float], ...], Floats, Floats]:
    """All kinds of values: features, how large a share of them is, and how likely a random supplier's is right."""
    steps = 200
    cells = list(product(_normal_quantiles(steps), (0.0, 1.0), _normal_quantiles(3)))
    margin, sums, _ = np.array(cells).T
    weights = np.where(sums == 1, SUMS_OK, 1 - SUMS_OK) / steps / 3
    return tuple(_features(*cell) for cell in cells), weights, as_features_tell(world, margin, sums)


def as_features_tell(world: World, margin: Floats, sums: Floats) -> Floats:
    """How likely a value with these features is right, in the mean over suppliers."""
    result: Floats = np.interp(world.intercept + MARGIN * margin + SUMS * sums, *_mean_over_suppliers(world.habit))
    return result


@cache
def _mean_over_suppliers(habit: float) -> tuple[Floats, Floats]:
    """Log-odds without the habit, and the mean of the probability with it: a table, and monotone."""
    log_odds = np.linspace(-10, 15, 2500)
    return log_odds, np.mean([probability_right(log_odds + habit * z) for z in _normal_quantiles(400)], axis=0)


def draw(world: World, suppliers: int, rng: np.random.Generator) -> tuple[list[Example], list[float]]:
    """Examples of so many suppliers, and each one's true probability of being right as far as features tell it."""
    sizes = np.ones(suppliers, int) if world.documents == 1 else rng.geometric(1 / world.documents, size=suppliers)
    supplier = np.repeat(np.arange(suppliers), sizes)
    n = len(supplier)
    margin, noise = rng.normal(size=(2, n))
    sums = (rng.random(n) < SUMS_OK).astype(float)
    habit = world.habit * rng.normal(size=suppliers)[supplier]
    right = rng.random(n) < probability_right(world.intercept + MARGIN * margin + SUMS * sums + habit)
    examples = [
        Example(FIELD, f"s{supplier[i]}", _features(margin[i], sums[i], noise[i]), True, bool(right[i]), str(i))
        for i in range(n)
    ]
    return examples, list(as_features_tell(world, margin, sums))


def thresholds_alone(
    world: World, setting: Setting, rng: np.random.Generator, *, units: Sequence[Unit]
) -> list[Outcome]:
    """Confidences are true probabilities."""
    examples, confidences = draw(world, setting.suppliers, rng)
    judged = list(map(Judged, examples, confidences))
    _, _, right = population(world)
    return [_outcome(world, judged, right, setting, unit) for unit in units]


def whole_pipeline(world: World, setting: Setting, rng: np.random.Generator, *, units: Sequence[Unit]) -> list[Outcome]:
    """Confidences are fitted: cross-fitted for choosing, all at once for what ships."""
    examples, _ = draw(world, setting.suppliers, rng)
    judged, shipped = fit(examples)
    cells, _, _ = population(world)
    sure = np.array([shipped(features) for features in cells])
    return [_outcome(world, judged, sure, setting, unit) for unit in units]


def fit(examples: Sequence[Example]) -> tuple[list[Judged], Callable[[Mapping[str, float]], float]]:
    """Examples with cross-fitted confidences, and the confidence that the shipped verifier gives to features."""
    confidences = cross_fitted_confidences(examples, seed=0)
    model, _ = fit_verifier(examples, seed=0)
    if model is None:
        raise RuntimeError("no example has a value")
    return list(map(Judged, examples, confidences)), partial(model.probability, FIELD)


METHODS: dict[str, Callable[..., list[Outcome]]] = {"thresholds": thresholds_alone, "pipeline": whole_pipeline}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--splits", type=int, default=1000, help="tuning sets drawn of each world")
    parser.add_argument("--suppliers", type=int, default=400, help="in a tuning set")
    parser.add_argument("--target", type=float, default=0.95, help="precision to promise")
    parser.add_argument("--confidence", type=float, default=0.95, help="how sure the promise has to be")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS), help="what is put to the test")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--format", choices=("table", "json"), default="table")
    settings = parser.parse_args()
    setting = Setting(settings.target, settings.confidence, settings.suppliers)
    started = time.monotonic()
    rows = list(
        measure(setting, splits=settings.splits, methods=settings.methods, workers=settings.workers, seed=settings.seed)
    )
    if settings.format == "json":
        result = {**asdict(setting), "seed": settings.seed, "rows": [asdict(row) for row in rows]}
        print(json.dumps(result, indent=2))
    else:
        Console(width=130).print(_table(rows, setting, seconds=time.monotonic() - started))


def measure(setting: Setting, *, splits: int, methods: Sequence[str], workers: int, seed: int) -> Iterator[Row]:
    """A row for every world, method and unit; the same for any number of workers."""
    jobs: list[tuple[World, str, Sequence[Unit]]] = [
        (world, method, units)
        for world, units in ((INDEPENDENT, ("supplier",)), (CLUSTERED, ("supplier", "document")))
        for method in methods
    ]
    firsts = range(0, splits, CHUNK)
    with _mapping(workers) as map_over, progress_bar("splits") as moved:
        for i, (world, method, units) in enumerate(jobs):
            run = partial(_splits, world, method, units, setting, seed, splits)
            outcomes: list[list[Outcome]] = []
            for part in map_over(run, firsts):
                outcomes += part
                moved(i * splits + len(outcomes), len(jobs) * splits)
            for unit, column in zip(units, zip(*outcomes, strict=True), strict=True):
                yield summarise(world, method, unit, column, setting)


@contextmanager
def _mapping(workers: int) -> Iterator[Callable[..., Iterable[list[list[Outcome]]]]]:
    """`map`, spread over processes where there are to be several."""
    if workers == 1:
        yield map
        return
    with ProcessPoolExecutor(workers) as pool:
        yield pool.map


def summarise(world: World, method: str, unit: str, outcomes: Sequence[Outcome], setting: Setting) -> Row:
    """What the splits of one world and method add up to."""
    n, promised = len(outcomes), [outcome for outcome in outcomes if outcome.promised]
    broken = sum(outcome.precision < setting.target for outcome in promised)
    _, weights, right = population(world)
    return Row(
        world=world.name,
        method=method,
        unit=unit,
        splits=n,
        promised=len(promised) / n,
        broken=broken / n,
        broken_low=exact_low(broken, n, level=0.975),
        broken_high=1 - exact_low(n - broken, n, level=0.975),
        precision=float(np.mean([outcome.precision for outcome in promised])) if promised else float("nan"),
        share=sum(outcome.share for outcome in promised) / n,
        oracle=oracle_share(weights, right, setting.target),
    )


def oracle_share(weights: Floats, right: Floats, target: float) -> float:
    """The largest share, the surest values first, of which the target share is right."""
    order = np.argsort(-right, kind="stable")
    share = np.cumsum(weights[order])
    precision = np.cumsum((weights * right)[order]) / share
    reached = np.flatnonzero(precision >= target)
    return float(share[reached[-1]]) if len(reached) else 0.0


def _splits(
    world: World, method: str, units: Sequence[Unit], setting: Setting, seed: int, splits: int, first: int
) -> list[list[Outcome]]:
    import sklearn.linear_model  # loads the libraries whose threads are limited
    from threadpoolctl import threadpool_limits

    # The matrices are too small for threads, which would spin seven times as long as the work takes.
    with threadpool_limits(1), sklearn.config_context(skip_parameter_validation=True):
        return [
            METHODS[method](world, setting, np.random.default_rng([seed, split]), units=units)
            for split in range(first, min(first + CHUNK, splits))
        ]


def _outcome(world: World, judged: Sequence[Judged], sure: Floats, setting: Setting, unit: Unit) -> Outcome:
    chosen = choose_thresholds(judged, target=setting.target, confidence=setting.confidence, unit=unit)
    threshold = chosen[FIELD].groups["unknown"].threshold
    if threshold is None:
        return Outcome(False, 1.0, 0.0)
    _, weights, right = population(world)
    above = sure >= threshold
    share = float(weights[above].sum())
    return Outcome(True, float((weights * right)[above].sum()) / share if share else 1.0, share)


def _features(margin: float, sums: float, noise: float) -> dict[str, float]:
    return {"margin": float(margin), "sums_ok": float(sums), "noise": float(noise)}


def _normal_quantiles(n: int) -> Floats:
    """The middles of n slices of the standard normal distribution that are equally likely."""
    from scipy.stats import norm

    result: Floats = norm.ppf((np.arange(n) + 0.5) / n)
    return result


def _table(rows: Sequence[Row], setting: Setting, *, seconds: float) -> Table:
    table = Table(
        title=f"{setting.target:.1%} right promised with {setting.confidence:.0%} confidence on "
        f"{setting.suppliers} suppliers, {rows[0].splits} splits"
    )
    for column in ("world", "put to the test", "unit"):
        table.add_column(column)
    for column in ("promised", "broken", "95 % interval", "true precision", "accepted", "oracle"):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(
            row.world,
            row.method,
            row.unit,
            f"{row.promised:.1%}",
            f"{row.broken:.1%}",
            f"{row.broken_low:.1%}-{row.broken_high:.1%}",
            f"{row.precision:.2%}",
            f"{row.share:.1%}",
            f"{row.oracle:.1%}",
        )
    table.caption = f"broken: at most {1 - setting.confidence:.0%} allowed; {seconds:.0f} s"
    return table


if __name__ == "__main__":
    main()
